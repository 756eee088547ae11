"""One clock: when an answer is due, what is late, and where its moments lie. Exactly on the deadline is in time.

`is_overdue` and `is_late` are the whole definition of lateness; figures repeat it in SQL (`statistics.measures`) and a
test holds both to the same grid around the deadline. Which clocks an appeal has is `reckoning`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from incidents.rules.calendar import Calendar, add_working, closing, working_seconds
from incidents.rules.life import Pause
from incidents.rules.norms import Hours, Norm, OnDayOff, Unit

_DAY = timedelta(days=1)
#: How far a working day is looked for; a calendar without one for so long is refused when it is entered.
_FARTHEST = 800
#: Working seconds that pass within that many days even where an hour a week is worked.
_LEAP = 4 * 86_400.0


class Verdict(StrEnum):
    """What can be said of a clock at a moment."""

    RUNNING = "running"
    PAUSED = "paused"
    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    #: Ended before its deadline without an answer: rejected, closed, forwarded, or followed by another clock.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Both ways to count the same stretch, always shown side by side, in whole seconds."""

    calendar_seconds: int
    working_seconds: int


def due(norm: Norm, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = (), extra_days: int = 0) -> datetime:
    """The instant (UTC) until which an answer is in time, as if a pause without an end had never begun.

    Pauses add: the deadline moves by their sum, and a term in days is then rounded to the end of a day, once. A pause that
    begins after the deadline changes nothing. Raises NoWorkingTime if the calendar has none.
    """
    return paused_due(norm, start, calendar, pauses, extra_days)[0]


def paused_due(
    norm: Norm, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = (), extra_days: int = 0
) -> tuple[datetime, Sequence[Pause]]:
    """The deadline as `due` says it, and the pauses that moved it."""
    given = deadline = _unpaused(norm, start, calendar, extra_days)
    paused = 0.0
    for count, pause in enumerate(pauses):
        # Exactly on the deadline is in time, so a pause that begins there holds it.
        if pause.ends is None or pause.begins > deadline:
            return deadline, pauses[:count]
        paused += measure(norm.hours, calendar, max(pause.begins, start), pause.ends)
        if paused:
            deadline = _whole(norm, _far(norm.hours, calendar, given, paused), calendar, pause.ends)
    return deadline, pauses


def measure(hours: Hours, calendar: Calendar, start: datetime, end: datetime) -> float:
    """Seconds of [start, end) as a norm counts them; 0 when the end is not after the start."""
    if hours is Hours.WORKING:
        return working_seconds(calendar, start, end)
    return max(0.0, (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(seconds=1))


def advance(hours: Hours, calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """The instant (UTC) at which so many seconds after `start` are used up, as a norm counts them."""
    if hours is Hours.WORKING:
        return add_working(calendar, start, seconds)
    return start.astimezone(UTC) + timedelta(seconds=seconds)


def _far(hours: Hours, calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """As `advance`, for authors who keep silent longer than a deadline is ever looked for ahead."""
    while seconds > _LEAP:
        start, seconds = advance(hours, calendar, start, _LEAP), seconds - _LEAP
    return advance(hours, calendar, start, seconds)


def paused_seconds(hours: Hours, calendar: Calendar, pauses: Sequence[Pause], start: datetime, end: datetime) -> float:
    """How much of [start, end) was waiting for the author, as a norm counts it."""
    return sum(
        measure(hours, calendar, max(start, pause.begins), min(end, pause.ends or end))
        for pause in pauses
        if pause.begins < end
    )


def verdict(
    now: datetime,
    due_at: datetime,
    stopped_at: datetime | None,
    ended_at: datetime | None,
    *,
    is_paused: bool = False,
    is_void: bool = False,
) -> Verdict:
    """What can be said of a clock at a moment. A deadline that passed before the end of the clock stays late.

    `is_void`: no incident, so there is nothing to be said of it.
    """
    end = stopped_at or ended_at
    if is_void:
        return Verdict.ENDED
    if end is not None and end > due_at:
        return Verdict.LATE
    if end is not None:
        return Verdict.IN_TIME if stopped_at else Verdict.ENDED
    if is_paused:
        return Verdict.PAUSED
    return Verdict.OVERDUE if now > due_at else Verdict.RUNNING


def is_overdue(due_at: datetime | None, answered_at: datetime | None, now: datetime) -> bool:
    """No first response yet, and the deadline has passed. Without a norm there is no deadline and no verdict."""
    return due_at is not None and answered_at is None and now > due_at


def is_late(due_at: datetime | None, answered_at: datetime | None, now: datetime) -> bool:
    """Answered after the deadline, or overdue."""
    if due_at is None:
        return False
    return (answered_at if answered_at is not None else now) > due_at


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> Elapsed:
    """How long it took (or takes so far) from start to end, by the clock on the wall and by the working calendar."""
    wall = max(0.0, (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds())
    return Elapsed(int(wall), int(working_seconds(calendar, start, end)))


def _unpaused(norm: Norm, start: datetime, calendar: Calendar, extra_days: int) -> datetime:
    if norm.unit is Unit.MINUTES:
        return advance(norm.hours, calendar, start, norm.term * 60)
    day = start.astimezone(calendar.zone).date()
    if norm.unit is Unit.WORKING_DAY_END:
        return _closing_after(calendar, start, day, norm.term)
    if norm.hours is Hours.WORKING:
        return _closing_after(calendar, day_end(calendar, day), day + _DAY, norm.term + extra_days)
    return _whole(norm, day_end(calendar, day + (norm.term + extra_days) * _DAY), calendar)


def _whole(norm: Norm, at: datetime, calendar: Calendar, after: datetime | None = None) -> datetime:
    """A term in days ends with a day, moved off a day without work where the norm says so, but not back before `after`."""
    if norm.unit is Unit.MINUTES:
        return at
    day = (at - timedelta(microseconds=1)).astimezone(calendar.zone).date()
    if norm.unit is Unit.WORKING_DAY_END or norm.hours is Hours.WORKING:
        return closing(calendar, day) or _closing_after(calendar, at, day, 1)
    earlier, later = (
        day_end(calendar, rule.moved(day, lambda each: closing(calendar, each) is None))
        for rule in (norm.on_day_off, OnDayOff.NEXT)
    )
    return earlier if after is None or earlier > after else later


def day_end(calendar: Calendar, day: date) -> datetime:
    """24:00 of a local date, as an instant (UTC)."""
    return datetime.combine(day + _DAY, time(), calendar.zone).astimezone(UTC)


def _closing_after(calendar: Calendar, after: datetime, day: date, count: int) -> datetime:
    """The closing of the `count`-th working day from `day` on whose closing lies after a moment."""
    found = None
    for offset in range(_FARTHEST):
        closes = closing(calendar, day + offset * _DAY)
        if closes is not None and closes > after:
            found, count = closes, count - 1
            if count <= 0:
                return found
    # Says it in the calendar's own words: there is no working time.
    return add_working(calendar, after, _FARTHEST * 86_400.0)
