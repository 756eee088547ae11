"""Single days as a CSV file: `date,kind,name,shorter_by_minutes,like,intervals`, or only `date,shorter_by_minutes`.

A file with kinds says everything about the years it names: those years are replaced whole, other years stay. A file of
dates and minutes alone (as the shortened days are published, and shipped) only shortens these days. A file with one bad
line is not taken at all: a calendar that lacks a day is a wrong calendar.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from incidents.rules.acts import Refused
from incidents.rules.calendar import DayKind
from incidents.rules.csv_guard import defused, plain
from incidents.rules.days import BadDay, Days, SpecialDay, check, replaced
from incidents.rules.hours_line import as_line, read_line

Value = TypeVar("Value")
Default = TypeVar("Default")

COLUMNS = ("date", "kind", "name", "shorter_by_minutes", "like", "intervals")
_SHORT = ("date", "shorter_by_minutes")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: No calendar of ours reaches beyond; a year of three digits is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class NoCalendarFile(ValueError):
    """The file has not the columns of a calendar; `missing` names them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@dataclass(slots=True)
class CalendarFile:
    """What a file says. `bad` are lines (from 1) with a code: date, twice, kind, bad_minutes, bad_like, bad_hours."""

    #: Whether it says everything about its years, or only which days are shorter.
    is_whole: bool
    days: dict[date, SpecialDay] = field(default_factory=dict)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def applied(self, days: Days) -> dict[date, SpecialDay]:
        """The days after this file."""
        if self.is_whole:
            return replaced(days, {on.year for on in self.days}, self.days)
        after = dict(days)
        for on, day in self.days.items():
            known = after.get(on)
            # A working Saturday stays one, and ends earlier.
            is_worked = known is not None and known.kind is DayKind.WORKING
            after[on] = replace(known, shorter_by=day.shorter_by) if known and is_worked else day
        return dict(sorted(after.items()))


def read(text: str) -> CalendarFile:
    """The days of a file; commas or semicolons, a byte order mark or none. Raises NoCalendarFile, Refused("bad_table")."""
    try:
        return _read(text.removeprefix("\ufeff").replace("\x00", ""))
    except csv.Error:
        raise Refused("bad_table") from None


def _read(text: str) -> CalendarFile:
    head = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    names = [name.strip().lower() for name in lines.fieldnames or ()]
    lines.fieldnames = names
    is_whole = "kind" in names
    missing = tuple(name for name in (("date", "kind") if is_whole else _SHORT) if name not in names)
    if missing:
        raise NoCalendarFile(missing)
    found = CalendarFile(is_whole)
    for line in lines:
        cells = {
            name: plain((value or "").strip()) for name, value in line.items() if name and not isinstance(value, list)
        }
        if not any(cells.values()):
            continue
        try:
            on, day = _day(cells, is_whole)
            if on in found.days:
                raise BadDay("twice")
        except BadDay as bad:
            found.bad.append((lines.line_num, bad.reason))
            continue
        found.days[on] = day
    return found


def written(days: Days) -> str:
    """Days as a file that `read` takes back, in an office's spreadsheet too."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for on, day in sorted(days.items()):
        like = "" if day.like is None else WEEKDAYS[day.like]
        name = defused(day.name)
        writer.writerow([on.isoformat(), day.kind.value, name, day.shorter_by or "", like, as_line(day.intervals)])
    return out.getvalue()


def _day(cells: Mapping[str, str], is_whole: bool) -> tuple[date, SpecialDay]:
    day = SpecialDay(
        kind=_cell(cells, "kind", DayKind, "kind", DayKind.SHORTENED) if is_whole else DayKind.SHORTENED,
        name=cells.get("name", "")[:200],
        shorter_by=_cell(cells, "shorter_by_minutes", int, "bad_minutes", 0),
        like=_cell(cells, "like", lambda word: WEEKDAYS.index(word.lower()), "bad_like", None),
        intervals=tuple(read_line(cells.get("intervals", "")) or ()),
    )
    if cells.get("intervals") and not day.intervals:
        raise BadDay("bad_hours")
    if is_whole and not cells.get("kind"):
        raise BadDay("kind")
    check(day)
    return _date(cells.get("date", "")), day


def _cell(
    cells: Mapping[str, str], name: str, read: Callable[[str], Value], reason: str, empty: Default
) -> Value | Default:
    """A cell as a value; `empty` where there is nothing in it. Raises BadDay(reason)."""
    word = cells.get(name, "")
    try:
        return read(word) if word else empty
    except ValueError:
        raise BadDay(reason) from None


def _date(word: str) -> date:
    """2026-11-04, or 04.11.2026 as an office's spreadsheet writes it."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            on = datetime.strptime(word, form).date()  # noqa: DTZ007  a date, no instant
        except ValueError:
            continue
        if FIRST_YEAR <= on.year <= LAST_YEAR:
            return on
    raise BadDay("date")
