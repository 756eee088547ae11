"""What if: the same appeals under another limit, other hours or another calendar; how many would be late, and which flip.

Counted from stored facts, one plain tuple a clock, in one pass of bounded memory. With nothing changed every deadline is
still counted anew, by the norm and the calendar that made it, so that a figure which is not the recorded one would show.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappush, heappushpop
from zoneinfo import ZoneInfo

from incidents.rules import clock
from incidents.rules.calendar import Calendar, Versions
from incidents.rules.life import Pause
from incidents.rules.norms import Hours, Norm, Unit

IN_TIME, LATE, WAITING, ENDED, WITHOUT_NORM = "in_time", "late", "waiting", "ended", "without_norm"
#: What can be said of a clock, in the order of the tables. `ended`: over without an answer before it was due.
VERDICTS = (IN_TIME, LATE, WAITING, ENDED, WITHOUT_NORM)
HOURS_OF_WEEK = 7 * 24

#: One clock: the appeal, when it was received; when the clock began, was due, was met by an answer, ended without one;
#: its norm; the department and the topic; its pauses, the last of which may go on.
Fact = tuple[
    int,
    datetime,
    datetime | None,
    datetime | None,
    datetime | None,
    datetime | None,
    int | None,
    int | None,
    int | None,
    tuple[Pause, ...],
]


@dataclass(frozen=True, slots=True)
class Question:
    """What is changed; None is as it was. `limit` is in minutes, `calendar` stands for all that ever were."""

    limit: int | None = None
    hours: Hours | None = None
    calendar: Calendar | None = None

    def norm(self, norm: Norm) -> Norm:
        """A norm as the question has it."""
        if self.limit is not None:
            norm = replace(norm, term=self.limit, unit=Unit.MINUTES)
        return norm if self.hours is None else replace(norm, hours=self.hours)


@dataclass(frozen=True, slots=True)
class Flip:
    """An appeal whose verdict changes."""

    number: int
    before: str
    after: str


@dataclass(slots=True)
class Tally:
    """How many clocks, and how many of them late as it was and as it would be."""

    cases: int = 0
    before: int = 0
    after: int = 0

    def add(self, was_late: bool, is_late: bool) -> None:
        self.cases += 1
        self.before += was_late
        self.after += is_late


@dataclass(slots=True)
class Answer:
    """What came of it. A part without a department or topic stands under None; the week begins on Monday at 0:00."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    departments: dict[int | None, Tally] = field(default_factory=dict)
    topics: dict[int | None, Tally] = field(default_factory=dict)
    hours: list[Tally] = field(default_factory=lambda: [Tally() for _ in range(HOURS_OF_WEEK)])
    #: The flips with the highest numbers, the newest first; `flipped` counts all of them.
    flips: list[Flip] = field(default_factory=list)
    flipped: int = 0

    def before(self, verdict: str) -> int:
        """How many clocks have a verdict now."""
        return sum(count for (was, _), count in self.verdicts.items() if was == verdict)

    def after(self, verdict: str) -> int:
        """How many would have it."""
        return sum(count for (_, would_be), count in self.verdicts.items() if would_be == verdict)

    @property
    def cases(self) -> int:
        """How many clocks were looked at."""
        return self.verdicts.total()

    @property
    def to_late(self) -> int:
        """How many would become late."""
        return sum(count for (was, would_be), count in self.verdicts.items() if was != LATE == would_be)

    @property
    def from_late(self) -> int:
        """How many would not be late any more."""
        return sum(count for (was, would_be), count in self.verdicts.items() if was == LATE != would_be)


def verdict(due: datetime | None, met: datetime | None, ended: datetime | None, now: datetime) -> str:
    """What can be said of a clock at `now`; exactly on the deadline is in time."""
    if due is None:
        return WITHOUT_NORM
    end = met or ended
    if end is None:
        return LATE if now > due else WAITING
    if end > due:
        return LATE
    return IN_TIME if met else ENDED


@dataclass(slots=True)
class Counting:
    """One pass: `add` clocks in any order and as many batches as wanted, then read `answer()`."""

    zone: ZoneInfo
    now: datetime
    #: At most so many flips are kept, of appeals with a number below `before_number` where that is given.
    most_flips: int = 0
    before_number: int | None = None
    _answer: Answer = field(default_factory=Answer)
    _kept: list[tuple[int, str, str]] = field(default_factory=list)

    def add(
        self,
        number: int,
        received_at: datetime,
        department_id: int | None,
        topic_id: int | None,
        was: str,
        would_be: str,
    ) -> None:
        """Count one clock with its verdict as it is, and as it would be."""
        answer, was_late, is_late = self._answer, was == LATE, would_be == LATE
        answer.verdicts[was, would_be] += 1
        answer.departments.setdefault(department_id, Tally()).add(was_late, is_late)
        answer.topics.setdefault(topic_id, Tally()).add(was_late, is_late)
        local = received_at.astimezone(self.zone)
        answer.hours[local.weekday() * 24 + local.hour].add(was_late, is_late)
        if was != would_be:
            answer.flipped += 1
            if self.most_flips and (self.before_number is None or number < self.before_number):
                keep = heappush if len(self._kept) < self.most_flips else heappushpop
                keep(self._kept, (number, was, would_be))

    def answer(self) -> Answer:
        """Everything that was counted."""
        self._answer.flips = [Flip(*each) for each in sorted(self._kept, reverse=True)]
        return self._answer


def ask(
    facts: Iterable[Fact], question: Question, norms: Mapping[int, Norm], calendars: Versions, counting: Counting
) -> None:
    """Count these clocks under the question. A clock without a norm has no verdict under any."""
    asked = {number: question.norm(norm) for number, norm in norms.items()}
    # Around the clock a deadline is one addition; the rest takes the calendar.
    plain = {
        number: timedelta(minutes=norm.term)
        for number, norm in asked.items()
        if norm.unit is Unit.MINUTES and norm.hours is Hours.CALENDAR
    }
    now = counting.now
    for number, received_at, started_at, due_at, met, ended, norm_id, department_id, topic_id, pauses in facts:
        is_paused = bool(pauses) and pauses[-1].ends is None and not met and not ended
        was = WAITING if is_paused else verdict(due_at, met, ended, now)
        would_be = was
        if norm_id is not None and started_at is not None and not is_paused:
            if not pauses and norm_id in plain:
                due = started_at + plain[norm_id]
            else:
                calendar = question.calendar or calendars.at(started_at)
                due = clock.due(asked[norm_id], started_at, calendar, pauses)
            would_be = verdict(due, met, ended, now)
        counting.add(number, received_at, department_id, topic_id, was, would_be)
