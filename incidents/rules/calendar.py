"""Working time: a week of local half-open intervals in one zone, with single days that differ.

Everything is counted in seconds between instants (aware datetimes), exact to the microsecond; a day's intervals are
turned into instants in the zone, so a day with a change to daylight saving is as long as it really was. 24:00 is allowed
as an end. How the instants are kept is `rules.spans`; how single days are entered is `rules.days`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from incidents.rules.spans import DAY, Spans, from_micros, micros, to_micros

#: How far ahead a deadline is looked for. A calendar without working time for so long is an error, not a loop.
HORIZON_DAYS = 800

#: Minutes from local midnight, half-open: (540, 1080) is 9:00 to 18:00.
Interval = tuple[int, int]
#: Seven days, Monday first.
Week = tuple[tuple[Interval, ...], ...]


class NoWorkingTime(ValueError):
    """The calendar has no working time where some was looked for."""


class DayKind(StrEnum):
    """Why a single date differs from its weekday."""

    HOLIDAY = "holiday"
    #: A day off that was moved here from a weekend.
    MOVED_OFF = "moved_off"
    #: A day off of this region only.
    REGIONAL = "regional"
    #: A day of the weekend that is worked for a day off moved elsewhere.
    WORKING = "working"
    #: Ends earlier: the day before a holiday (Labour Code of the Russian Federation, article 95).
    SHORTENED = "shortened"
    #: Hours of its own.
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Day:
    """A date that differs: no intervals is a day off. `shorter_by` minutes are already taken from the intervals."""

    kind: DayKind
    intervals: tuple[Interval, ...]
    name: str = ""
    shorter_by: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """A working week and the single days that differ; `version` is the stored one it was read from, 0 for none."""

    zone: ZoneInfo
    week: Week
    special: Mapping[date, Day] = field(default_factory=dict)
    version: int = 0
    #: Its working time as instants, made when asked for and shared by all who hold this calendar.
    spans: Spans = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for intervals in (*self.week, *(day.intervals for day in self.special.values())):
            _check_day(intervals)
        object.__setattr__(self, "spans", Spans(self.zone, self.intervals_on))

    def day_on(self, day: date) -> Day | None:
        """What is special about a local date; None for an ordinary one."""
        return self.special.get(day)

    def intervals_on(self, day: date) -> Sequence[Interval]:
        """The working intervals of a local date."""
        special = self.special.get(day)
        return self.week[day.weekday()] if special is None else special.intervals


@dataclass(frozen=True, slots=True)
class Versions:
    """Calendars in the order in which they came into force, each with the instant from which it counts."""

    entries: tuple[tuple[datetime, Calendar], ...]

    def __post_init__(self) -> None:
        if not self.entries:
            raise ValueError("there is no calendar")
        if any(one[0] > other[0] for one, other in zip(self.entries, self.entries[1:], strict=False)):
            raise ValueError("versions stand in the order of their beginnings")

    def at(self, moment: datetime) -> Calendar:
        """The calendar in force at an instant; before the first one, the first. Of two that begin together, the later."""
        index = bisect_right(self.entries, moment, key=lambda entry: entry[0])
        return self.entries[max(index - 1, 0)][1]


def working_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Seconds of working time in [start, end); 0 when the end is not after the start."""
    # Two aware times of one zone are subtracted by the clock on the wall; only in UTC is a second a second.
    begin, until = to_micros(start), to_micros(end)
    if until <= begin:
        return 0.0
    known = calendar.spans.covering(begin, until)
    return (known.worked(until) - known.worked(begin)) / 1_000_000


def add_working(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """The instant (UTC) at which `seconds` of working time after `start` are used up; for none, the next working instant.

    Raises NoWorkingTime when the horizon is reached first.
    """
    begin, left = to_micros(start), micros(timedelta(seconds=seconds))
    horizon = begin + HORIZON_DAYS * DAY
    # Working time passes no faster than time does.
    reach = min(begin + left, horizon)
    while True:
        known = calendar.spans.covering(begin, reach)
        if left <= 0:
            index = known.following(begin)
            found = max(begin, known.opens[index]) if index < len(known.opens) else None
        else:
            total = known.worked(begin) + left
            found = known.when(total) if total <= known.before[-1] else None
        if found is not None and found <= horizon:
            return from_micros(found)
        if found is not None or known.ends > horizon:
            raise NoWorkingTime(f"no working time within {HORIZON_DAYS} days of {start.isoformat()}")
        reach = known.ends + 1


def is_working(calendar: Calendar, moment: datetime) -> bool:
    """Does work go on at this instant?"""
    at = to_micros(moment)
    known = calendar.spans.covering(at, at)
    index = known.following(at)
    return index < len(known.opens) and known.opens[index] <= at


def spans(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working spans of [start, end) as instants (UTC), in order; the first and the last are cut to it."""
    begin, until = to_micros(start), to_micros(end)
    if until <= begin:
        return
    known = calendar.spans.covering(begin, until)
    for index in range(known.following(begin), len(known.opens)):
        opens, closes = known.opens[index], known.closes[index]
        if opens >= until:
            return
        yield from_micros(max(opens, begin)), from_micros(min(closes, until))


def closing(calendar: Calendar, day: date) -> datetime | None:
    """The instant (UTC) at which work ends on a local date; None on a day off."""
    found = calendar.spans.of_day(day)
    return from_micros(found[-1][1]) if found else None


def _check_day(intervals: Sequence[Interval]) -> None:
    edge = 0
    for opens, closes in intervals:
        if not edge <= opens < closes <= 24 * 60:
            raise ValueError(f"intervals of a day must follow each other within 0:00-24:00: {intervals}")
        edge = closes
