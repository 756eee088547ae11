"""An appeal's life as its journal tells it: the facts that its clocks and stages are counted from.

Entries are replayed in the order of what happened (`at`, then `seq`); a cycle's bounds are those of the journal's own
order, for an answer may be recorded by hand with a moment before it was reopened. Alarms are results, never inputs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from incidents.rules.lifecycle import PUBLISHED_AS, TABLE, WAITING, Act, Purpose, Status
from incidents.rules.norms import Kind

#: The act of a visible answer -> what it was for.
PURPOSE_OF: Mapping[str, Purpose] = {act.value: purpose for purpose, act in PUBLISHED_AS.items()}
_ENDS = {(move.act.value, start): move.end for move in reversed(TABLE) for start in move.start}


@dataclass(frozen=True, slots=True)
class Event:
    """One journal entry as the rules read it: an act, when it was true, and the codes that it carries."""

    act: str
    at: datetime
    seq: int
    by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """The moment at which the citizen could see an answer, and what it was for."""

    at: datetime
    purpose: Purpose
    #: A deferral's promised date.
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Waiting for the author, half-open; without an end it goes on. `ended_by` is the act that ended it."""

    begins: datetime
    ends: datetime | None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of one status with one department (None: nobody), half-open."""

    begins: datetime
    ends: datetime | None
    status: Status
    department_id: int | None


@dataclass(slots=True)
class Cycle:
    """From the first word, or a reopening, to the next reopening."""

    number: int
    begins: datetime
    publications: list[Publication] = field(default_factory=list)
    follow_ups: list[datetime] = field(default_factory=list)
    assigned_at: datetime | None = None
    pauses: list[Pause] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    extensions: list[int] = field(default_factory=list)
    #: Set where nothing more is counted: rejected, closed without a final answer, forwarded, reopened.
    ended_at: datetime | None = None

    @property
    def first(self) -> Publication | None:
        """The first visible answer of the cycle."""
        return min(self.publications, key=lambda each: each.at, default=None)

    @property
    def final(self) -> Publication | None:
        """The first final answer of the cycle."""
        finals = [each for each in self.publications if each.purpose is Purpose.FINAL]
        return min(finals, key=lambda each: each.at, default=None)


@dataclass(slots=True)
class Life:
    """The whole of it."""

    kind: Kind
    network: str
    posted_at: datetime | None
    received_at: datetime
    registered_at: datetime
    topic_id: int | None
    #: Brought in as finished without a known time of its answer: no verdict is possible.
    is_unknown: bool
    is_rejected: bool = False
    cycles: list[Cycle] = field(default_factory=list)


def replay(events: Iterable[Event]) -> Life:
    """The life that the entries of one appeal tell. Raises ValueError without a `register` entry."""
    told = sorted(events, key=lambda event: event.seq)
    registered = next((event for event in told if event.act == Act.REGISTER), None)
    if registered is None:
        raise ValueError("a life begins with its registration")
    life = _born(registered, told)
    cycle = _begin(life, life.received_at, Status(registered.data.get("status") or Status.NEW), registered)
    # Within a cycle by what happened; the cycles themselves in the journal's own order.
    for part in _split(told[told.index(registered) + 1 :]):
        if part and part[0].act == Act.REOPEN:
            cycle = _reopen(life, cycle, part[0])
        for event in sorted(part, key=lambda each: (each.at, each.seq)):
            _tell(life, cycle, event)
    return life


def _born(registered: Event, told: list[Event]) -> Life:
    data = registered.data
    is_answered = any(event.act in PURPOSE_OF for event in told)
    status = data.get("status")
    return Life(
        kind=Kind(data["kind"]),
        network=str(data["network"]),
        posted_at=_moment(data.get("posted_at")),
        received_at=_moment(data["received_at"]) or registered.at,
        registered_at=registered.at,
        topic_id=data.get("topic"),
        is_unknown=bool(data.get("imported")) and not is_answered and status not in {*WAITING, Status.REJECTED},
        is_rejected=status == Status.REJECTED,
    )


def _split(events: list[Event]) -> list[list[Event]]:
    """The journal's entries by cycle; each but the first begins with its reopening."""
    parts: list[list[Event]] = [[]]
    for event in events:
        if event.act == Act.REOPEN:
            parts.append([])
        parts[-1].append(event)
    return parts


def _begin(life: Life, at: datetime, status: Status, by: Event, department_id: int | None = None) -> Cycle:
    department = by.data.get("department", department_id)
    cycle = Cycle(len(life.cycles) + 1, at, held=[Held(at, None, status, department)])
    life.cycles.append(cycle)
    return cycle


def _reopen(life: Life, before: Cycle, event: Event) -> Cycle:
    department_id = before.held[-1].department_id
    _hold(before, event.at, Status.CLOSED, department_id)
    before.ended_at = before.ended_at or event.at
    life.is_rejected = False
    return _begin(life, event.at, Status.IN_PROGRESS, event, department_id)


def _tell(life: Life, cycle: Cycle, event: Event) -> None:
    """One entry's part in the life."""
    act, data, last = event.act, event.data, cycle.held[-1]
    if act == Act.CLASSIFY:
        life.topic_id = data.get("topic")
    elif act == Act.FOLLOW_UP:
        cycle.follow_ups.append(event.at)
    elif act == Act.EXTEND:
        cycle.extensions.append(int(data.get("days") or 0))
    elif act == Act.ASSIGN and cycle.assigned_at is None:
        cycle.assigned_at = event.at
    elif act in PURPOSE_OF:
        promised = data.get("promised_on")
        cycle.publications.append(
            Publication(event.at, PURPOSE_OF[act], date.fromisoformat(promised) if promised else None)
        )
    if act in (Act.REJECT, Act.RESTORE):
        life.is_rejected = act == Act.REJECT
        cycle.ended_at = event.at if life.is_rejected else None
    elif act in (Act.CLOSE, Act.FORWARD):
        cycle.ended_at = event.at
    status = _ENDS.get((act, last.status)) or last.status
    department_id = _department(last, event)
    if (status, department_id) != (last.status, last.department_id):
        _pause(cycle, event, last.status, status)
        _hold(cycle, event.at, status, department_id)


def _department(last: Held, event: Event) -> int | None:
    if event.act == Act.ASSIGN:
        return int(event.data["department"])
    return None if event.act in (Act.RETURN, Act.RESTORE) else last.department_id


def _pause(cycle: Cycle, event: Event, before: Status, after: Status) -> None:
    """The label and the clock are one: a pause lasts exactly as long as the status says that we wait for the author."""
    if before is Status.AWAITING_AUTHOR and after is not before and cycle.pauses:
        begun = cycle.pauses[-1]
        cycle.pauses[-1] = Pause(begun.begins, max(begun.begins, event.at), event.act)
    if after is Status.AWAITING_AUTHOR and before is not after:
        cycle.pauses.append(Pause(event.at, None))


def _hold(cycle: Cycle, at: datetime, status: Status, department_id: int | None) -> None:
    last = cycle.held[-1]
    at = max(last.begins, at)
    cycle.held[-1] = Held(last.begins, at, last.status, last.department_id)
    cycle.held.append(Held(at, None, status, department_id))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
