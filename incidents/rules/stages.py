"""Where the minutes went: each of them belongs to exactly one stage and one owner, and the stages sum to the total.

A department is charged until its answer goes for approval, as in «Инцидент-менеджмент», and a wrongly addressed one only
until it returned the appeal. What lies between the start of the clock and our hearing of it is the press sector's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incidents.rules.acts import Status
from incidents.rules.calendar import Calendar
from incidents.rules.clock import measure
from incidents.rules.life import Cycle, Held
from incidents.rules.norms import Hours


class Stage(StrEnum):
    """The four rooms an appeal passes, and waiting for the author, which nobody here can shorten."""

    TRIAGE = "triage"
    DEPARTMENT = "department"
    APPROVAL = "approval"
    PUBLISHING = "publishing"
    AUTHOR = "author"


_STAGE_OF: Mapping[Status, Stage] = {
    Status.NEW: Stage.TRIAGE,
    # Taken back into work afterwards: the press sector had put it away.
    Status.REJECTED: Stage.TRIAGE,
    Status.ON_APPROVAL: Stage.APPROVAL,
    Status.PUBLISHING: Stage.PUBLISHING,
    Status.AWAITING_AUTHOR: Stage.AUTHOR,
    # Nobody's fault but that of who held it for none of ours.
    Status.REJECTED: Stage.TRIAGE,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """An unbroken time in one stage with one owner, half-open; `seconds` as the norm counts them."""

    stage: Stage
    #: The department that had it; None: the press sector.
    department_id: int | None
    begins: datetime
    ends: datetime
    seconds: float


def stretches(cycle: Cycle, start: datetime, end: datetime, hours: Hours, calendar: Calendar) -> list[Stretch]:
    """The stages of [start, end), in order and without a gap; empty when the end is not after the start."""
    return [
        Stretch(stage, owner, begins, ends, measure(hours, calendar, begins, ends))
        for stage, owner, begins, ends in _joined(_pieces(cycle.held, start, end))
    ]


def sums(parts: Iterable[Stretch]) -> dict[tuple[Stage, int | None], float]:
    """Seconds by stage and owner, in the order in which each began."""
    total: dict[tuple[Stage, int | None], float] = {}
    for part in parts:
        key = (part.stage, part.department_id)
        total[key] = total.get(key, 0.0) + part.seconds
    return total


def whole(parts: Iterable[Stretch]) -> list[tuple[Stretch, int]]:
    """Each stretch with its whole seconds; parts of one are carried over, so that they sum to what all of them are."""
    found: list[tuple[Stretch, int]] = []
    passed = 0.0
    for part in parts:
        before, passed = passed, passed + part.seconds
        # To the microsecond: sums of floats must not lose a second that is there.
        found.append((part, int(round(passed, 6)) - int(round(before, 6))))
    return found


_Piece = tuple[Stage, int | None, datetime, datetime]


def _pieces(held: Iterable[Held], start: datetime, end: datetime) -> Iterator[_Piece]:
    """The life cut to [start, end): before the first of it the press sector's triage, after the last as it then stood."""
    edge, stage, owner = start, Stage.TRIAGE, None
    for part in held:
        if edge < min(part.begins, end):
            yield stage, owner, edge, min(part.begins, end)
            edge = min(part.begins, end)
        stage, owner = room(part)
    if edge < end:
        yield stage, owner, edge, end


def room(part: Held) -> tuple[Stage, int | None]:
    """The stage and the owner of a stretch of a life."""
    stage = _STAGE_OF.get(part.status, Stage.DEPARTMENT)
    return stage, part.department_id if stage is Stage.DEPARTMENT else None


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    last: _Piece | None = None
    for piece in pieces:
        if last is not None and last[:2] == piece[:2]:
            last = (*last[:3], piece[3])
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
