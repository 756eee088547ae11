"""When a clock raises its voice, and to whom: warnings before the deadline, the flag at it, the chain of escalation after.

Moments come from two settings: `75%,15` (three quarters of the term used up; fifteen minutes left) and
`responder:0,head:15,deputy:30,manager:60` (who hears of it so many minutes after the deadline). They are counted as the
norm counts: working time where it counts working time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incidents.rules import clock
from incidents.rules.acts import Act
from incidents.rules.norms import ClockName, Unit
from incidents.rules.reckoning import Clock


class Level(StrEnum):
    """Who is to hear of it."""

    RESPONDER = "responder"
    HEAD = "head"
    #: The deputy head of the city who answers for the department.
    DEPUTY = "deputy"
    MANAGER = "manager"
    #: The press sector; also where an alarm ends when nobody else is there.
    PRESS = "press"


class BadSteps(ValueError):
    """A list of moments that cannot be read; the text says which part."""


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a clock: a share of the term, or minutes before (negative) or after the deadline."""

    code: str
    act: Act
    level: Level
    percent: int | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of one clock and the instant (UTC) at which it comes."""

    step: Step
    at: datetime


#: Of a term in days the minutes before are a day: a quarter of an hour before midnight warns nobody.
_DAY_BEFORE = timedelta(days=1)
#: Only these can become late by our own fault without an earlier alarm.
ALARMING = frozenset({ClockName.FIRST, ClockName.FINAL, ClockName.NEXT, ClockName.PROMISE})


def read_steps(warn_at: str, escalate_at: str) -> tuple[Step, ...]:
    """The steps of both settings; the flag at the deadline is always one of them.

    Raises BadSteps with a sentence.
    """
    warnings = [_warning(part) for part in _parts(warn_at)]
    chain = [_escalation(part) for part in _parts(escalate_at)]
    first = [step for step in chain if step.minutes == 0]
    level = first[0].level if first else Level.RESPONDER
    flag = Step("overdue", Act.OVERDUE, level)
    steps = (*warnings, flag, *(step for step in chain if step.minutes > 0))
    if len({step.code for step in steps}) < len(steps):
        raise BadSteps("the same moment stands there twice")
    return steps


def moments(of: Clock, steps: Sequence[Step]) -> Iterator[Moment]:
    """Each step of a clock with its instant, none before the clock's start."""
    if of.name not in ALARMING or of.is_paused or of.is_void:
        return
    for step in steps:
        yield Moment(step, max(of.started_at, _instant(of, step)))


def _instant(of: Clock, step: Step) -> datetime:
    if step.percent is not None:
        whole = clock.measure(of.hours, of.calendar, of.started_at, of.due_at)
        return clock.advance(of.hours, of.calendar, of.started_at, whole * step.percent / 100)
    if step.minutes >= 0:
        return clock.advance(of.hours, of.calendar, of.due_at, step.minutes * 60) if step.minutes else of.due_at
    # What is due by the end of a working day has its minutes, as an hour has: a day before, it had not begun.
    if of.norm is None or of.norm.unit is Unit.DAYS:
        return of.due_at - _DAY_BEFORE
    left = clock.measure(of.hours, of.calendar, of.started_at, of.due_at) + step.minutes * 60
    return clock.advance(of.hours, of.calendar, of.started_at, max(0.0, left))


def _parts(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]


def _warning(part: str) -> Step:
    number = part.removesuffix("%")
    if not number.isdecimal() or not 0 < int(number) < (100 if part.endswith("%") else 100_000):
        raise BadSteps(f"{part!r}: write 75% for a share of the term, 15 for minutes before the deadline")
    if part.endswith("%"):
        return Step(f"warn:{number}%", Act.WARN, Level.RESPONDER, percent=int(number))
    return Step(f"warn:{number}", Act.WARN, Level.RESPONDER, minutes=-int(number))


def _escalation(part: str) -> Step:
    level, _, minutes = part.partition(":")
    if level not in set(Level) or not minutes.isdecimal() or int(minutes) >= 100_000:
        raise BadSteps(f"{part!r}: write {', '.join(f'{each}:30' for each in Level)} for minutes after the deadline")
    return Step(f"escalate:{level}:{minutes}", Act.ESCALATE, Level(level), minutes=int(minutes))


def act_of(step: str) -> Act:
    """What the journal calls an alarm of this step."""
    return Act.OVERDUE if step == "overdue" else Act(step.partition(":")[0])
