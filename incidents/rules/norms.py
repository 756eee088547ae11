"""Which norm is in force: the effective-dated rows, the most specific of them, at one moment.

A norm is `kind x clock x network? x importance? x topic?`; an empty field fits everything. Most matched fields win; a
tie between two different sets of fields is refused when the norm is entered, so that the choice is never a surprise.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What an appeal is before the law; each kind has its own norms and is counted apart where it matters."""

    SOCIAL = "social"
    DIRECT_MESSAGE = "direct_message"
    #: The form on the town's own site.
    RECEPTION = "reception"
    HOT_LINE = "hot_line"
    #: ПОС, «Госуслуги. Решаем вместе»: messages, not appeals in the sense of 59-ФЗ.
    PORTAL = "portal"
    #: 59-ФЗ.
    FORMAL = "formal"
    #: 8-ФЗ.
    INFORMATION = "information"
    #: The law on mass media, articles 39 and 40.
    MEDIA = "media"


#: What the yearly figures count: what citizens wrote in the networks.
INCIDENTS = frozenset({Kind.SOCIAL, Kind.DIRECT_MESSAGE})
#: Kinds whose terms stand in a law: only the final answer meets their clock.
STATUTORY = frozenset({Kind.FORMAL, Kind.INFORMATION, Kind.MEDIA})


class ClockName(StrEnum):
    """The clocks of a cycle."""

    #: Until the citizen sees a first answer; under a law, the answer.
    FIRST = "first"
    #: Until the final answer, after one that was not the last word.
    FINAL = "final"
    #: Until we answer what the citizen wrote after a first answer.
    NEXT = "next"
    #: Until the date that a deferral promised.
    PROMISE = "promise"
    #: Until registration, where a law asks for it.
    REGISTER = "register"


class Hours(StrEnum):
    """Whether a term counts every minute or only those of the working calendar."""

    CALENDAR = "calendar"
    WORKING = "working"


class Unit(StrEnum):
    """What a term is measured in."""

    MINUTES = "minutes"
    #: Whole days after the day of the start; working days where the hours are working.
    DAYS = "days"
    #: The end of the nth working day; the day of the start is the first, as long as its work has not ended.
    WORKING_DAY_END = "working_day_end"


class OnDayOff(StrEnum):
    """Where a date goes that falls on a day without work: it stays, or moves to the nearest working day on one side."""

    KEEP = "keep"
    PREVIOUS = "previous"
    NEXT = "next"

    def moved(self, on: date, is_day_off: Callable[[date], bool]) -> date:
        """The date itself or where it moves; a calendar without any working day within a year moves nothing."""
        if self is OnDayOff.KEEP:
            return on
        step = timedelta(days=-1 if self is OnDayOff.PREVIOUS else 1)
        days = (on + step * count for count in range(366))
        return next((day for day in days if not is_day_off(day)), on)


class Start(StrEnum):
    """The moment from which a norm counts."""

    POSTED = "posted"
    RECEIVED = "received"
    REGISTERED = "registered"
    #: The first time that a department got it.
    ASSIGNED = "assigned"
    #: The first answer that the citizen saw, where it was not the last word; for the next answer, the citizen's new words.
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Norm:
    """One row: a term from `valid_from` (the town's date) until a later row of the same fields, or `retired_on`.

    A norm that was entered on its own first day counts from `effective_at`, so that no clock already begun changes.
    """

    id: int
    kind: Kind
    term: int
    hours: Hours
    starts_at: Start
    valid_from: date
    unit: Unit = Unit.MINUTES
    clock: ClockName = ClockName.FIRST
    network: str | None = None
    importance: str | None = None
    topic_id: int | None = None
    retired_on: date | None = None
    effective_at: datetime | None = None
    on_day_off: OnDayOff = OnDayOff.KEEP
    #: Where the term stands written: an order, or an article of a law.
    article: str = ""

    @property
    def fields(self) -> tuple[str | None, str | None, int | None]:
        """What narrows it down; a later norm of the same fields takes its place."""
        return self.network, self.importance, self.topic_id

    @property
    def is_withdrawn(self) -> bool:
        """Taken back before it began: it never was in force, and ends nothing."""
        return self.retired_on is not None and self.retired_on <= self.valid_from

    def has_begun(self, at: datetime, day: date) -> bool:
        """Whether it counts at a moment, whose local date is `day`, as far as its beginning goes."""
        if self.is_withdrawn or day < self.valid_from:
            return False
        return day > self.valid_from or self.effective_at is None or self.effective_at <= at


@dataclass(frozen=True, slots=True)
class Case:
    """What of an appeal a norm looks at."""

    kind: Kind
    network: str
    topic_id: int | None = None
    importance: str | None = None


def in_force(norms: Iterable[Norm], case: Case, clock: ClockName, at: datetime, zone: ZoneInfo) -> Norm | None:
    """The norm of a clock for this case at this moment; None before the first one (then there is no verdict)."""
    day = at.astimezone(zone).date()
    # Of the same fields the latest, also where it was retired: what it ended does not come back.
    latest: dict[tuple[object, ...], Norm] = {}
    for norm in sorted(norms, key=_order):
        if norm.clock is clock and _fits(norm, case) and norm.has_begun(at, day):
            latest[norm.fields] = norm
    fitting = [norm for norm in latest.values() if norm.retired_on is None or day < norm.retired_on]
    return max(fitting, key=lambda norm: (_specificity(norm), *_order(norm)), default=None)


def choose(
    norms: Iterable[Norm], case: Case, clock: ClockName, starts: Mapping[Start, datetime | None], zone: ZoneInfo
) -> tuple[Norm, datetime] | None:
    """The norm by the start it itself names, and that start. None without a norm, or before its start has come.

    Where one norm with another start follows on another, an appeal between the two dates may be met by both, or by
    neither: then the moment at which it was received decides.
    """
    known = [norm for norm in norms if norm.clock is clock and _fits(norm, case)]
    own = [
        norm
        for norm in known
        if (start := starts.get(norm.starts_at)) is not None and in_force(known, case, clock, start, zone) == norm
    ]
    received = starts.get(Start.RECEIVED)
    chosen = own[0] if len(own) == 1 else in_force(known, case, clock, received, zone) if received else None
    start = starts.get(chosen.starts_at) if chosen else None
    return (chosen, start) if chosen is not None and start is not None else None


def rivals(norms: Iterable[Norm], new: Norm) -> list[Norm]:
    """Norms that would tie with a new one: other fields, the same number of them, and a case that both would fit."""
    return [norm for norm in norms if _may_meet(norm, new) and norm.fields != new.fields]


def twins(norms: Iterable[Norm], new: Norm) -> list[Norm]:
    """Norms of the same fields and the same first day: entering the new one would leave two answers to one question."""
    same = [norm for norm in norms if is_same(norm, new) and not norm.is_withdrawn]
    return [norm for norm in same if norm.valid_from == new.valid_from]


def is_same(norm: Norm, other: Norm) -> bool:
    """Do both answer the same question, at whatever time?"""
    return (norm.kind, norm.clock, norm.fields) == (other.kind, other.clock, other.fields)


def _order(norm: Norm) -> tuple[date, int]:
    return norm.valid_from, norm.id


def _specificity(norm: Norm) -> int:
    return sum(field is not None for field in norm.fields)


def _fits(norm: Norm, case: Case) -> bool:
    wanted = (case.network, case.importance, case.topic_id)
    return norm.kind == case.kind and all(
        own is None or own == other for own, other in zip(norm.fields, wanted, strict=True)
    )


def _may_meet(one: Norm, other: Norm) -> bool:
    if (one.kind, one.clock) != (other.kind, other.clock) or _specificity(one) != _specificity(other):
        return False
    if one.is_withdrawn or (one.retired_on is not None and one.retired_on <= other.valid_from):
        return False
    pairs = zip(one.fields, other.fields, strict=True)
    return all(left is None or right is None or left == right for left, right in pairs)
