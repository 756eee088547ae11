"""Which norm is in force: the effective-dated rows, the most specific of them, on one date.

A norm is `kind x clock x network? x importance? x topic?`; an empty field fits everything. Most matched fields win; a
tie between two different sets of fields is refused when the norm is entered, so that the choice is never a surprise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What an appeal is before the law; each kind has its own norms and is counted apart where it matters."""

    SOCIAL = "social"
    DIRECT_MESSAGE = "direct_message"


class Hours(StrEnum):
    """Whether a term counts every minute or only those of the working calendar."""

    CALENDAR = "calendar"
    WORKING = "working"


class Start(StrEnum):
    """The moment from which a norm counts."""

    POSTED = "posted"
    RECEIVED = "received"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class Norm:
    """One row: a term of `term_minutes` from `valid_from` (a local date) until a later row of the same fields, or `retired_on`."""

    id: int
    kind: Kind
    term_minutes: int
    hours: Hours
    starts_at: Start
    valid_from: date
    network: str | None = None
    importance: str | None = None
    topic_id: int | None = None
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What of an appeal a norm looks at."""

    kind: Kind
    network: str
    topic_id: int | None = None
    importance: str | None = None


def in_force(norms: Iterable[Norm], case: Case, on: date) -> Norm | None:
    """The norm for this case on this local date; None before the first one (then there is no verdict)."""
    fitting = [norm for norm in norms if _fits(norm, case) and _is_valid(norm, on)]
    return max(fitting, key=lambda norm: (_specificity(norm), norm.valid_from, norm.id), default=None)


def rivals(norms: Iterable[Norm], new: Norm) -> list[Norm]:
    """Norms that would tie with a new one: other fields, the same number of them, and a case that both would fit."""
    return [norm for norm in norms if _may_meet(norm, new) and _fields(norm) != _fields(new)]


def twins(norms: Iterable[Norm], new: Norm) -> list[Norm]:
    """Norms of the same fields and the same first day: entering the new one would leave two answers to one question."""
    return [
        norm
        for norm in norms
        if norm.kind == new.kind and _fields(norm) == _fields(new) and norm.valid_from == new.valid_from
    ]


def _fields(norm: Norm) -> tuple[str | None, str | None, int | None]:
    return norm.network, norm.importance, norm.topic_id


def _specificity(norm: Norm) -> int:
    return sum(field is not None for field in _fields(norm))


def _fits(norm: Norm, case: Case) -> bool:
    wanted = (case.network, case.importance, case.topic_id)
    return norm.kind == case.kind and all(
        own is None or own == other for own, other in zip(_fields(norm), wanted, strict=True)
    )


def _is_valid(norm: Norm, on: date) -> bool:
    return norm.valid_from <= on and (norm.retired_on is None or on < norm.retired_on)


def _may_meet(one: Norm, other: Norm) -> bool:
    if one.kind != other.kind or _specificity(one) != _specificity(other):
        return False
    if one.retired_on is not None and one.retired_on <= other.valid_from:
        return False
    pairs = zip(_fields(one), _fields(other), strict=True)
    return all(left is None or right is None or left == right for left, right in pairs)
