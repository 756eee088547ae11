"""When nobody decides on a text that waits for approval: who is told of it and when, and from when its author may publish it.

Moments come from one setting, `head:20,press:15,manager:10`: who hears of it so many minutes before the deadline that
presses, counted as its norm counts. Nobody is told of a text that was handed in a moment ago, however near the deadline
is. At the last of these moments the approver counts as silent, and the author may publish under the own name: by a
click of his own, never by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from incidents.rules import clock
from incidents.rules.acts import Act, Status
from incidents.rules.alarms import BadSteps, Level, Moment, Step
from incidents.rules.life import Cycle
from incidents.rules.reckoning import Clock, Reckoning, is_in_days

#: How the code of such a moment begins, in the alarms and in the journal.
PREFIX = "silence:"
#: An approver has at least so many seconds before anybody is told, and so many again before the next ones are.
PATIENCE = 5 * 60
#: The same of a term in days, whose last minutes are minutes before midnight.
_PATIENCE_OF_DAYS = 60 * 60
_DAY_BEFORE = timedelta(days=1)


def read_steps(written: str) -> tuple[Step, ...]:
    """The steps of the setting, the earliest first. Raises BadSteps with a sentence."""
    steps = [_step(part.strip()) for part in written.split(",") if part.strip()]
    if len({step.code for step in steps}) < len(steps):
        raise BadSteps("the same moment stands there twice")
    return tuple(sorted(steps, key=lambda step: step.minutes))


def moments(reckoning: Reckoning, steps: Sequence[Step]) -> Iterator[Moment]:
    """Each step with its instant, while a text waits for approval and a clock runs; the second text that is handed in
    has moments of its own."""
    of, handed_in = reckoning.pressing, waits_since(reckoning.life.cycles[-1])
    if of is None or handed_in is None:
        return
    turn = sum(part.status is Status.ON_APPROVAL for part in reckoning.life.cycles[-1].held)
    minutes = sorted({step.minutes for step in steps})
    for step in steps:
        code = step.code if turn == 1 else f"{step.code}:{turn}"
        patience = (_PATIENCE_OF_DAYS if is_in_days(of.norm) else PATIENCE) * (minutes.index(step.minutes) + 1)
        at = max(_before(of, -step.minutes), clock.advance(of.hours, of.calendar, handed_in, patience))
        yield Moment(Step(code, step.act, step.level, minutes=step.minutes), at)


def waits_since(cycle: Cycle) -> datetime | None:
    """When the text that waits for approval now was handed in; None where none waits."""
    last = cycle.held[-1]
    return last.begins if last.status is Status.ON_APPROVAL else None


def is_silent(begins: datetime | None, now: datetime) -> bool:
    """Has the last of the moments (`begins`; None: there is none) come without anybody's decision?"""
    return begins is not None and now >= begins


def begins(coming: Iterable[datetime]) -> datetime | None:
    """From when the approver counts as silent: the last of the moments at which somebody is told."""
    return max(coming, default=None)


def _before(of: Clock, minutes: int) -> datetime:
    if is_in_days(of.norm):
        return of.due_at - _DAY_BEFORE
    left = clock.measure(of.hours, of.calendar, of.started_at, of.due_at) - minutes * 60
    return clock.advance(of.hours, of.calendar, of.started_at, max(0.0, left))


def _step(part: str) -> Step:
    level, _, minutes = part.partition(":")
    known = [each for each in Level if each is not Level.DEPUTY]
    if level not in known or not minutes.isdecimal() or int(minutes) >= 100_000:
        raise BadSteps(f"{part!r}: write {', '.join(f'{each}:15' for each in known)} for minutes before the deadline")
    return Step(f"{PREFIX}{level}:{int(minutes)}", Act.SILENCE, Level(level), minutes=-int(minutes))
