"""The passport of a clock: every minute of it accounted for, so that a deadline can be defended in front of anybody.

Pure: made of a clock that `rules.reckoning` counted and of the journal entries it was counted from. What the same words
would have come to by another rule is `otherwise`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from incidents.rules import clock as counting
from incidents.rules.acts import Act
from incidents.rules.clock import Elapsed, Verdict, elapsed
from incidents.rules.life import PURPOSE_OF, Event, Life, Pause
from incidents.rules.reckoning import Clock
from incidents.rules.stages import Stretch, stretches
from incidents.rules.timeline import Line, lines

#: What stands in the timeline as a mark: who had it, what the citizen saw, what moved the deadline.
MARKED = frozenset(
    {Act.ASSIGN, Act.RETURN, Act.REJECT, Act.RESTORE, Act.CLOSE, Act.REOPEN, Act.EXTEND, Act.FORWARD, Act.FOLLOW_UP}
)


@dataclass(frozen=True, slots=True)
class Passport:
    """One clock from its start to its end (or to now), half-open lines without a gap that sum to `counted_seconds`."""

    clock: Clock
    lines: tuple[Line, ...]
    #: What lay, or lies, between the end and the deadline; empty once that has passed.
    rest: tuple[Line, ...]
    marks: tuple[Event, ...]
    end: datetime
    verdict: Verdict
    term_seconds: int
    counted_seconds: int
    paused_seconds: int
    #: By the clock on the wall and by the working calendar, whatever the norm counts.
    elapsed: Elapsed
    stages: tuple[Stretch, ...]

    @property
    def left_seconds(self) -> int:
        """Of the term, as the norm counts it; less than nothing after the deadline."""
        return self.term_seconds - self.counted_seconds

    @property
    def is_over(self) -> bool:
        """Was it met, or ended otherwise?"""
        return (self.clock.stopped_at or self.clock.ended_at) is not None


def explain(clock: Clock, life: Life, events: Iterable[Event], *, now: datetime) -> Passport:
    """Every minute of a clock that was counted from these entries at the same `now`."""
    start, end, pauses = clock.started_at, _end(clock, now), _pauses(clock, now)
    hours, calendar, due_at = clock.hours, clock.calendar, clock.due_at
    found = lines(hours, calendar, start, end, due_at, pauses)
    return Passport(
        clock=clock,
        lines=tuple(found),
        rest=tuple(lines(hours, calendar, end, due_at, due_at, pauses)),
        marks=tuple(_marks(events, start, end)),
        end=end,
        verdict=clock.verdict(now),
        term_seconds=_term_seconds(clock, pauses),
        counted_seconds=sum(line.counted_seconds for line in found),
        paused_seconds=int(counting.paused_seconds(hours, calendar, pauses, start, min(end, max(start, due_at)))),
        elapsed=elapsed(start, end, calendar),
        stages=_stages(clock, life, end),
    )


def shared_out(clock: Clock, life: Life, *, now: datetime) -> tuple[int, tuple[Stretch, ...]]:
    """Of a clock's passport as much as its shares are counted from: the seconds of its term, and its stages up to now."""
    return _term_seconds(clock, _pauses(clock, now)), _stages(clock, life, _end(clock, now))


def _end(clock: Clock, now: datetime) -> datetime:
    return max(clock.started_at, clock.stopped_at or clock.ended_at or now)


def _pauses(clock: Clock, now: datetime) -> tuple[Pause, ...]:
    """As the deadline was counted: until the author answers, a pause goes on until now."""
    return tuple(replace(each, ends=each.ends or max(each.begins, now)) for each in clock.pauses)


def _term_seconds(clock: Clock, pauses: tuple[Pause, ...]) -> int:
    due_at = clock.due_at
    return sum(
        line.counted_seconds for line in lines(clock.hours, clock.calendar, clock.started_at, due_at, due_at, pauses)
    )


def _stages(clock: Clock, life: Life, end: datetime) -> tuple[Stretch, ...]:
    return tuple(stretches(life.cycles[clock.cycle - 1], clock.started_at, end, clock.hours, clock.calendar))


def _marks(events: Iterable[Event], start: datetime, end: datetime) -> Iterator[Event]:
    """The entries worth a mark, by what happened; any other that moved the deadline of the figures is one too."""
    for event in sorted(events, key=lambda each: (each.at, each.seq)):
        is_worth = event.act in MARKED or event.act in PURPOSE_OF or "due_at" in event.data
        if is_worth and event.act not in (Act.REGISTER, Act.CORRECT, Act.OVERDUE) and start <= event.at <= end:
            yield event
