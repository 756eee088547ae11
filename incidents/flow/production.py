"""The Russian production calendar: holidays and moved days from the library `holidays`, shortened days from our file.

No database here: what a new town begins with, and what the administrator takes a year from. The library publishes the
transfers that the Government decides each autumn; the shortened days of a year are shipped when they are known
(`incidents/data/shortened_days.csv`), and until then a year has none (`rules.calendar_year` says so).
"""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from incidents.rules.calendar import Calendar, DayKind, Week
from incidents.rules.days import Days, SpecialDay, replaced, resolve

FIRST_YEAR, LAST_YEAR = 2018, 2028
#: How the library names a day off moved from a weekend day that is worked for it, and a holiday that fell on a weekend.
_SWAPPED = re.compile(r"перенесено с (\d\d)\.(\d\d)\.(\d{4})")
_OBSERVED = " (выходной)"


def days(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> dict[date, SpecialDay]:
    """Every date of these years that differs from its weekday in a week of five days."""
    found: dict[date, SpecialDay] = {}
    for year in range(first_year, last_year + 1):
        found |= _year(year)
    return dict(sorted(found.items()))


def calendar(zone: ZoneInfo, week: Week, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> Calendar:
    """The production calendar under a town's week."""
    return Calendar(zone, week, resolve(week, days(first_year, last_year)))


def taken(kept: Days, year: int) -> dict[date, SpecialDay]:
    """A calendar's days with a year of the library.

    What only this town knows stays: regional days off and own hours, and where we ship no shortened days of the year,
    those that were entered.
    """
    new = days(year, year)
    stays = {DayKind.REGIONAL, DayKind.HOURS}
    if not any(day.shorter_by for day in new.values()):
        stays.add(DayKind.SHORTENED)
        shorter = {on: day.shorter_by for on, day in kept.items() if day.kind is DayKind.WORKING}
        new = {on: replace(day, shorter_by=shorter.get(on, 0)) for on, day in new.items()}
    own = {on: day for on, day in kept.items() if on.year == year and day.kind in stays}
    return replaced(kept, [year], {**new, **own})


@cache
def _year(year: int) -> dict[date, SpecialDay]:
    # All countries come with it: 46 MB and most of a second, for what is asked for once a year.
    import holidays  # noqa: PLC0415  (tests/layout.py, LATE_IMPORTS)

    told = holidays.country_holidays("RU", years=[year], language="ru", expand=False)
    found: dict[date, SpecialDay] = {}
    like: dict[date, int] = {}
    for on, name in sorted(told.items()):
        swapped = _SWAPPED.search(name)
        if swapped:
            day, month, of_year = (int(part) for part in swapped.groups())
            like[date(of_year, month, day)] = on.weekday()
        is_moved = swapped is not None or name.endswith(_OBSERVED)
        found[on] = SpecialDay(DayKind.MOVED_OFF if is_moved else DayKind.HOLIDAY, name)
    for on in sorted(told.weekend_workdays):
        found[on] = SpecialDay(DayKind.WORKING, like=like.get(on))
    for on, minutes in _shortened().items():
        if on.year == year:
            worked = found.get(on)
            kind, weekday = (DayKind.WORKING, worked.like) if worked else (DayKind.SHORTENED, None)
            found[on] = SpecialDay(kind, shorter_by=minutes, like=weekday)
    return found


@cache
def _shortened() -> dict[date, int]:
    text = (resources.files("incidents.data") / "shortened_days.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {date.fromisoformat(row["date"]): int(row["shorter_by_minutes"]) for row in rows}
