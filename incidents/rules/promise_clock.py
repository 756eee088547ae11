"""When a promise raises its voice: as work begins on the working day before, on the day itself, and once it is broken."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from incidents.rules.calendar import Calendar

#: Where a calendar knows no working day near, the hour at which people are reminded.
_MORNING = time(9)
_FARTHEST_BACK = 21


class PromiseState(StrEnum):
    """What became of a promise. Broken is no state: it follows from the day (`is_broken`)."""

    OPEN = "open"
    KEPT = "kept"
    #: Another day was promised in public instead.
    MOVED = "moved"
    #: No promise after all, or given up, with a reason.
    DROPPED = "dropped"


#: How the steps of a promise's alarms begin.
PREFIX = "promise:"


class Reminder(StrEnum):
    """The voices of a promise, in the order in which they come."""

    BEFORE = "promise:before"
    DAY = "promise:day"
    BROKEN = "promise:broken"


@dataclass(frozen=True, slots=True)
class Voice:
    """A reminder and the instant (UTC) of its coming."""

    reminder: Reminder
    at: datetime


def is_broken(state: PromiseState, due_on: date, kept_on: date | None, today: date) -> bool:
    """Was the promised day over before the promise was kept? Kept late is broken too; what was moved or dropped is not."""
    if state is PromiseState.KEPT:
        return kept_on is not None and kept_on > due_on
    return state is PromiseState.OPEN and today > due_on


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Is there work on a local date? A calendar that knows no work at all counts Monday to Friday."""
    if any(calendar.week):
        return bool(calendar.intervals_on(day))
    return day.weekday() < 5


def ends_at(due_on: date, calendar: Calendar) -> datetime:
    """The end (UTC) of the promised day."""
    return datetime.combine(due_on + timedelta(days=1), time(), calendar.zone).astimezone(UTC)


def next_voice(due_on: date, calendar: Calendar, after: datetime) -> Voice | None:
    """The first voice that comes later than `after`; what lay before is not made up for."""
    return next((each for each in _voices(due_on, calendar) if each.at > after), None)


def last_voice(due_on: date, calendar: Calendar, now: datetime) -> Voice | None:
    """The last voice that has come by now: after a standstill it says all that the earlier ones would have said."""
    come = [each for each in _voices(due_on, calendar) if each.at <= now]
    return come[-1] if come else None


def _voices(due_on: date, calendar: Calendar) -> tuple[Voice, ...]:
    day = _working_day(calendar, due_on)
    before = _working_day(calendar, day - timedelta(days=1))
    return (
        Voice(Reminder.BEFORE, _opening(calendar, before)),
        Voice(Reminder.DAY, _opening(calendar, day)),
        Voice(Reminder.BROKEN, ends_at(due_on, calendar)),
    )


def _working_day(calendar: Calendar, latest: date) -> date:
    """The last working day not later than a date; the date itself where none is near."""
    days = (latest - timedelta(days=back) for back in range(_FARTHEST_BACK))
    return next((day for day in days if is_working_day(calendar, day)), latest)


def _opening(calendar: Calendar, day: date) -> datetime:
    intervals = calendar.intervals_on(day)
    minutes = intervals[0][0] if intervals else _MORNING.hour * 60
    begins = datetime.combine(day, time(minutes // 60 % 24, minutes % 60), calendar.zone)
    return begins.astimezone(UTC)
