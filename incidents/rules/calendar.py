"""Working time: a week of local half-open intervals in one zone, with single days that differ.

Everything is counted in seconds between instants (aware datetimes); a day's intervals are turned into instants in the
zone, so a day with a change to daylight saving is as long as it really was. 24:00 is allowed as an end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How far ahead a deadline is looked for. A calendar without working time for so long is an error, not a loop.
HORIZON_DAYS = 800

#: Minutes from local midnight, half-open: (540, 1080) is 9:00 to 18:00.
Interval = tuple[int, int]


class NoWorkingTime(ValueError):
    """The calendar has no working time where some was looked for."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A working week: `week[0]` is Monday. `special` holds the dates whose hours differ; an empty day is a day off."""

    zone: ZoneInfo
    week: tuple[tuple[Interval, ...], ...]
    special: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for day in (*self.week, *self.special.values()):
            _check_day(day)

    def intervals_on(self, day: date) -> Sequence[Interval]:
        """The working intervals of a local date."""
        return self.special.get(day, self.week[day.weekday()])


def working_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Seconds of working time in [start, end); 0 when the end is not after the start."""
    # Two aware times of one zone are subtracted by the clock on the wall; only in UTC is a second a second.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    # Exact to the microsecond: seconds as floats, added up, would lose one now and then.
    total = timedelta()
    for opens, closes in _spans(calendar, start):
        if max(opens, start) >= end:
            break
        total += min(closes, end) - max(opens, start)
    return total.total_seconds()


def add_working(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """The instant (UTC) at which `seconds` of working time after `start` are used up.

    Raises NoWorkingTime when the horizon is reached first.
    """
    start, left = start.astimezone(UTC), timedelta(seconds=seconds)
    for opens, closes in _spans(calendar, start):
        begin = max(opens, start)
        if begin + left <= closes:
            return begin + left
        left -= closes - begin
    raise NoWorkingTime(f"no working time within {HORIZON_DAYS} days of {start.isoformat()}")


def is_working(calendar: Calendar, moment: datetime) -> bool:
    """Does work go on at this instant?"""
    return any(opens <= moment for opens, _ in _spans(calendar, moment, days=2))


def _spans(calendar: Calendar, start: datetime, days: int = HORIZON_DAYS) -> Iterator[tuple[datetime, datetime]]:
    """Working spans as UTC instants in order, from the one that contains or follows `start`."""
    first = start.astimezone(calendar.zone).date()
    edge = datetime.min.replace(tzinfo=UTC)
    for offset in range(days):
        day = first + timedelta(days=offset)
        for opens_at, closes_at in calendar.intervals_on(day):
            # Hours that the clock jumps over in spring would end before they begin, or twice be counted.
            opens = max(edge, _instant(calendar.zone, day, opens_at))
            closes = edge = max(opens, _instant(calendar.zone, day, closes_at))
            if opens < closes and closes > start:
                yield opens, closes


def _instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    if minute == 24 * 60:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _check_day(intervals: Sequence[Interval]) -> None:
    edge = 0
    for opens, closes in intervals:
        if not edge <= opens < closes <= 24 * 60:
            raise ValueError(f"intervals of a day must follow each other within 0:00-24:00: {intervals}")
        edge = closes
