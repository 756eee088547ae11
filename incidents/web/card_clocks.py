"""What runs on a card: every clock of the appeal in words, and the window in which a department may say "not ours"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import bindparam, select

from incidents.flow import routing
from incidents.records.appeals import Appeal
from incidents.records.clocks import ClockRow
from incidents.rules.acts import Act, Refused, Status
from incidents.rules.clock import Verdict
from incidents.rules.norms import ClockName
from incidents.web import current, refusals
from incidents.web.words import Mark

LABELS = {
    ClockName.FIRST: lazy_gettext("First answer"),
    ClockName.FINAL: lazy_gettext("Final answer"),
    ClockName.NEXT: lazy_gettext("Answer to the new message"),
    ClockName.PROMISE: lazy_gettext("Promised decision"),
    ClockName.REGISTER: lazy_gettext("Registration"),
}
MARKS = {
    Verdict.RUNNING: Mark("hourglass-low", lazy_gettext("runs")),
    Verdict.PAUSED: Mark("message-question", lazy_gettext("waits for the author")),
    Verdict.IN_TIME: Mark("circle-check", lazy_gettext("in time"), "fine"),
    Verdict.LATE: Mark("alert-circle", lazy_gettext("late"), "late"),
    Verdict.OVERDUE: Mark("alert-circle", lazy_gettext("overdue"), "late"),
    Verdict.ENDED: Mark("lock", lazy_gettext("ended"), "none"),
}


_CLOCKS = (
    select(ClockRow)
    .where(ClockRow.appeal_number == bindparam("number"))
    .order_by(ClockRow.cycle, ClockRow.started_at, ClockRow.id)
)


@dataclass(frozen=True)
class Line:
    """One clock in words. A paused one has no date: it moves with every minute of waiting."""

    row: ClockRow
    label: Any
    mark: Mark
    verdict: Verdict

    @property
    def is_open(self) -> bool:
        return self.verdict in (Verdict.RUNNING, Verdict.PAUSED, Verdict.OVERDUE)


@dataclass(frozen=True)
class NotOurs:
    """May the department still give it back: until when, or the sentence that says why not any more."""

    closes_at: datetime | None = None
    why_not: str = ""


def read(appeal: Appeal, now: datetime) -> Sequence[Line]:
    """The clocks in the order in which they began; none where the first answer's is all there is: the line above says it."""
    rows = current.session().scalars(_CLOCKS, {"number": appeal.number}).all()
    if [row.name for row in rows] == [ClockName.FIRST]:
        return ()
    return [_line(row, row.verdict(now, is_void=appeal.status is Status.REJECTED)) for row in rows]


def possible(appeal: Appeal, acts: frozenset[Act], not_ours: NotOurs) -> frozenset[Act]:
    """What the table allows less what the flow would refuse whatever is typed: no button leads to a certain no."""
    gone = {Act.REJECT} if appeal.answered_at is not None else {Act.CLOSE}
    return acts - gone - ({Act.RETURN} if not_ours.why_not else set())


def not_ours(appeal: Appeal, acts: frozenset[Act], now: datetime) -> NotOurs:
    """The window of "not ours", for who has it to give back."""
    if Act.RETURN not in acts:
        return NotOurs()
    if appeal.returns >= routing.MOST_RETURNS:
        return NotOurs(None, refusals.sentence(Refused("press_decides")))
    closes_at = routing.return_closes_at(current.session(), appeal)
    if closes_at is not None and now > closes_at:
        return NotOurs(None, refusals.sentence(Refused("return_window_closed", at=closes_at)))
    return NotOurs(closes_at)


def _line(row: ClockRow, verdict: Verdict) -> Line:
    return Line(row, LABELS[row.name], MARKS[verdict], verdict)
