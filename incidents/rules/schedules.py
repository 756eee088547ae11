"""Working hours that another program may have counted by: which ones explain its figures, and how many of them.

A schedule is a plain day; what else could be behind a figure (a lunch hour, a shorter Friday, a calendar without holidays)
is tried beside it, one thing at a time, so that the answer stays one that a person can check.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from incidents.rules.calendar import Calendar, Interval, Week, working_seconds

MIDNIGHT = 24 * 60
#: Minutes between two closing hours that are tried: alone, and together with another change.
CLOSING_STEP, _STEP_TOGETHER = 15, 30
#: The shortest working day that is thought of.
_SHORTEST = 3 * 60
_OPENINGS = (8 * 60, 8 * 60 + 30, 9 * 60, 9 * 60 + 30)
_LUNCHES: tuple[Interval, ...] = ((720, 780), (750, 810), (780, 840))


class Days(StrEnum):
    """Which days are worked."""

    PRODUCTION = "by the production calendar"
    WEEK = "Monday to Friday, holidays too"
    EVERY = "every day of the week"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hours of a working day in minutes from midnight, the same on every day but perhaps Friday."""

    opens: int
    closes: int
    lunch: Interval | None = None
    friday_shorter_by: int = 0
    days: Days = Days.PRODUCTION

    @property
    def is_possible(self) -> bool:
        """Do the hours follow one another?"""
        ends = self.closes - self.friday_shorter_by
        noon = self.lunch or (self.opens, self.opens)
        return 0 <= self.opens <= noon[0] <= noon[1] < ends <= self.closes <= MIDNIGHT and (
            self.lunch is None or self.opens < noon[0] < noon[1]
        )

    @property
    def week(self) -> Week:
        friday = self._day(self.closes - self.friday_shorter_by)
        weekend = self._day(self.closes) if self.days is Days.EVERY else ()
        return (*(self._day(self.closes),) * 4, friday, weekend, weekend)

    def _day(self, closes: int) -> tuple[Interval, ...]:
        if self.lunch is None:
            return ((self.opens, closes),)
        return ((self.opens, self.lunch[0]), (self.lunch[1], closes))

    def __str__(self) -> str:
        parts = [f"{hour(self.opens)}-{hour(self.closes)}"]
        if self.lunch:
            parts.append(f"lunch {hour(self.lunch[0])}-{hour(self.lunch[1])}")
        if self.friday_shorter_by:
            parts.append(f"Friday {self.friday_shorter_by} minutes shorter")
        return ", ".join([*parts, self.days])


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one moment to another, and the whole minutes of working time that the other program counted between them."""

    start: datetime
    end: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The schedules that explain most of the stretches, the plainest first, and how many they explain."""

    schedules: tuple[Schedule, ...]
    count: int


#: The calendar of a schedule: where holidays are known is no matter of these rules.
MakeCalendar = Callable[[Schedule], Calendar]


def minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Working time in whole minutes, what is over cut off."""
    return int(working_seconds(calendar, start, end) // 60)


def whole_minutes(told: timedelta) -> int:
    return told // timedelta(minutes=1)


def best(candidates: Sequence[Schedule], stretches: Sequence[Stretch], calendar: MakeCalendar) -> Fit:
    """Which of the candidates explain most; of equals all, in the order given."""
    counts = [explained(calendar(candidate), stretches) for candidate in candidates]
    most = max(counts, default=0)
    found = tuple(each for each, count in zip(candidates, counts, strict=True) if count == most)
    return Fit(found, most)


def explained(calendar: Calendar, stretches: Sequence[Stretch]) -> int:
    """How many of the stretches have as many minutes by this calendar as by the other program."""
    return sum(minutes(calendar, each.start, each.end) == each.minutes for each in stretches)


def closings(given: Schedule) -> list[Schedule]:
    """The schedule with each closing hour that could be, the given one first."""
    return [given, *_closings(given, CLOSING_STEP, but=given.closes)]


def changes(given: Schedule) -> list[Schedule]:
    """The schedule with one other thing changed, and each closing hour beside it."""
    return [each for changed in _changed(given) for each in _closings(changed, _STEP_TOGETHER, but=None)]


def hour(minute: int) -> str:
    """Minutes from midnight as a clock shows them; 24:00 too."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _closings(schedule: Schedule, step: int, but: int | None) -> Iterator[Schedule]:
    first = (schedule.opens + _SHORTEST + step - 1) // step * step
    for closes in range(first, MIDNIGHT + 1, step):
        candidate = replace(schedule, closes=closes)
        if closes != but and candidate.is_possible:
            yield candidate


def _changed(given: Schedule) -> Iterator[Schedule]:
    yield from (replace(given, lunch=lunch) for lunch in (None, *_LUNCHES) if lunch != given.lunch)
    yield from (replace(given, friday_shorter_by=shorter) for shorter in (60, 75))
    yield from (replace(given, opens=opens) for opens in _OPENINGS if opens != given.opens)
    yield from (replace(given, days=days) for days in Days if days is not given.days)
