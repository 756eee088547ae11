"""What the same clock would have come to by another rule: around the clock, without the break, with another term.

The answer to the first thing that anybody asks who sees a passport. Pure; never stored, never a verdict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from incidents.rules.calendar import Calendar, Day, Interval, NoWorkingTime
from incidents.rules.clock import due, measure
from incidents.rules.life import Cycle, Pause
from incidents.rules.norms import ClockName, Hours, Norm, OnDayOff, Unit
from incidents.rules.reckoning import Clock

#: A break of an hour at noon, where the calendar has none.
_NOON: Interval = (13 * 60, 14 * 60)


class Other(StrEnum):
    """Another rule by which the same words might have been counted."""

    AROUND_THE_CLOCK = "around_the_clock"
    WORKING_HOURS = "working_hours"
    #: The calendar's breaks counted as work.
    BREAKS_COUNTED = "breaks_counted"
    #: The calendar has no break: one of 13:00-14:00 taken out.
    NOON_TAKEN_OUT = "noon_taken_out"
    #: The term of 2018, or the one of 2023.
    EIGHT_HOURS = "eight_hours"
    TWO_HOURS = "two_hours"
    #: A term in days that ends on a day off.
    DAY_KEPT = "day_kept"
    DAY_BEFORE = "day_before"
    DAY_AFTER = "day_after"


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another rule would have come to; `late_seconds` as that rule counts them, 0 in time."""

    code: Other
    due_at: datetime
    late_seconds: int


def alternatives(clock: Clock, cycle: Cycle, *, now: datetime) -> list[Alternative]:
    """Each other rule that makes sense for this norm; none for a promise, whose date was given to the citizen."""
    if clock.norm is None:
        return []
    pauses = [replace(each, ends=each.ends or max(each.begins, now)) for each in clock.pauses]
    extra = sum(cycle.extensions) if clock.name is ClockName.FIRST else 0
    end = clock.stopped_at or clock.ended_at or now
    return [
        found
        for code, norm, calendar in _others(clock.norm, clock.calendar, clock)
        if (found := _counted(code, norm, calendar, clock.started_at, end, pauses, extra)) is not None
    ]


def _others(norm: Norm, calendar: Calendar, clock: Clock) -> Iterator[tuple[Other, Norm, Calendar]]:
    if norm.unit is Unit.MINUTES:
        other = Hours.CALENDAR if norm.hours is Hours.WORKING else Hours.WORKING
        code = Other.AROUND_THE_CLOCK if norm.hours is Hours.WORKING else Other.WORKING_HOURS
        yield code, replace(norm, hours=other), calendar
        if norm.hours is Hours.WORKING:
            yield _other_break(norm, calendar)
        for minutes, longer in ((120, Other.TWO_HOURS), (480, Other.EIGHT_HOURS)):
            if norm.term != minutes:
                yield longer, replace(norm, term=minutes), calendar
    elif norm.unit is Unit.DAYS and norm.hours is Hours.CALENDAR:
        for code, rule in (
            (Other.DAY_KEPT, OnDayOff.KEEP),
            (Other.DAY_BEFORE, OnDayOff.PREVIOUS),
            (Other.DAY_AFTER, OnDayOff.NEXT),
        ):
            changed = replace(norm, on_day_off=rule)
            if rule is not norm.on_day_off and due(changed, clock.started_at, calendar) != clock.due_at:
                yield code, changed, calendar


def _other_break(norm: Norm, calendar: Calendar) -> tuple[Other, Norm, Calendar]:
    has_breaks = any(len(intervals) > 1 for intervals in calendar.week)
    change = _without_breaks if has_breaks else _with_noon
    special: dict[date, Day] = {
        on: replace(day, intervals=change(day.intervals)) for on, day in calendar.special.items()
    }
    changed = Calendar(calendar.zone, tuple(change(each) for each in calendar.week), special, calendar.version)
    return (Other.BREAKS_COUNTED if has_breaks else Other.NOON_TAKEN_OUT), norm, changed


def _without_breaks(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    return ((intervals[0][0], intervals[-1][1]),) if intervals else ()


def _with_noon(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    begins, ends = _NOON
    parts = [part for opens, closes in intervals for part in ((opens, min(closes, begins)), (max(opens, ends), closes))]
    return tuple((opens, closes) for opens, closes in parts if opens < closes)


def _counted(
    code: Other, norm: Norm, calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause], extra: int
) -> Alternative | None:
    try:
        due_at = due(norm, start, calendar, pauses, extra)
    except NoWorkingTime:
        return None
    return Alternative(code, due_at, -int(-measure(norm.hours, calendar, due_at, end) // 1))
