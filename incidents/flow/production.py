"""The Russian production calendar: holidays and moved days from the library `holidays`, shortened days from our file.

No database here: what a new town begins with, and what the administrator takes a year from. The library publishes the
transfers that the Government decides each autumn; the shortened days of a year are shipped when they are known
(`incidents/data/shortened_days.csv`), and until then a year has none (`rules.completeness` says so).
"""

import csv
import io
import re
from datetime import date
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import holidays

from incidents.rules.calendar import Calendar, DayKind, Week
from incidents.rules.days import SpecialDay, resolve

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


@cache
def _year(year: int) -> dict[date, SpecialDay]:
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
