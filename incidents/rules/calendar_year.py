"""A year of a calendar: what it comes to in days and hours, and what it lacks.

A list of holidays that ends unnoticed makes every term wrong from then on. The transfers of a year are decided in the
autumn before, the shortened days are published with them: so the next 60 days and the coming year are looked at, always.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from incidents.rules.calendar import Calendar, DayKind, Versions, working_seconds

#: How far ahead a calendar must be whole.
AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Count:
    """Working dates and working seconds of a month or a year."""

    days: int
    seconds: int


class Lacks(StrEnum):
    """What a year may be without, though no year really is."""

    WORKING_TIME = "working_time"
    HOLIDAYS = "holidays"
    MOVED_DAYS = "moved_days"
    SHORTENED_DAYS = "shortened_days"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a year lacks. `is_soon`: the year touches the next 60 days."""

    year: int
    lacks: Lacks
    is_soon: bool


def months(calendar: Calendar, year: int) -> tuple[Count, ...]:
    """The twelve months of a year."""
    firsts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return tuple(_count(calendar, first, following) for first, following in pairwise(firsts))


def whole(calendar: Calendar, year: int) -> Count:
    """A year."""
    return _count(calendar, date(year, 1, 1), date(year + 1, 1, 1))


def lacking(calendar: Calendar, year: int) -> tuple[Lacks, ...]:
    """What this calendar lacks in a year; a calendar without working time lacks nothing else worth a word."""
    if not _seconds(calendar, date(year, 1, 1), date(year + 1, 1, 1)):
        return (Lacks.WORKING_TIME,)
    days = [day for on, day in calendar.special.items() if on.year == year]
    kinds = {day.kind for day in days}
    found = []
    if DayKind.HOLIDAY not in kinds:
        found.append(Lacks.HOLIDAYS)
    if not kinds & {DayKind.MOVED_OFF, DayKind.WORKING}:
        found.append(Lacks.MOVED_DAYS)
    if not any(day.shorter_by for day in days):
        found.append(Lacks.SHORTENED_DAYS)
    return tuple(found)


def gaps(versions: Versions, zone: ZoneInfo, now: datetime) -> tuple[Gap, ...]:
    """What the next 60 days and the coming year lack, each year by the version that will be in force when it begins."""
    today = now.astimezone(zone).date()
    soon = {today.year, (today + AHEAD).year}
    found = []
    if not working_seconds(versions.at(now), now, now + AHEAD):
        found.append(Gap(today.year, Lacks.WORKING_TIME, is_soon=True))
    for year in sorted({*soon, today.year + 1}):
        begins = datetime.combine(date(year, 1, 1), time(), zone).astimezone(UTC)
        lacks = lacking(versions.at(max(now, begins)), year)
        found += [Gap(year, each, year in soon) for each in lacks]
    return tuple(dict.fromkeys(found))


def _count(calendar: Calendar, first: date, following: date) -> Count:
    """Of the local dates from `first` until before `following`."""
    days = sum(
        bool(calendar.intervals_on(first + timedelta(days=offset))) for offset in range((following - first).days)
    )
    return Count(days, _seconds(calendar, first, following))


def _seconds(calendar: Calendar, first: date, following: date) -> int:
    start, end = (datetime.combine(on, time(), calendar.zone) for on in (first, following))
    return int(working_seconds(calendar, start, end))
