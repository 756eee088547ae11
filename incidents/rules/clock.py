"""The first clock: when an answer is due, and what is late. Exactly on the deadline is in time.

`is_overdue` and `is_late` are the whole definition of lateness; figures repeat it in SQL
(`statistics.measures`) and a test holds both to the same grid around the deadline.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidents.rules.calendar import Calendar, add_working, working_seconds
from incidents.rules.norms import Hours


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Both ways to count the same stretch, always shown side by side, in whole seconds."""

    calendar_seconds: int
    working_seconds: int


def due(start: datetime, term_minutes: int, hours: Hours, calendar: Calendar) -> datetime:
    """The instant (UTC) until which an answer is in time: `term_minutes` after `start`, around the clock or in working time."""
    if hours is Hours.CALENDAR:
        return start.astimezone(UTC) + timedelta(minutes=term_minutes)
    return add_working(calendar, start, term_minutes * 60)


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
