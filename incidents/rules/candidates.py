"""Why this norm and no other: every row that might have been asked, and what decided against it.

`norms.choose` decides; this only tells, and a test holds both to each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from incidents.rules.norms import Case, ClockName, Norm, in_force


class Reason(StrEnum):
    """What became of a norm when the one of a clock was looked for."""

    CHOSEN = "chosen"
    #: It is for another network, topic or importance.
    OTHER_CASE = "other_case"
    #: It was not yet in force when the clock started.
    NOT_YET = "not_yet"
    #: It had been retired.
    RETIRED = "retired"
    #: A later one of the same fields had taken its place.
    REPLACED = "replaced"
    #: It fits, and the chosen one names more of the appeal's fields.
    PLAINER = "plainer"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One norm and what became of it."""

    norm: Norm
    reason: Reason


def candidates(
    norms: Iterable[Norm], case: Case, clock: ClockName, chosen: Norm, start: datetime, zone: ZoneInfo
) -> list[Candidate]:
    """Every norm of this kind and clock: the chosen first, then the nearest by its first day."""
    known = [norm for norm in norms if norm.kind == case.kind and norm.clock is clock]
    found = [Candidate(norm, _reason(norm, case, chosen, start, zone)) for norm in known]
    return sorted(
        found,
        key=lambda each: (each.reason is not Reason.CHOSEN, each.norm.valid_from > chosen.valid_from, each.norm.id),
    )


def _reason(norm: Norm, case: Case, chosen: Norm, start: datetime, zone: ZoneInfo) -> Reason:
    if norm.id == chosen.id:
        return Reason.CHOSEN
    always = replace(norm, valid_from=date.min, effective_at=None, retired_on=None)
    if in_force([always], case, norm.clock, start, zone) is None:
        return Reason.OTHER_CASE
    if in_force([replace(norm, retired_on=None)], case, norm.clock, start, zone) is None:
        return Reason.NOT_YET
    if in_force([norm], case, norm.clock, start, zone) is None:
        return Reason.RETIRED
    return Reason.REPLACED if _fields(norm) == _fields(chosen) else Reason.PLAINER


def _fields(norm: Norm) -> tuple[str | None, str | None, int | None]:
    return norm.network, norm.importance, norm.topic_id
