"""An appeal's life as its journal tells it: the facts that its clocks and stages are counted from.

Publications stand at the moment at which they were seen, however late they were recorded; where the appeal stands, and
with whom, follows the journal's own order (`seq`), so that the last status is always the one that people see. What was
recorded late counts from when it was true: from then on the appeal stood there. Alarms are results, never inputs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from incidents.rules.acts import PUBLISHED_AS, WAITING, Act, Purpose, Status
from incidents.rules.lifecycle import TABLE
from incidents.rules.norms import Kind

#: The act of a visible answer -> what it was for.
PURPOSE_OF: Mapping[str, Purpose] = {act.value: purpose for purpose, act in PUBLISHED_AS.items()}
#: The acts that give an appeal to a department, or take it away.
_MOVES = frozenset({Act.ASSIGN.value, Act.RETURN.value, Act.RESTORE.value, Act.WITHDRAW.value})
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
    #: The act that brought it there.
    by: str = ""


@dataclass(slots=True)
class Cycle:
    """From the first word, or a reopening, to the next reopening."""

    number: int
    begins: datetime
    #: As it stood last in this cycle: a topic that is corrected after a reopening leaves the old verdict alone.
    topic_id: int | None = None
    publications: list[Publication] = field(default_factory=list)
    follow_ups: list[datetime] = field(default_factory=list)
    assigned_at: datetime | None = None
    held: list[Held] = field(default_factory=list)
    extensions: list[int] = field(default_factory=list)
    #: Set where nothing more is counted: rejected, closed without a final answer, forwarded, reopened.
    ended_at: datetime | None = None
    #: No incident, found out in this cycle.
    is_rejected: bool = False

    @property
    def pauses(self) -> list[Pause]:
        """The label and the clock are one: a pause lasts exactly as long as the status says that we wait for the author."""
        found: list[Pause] = []
        is_waiting = False
        for part in self.held:
            was_waiting, is_waiting = is_waiting, part.status is Status.AWAITING_AUTHOR
            if was_waiting:
                begun = found.pop()
                found.append(
                    Pause(begun.begins, part.ends if is_waiting else part.begins, "" if is_waiting else part.by)
                )
            elif is_waiting:
                found.append(Pause(part.begins, part.ends))
        return found

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
    #: Brought in as finished without a known time of its answer: no verdict is possible.
    is_unknown: bool
    cycles: list[Cycle] = field(default_factory=list)


def replay(events: Iterable[Event]) -> Life:
    """The life that the entries of one appeal tell. Raises ValueError without a `register` entry."""
    told = sorted(events, key=lambda event: event.seq)
    registered = next((event for event in told if event.act == Act.REGISTER), None)
    if registered is None:
        raise ValueError("a life begins with its registration")
    life = _born(registered, told)
    cycle = _begin(life, life.received_at, Status(registered.data.get("status") or Status.NEW), registered)
    cycle.topic_id, cycle.is_rejected = registered.data.get("topic"), cycle.held[0].status is Status.REJECTED
    for event in told[told.index(registered) + 1 :]:
        if event.act == Act.REOPEN:
            cycle = _reopen(life, cycle, event)
        else:
            _tell(cycle, event)
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
        is_unknown=bool(data.get("imported")) and not is_answered and status not in {*WAITING, Status.REJECTED},
    )


def _begin(life: Life, at: datetime, status: Status, by: Event, department_id: int | None = None) -> Cycle:
    department = by.data.get("department", department_id)
    cycle = Cycle(len(life.cycles) + 1, at, held=[Held(at, None, status, department, by.act)])
    life.cycles.append(cycle)
    return cycle


def _reopen(life: Life, before: Cycle, event: Event) -> Cycle:
    department_id = before.held[-1].department_id
    _stand(before, event.at, Status.CLOSED, event)
    before.ended_at = before.ended_at or event.at
    cycle = _begin(life, event.at, Status.IN_PROGRESS, event, department_id)
    cycle.topic_id = before.topic_id
    return cycle


def _tell(cycle: Cycle, event: Event) -> None:
    """One entry's part in the cycle."""
    act, data, at = event.act, event.data, event.at
    if act == Act.CLASSIFY:
        cycle.topic_id = data.get("topic")
    elif act == Act.FOLLOW_UP:
        # Words that we read after an answer of ours are new words to it, however long the network kept them.
        at = max([at, *(each.at for each in cycle.publications)])
        cycle.follow_ups.append(at)
    elif act == Act.EXTEND:
        cycle.extensions.append(int(data.get("days") or 0))
    elif act == Act.ASSIGN and cycle.assigned_at is None:
        cycle.assigned_at = at
    elif act in PURPOSE_OF:
        # What was seen before the appeal was reopened is no answer to that.
        at = max(at, cycle.begins) if cycle.number > 1 else at
        promised = data.get("promised_on")
        cycle.publications.append(Publication(at, PURPOSE_OF[act], date.fromisoformat(promised) if promised else None))
    elif act in (Act.REJECT, Act.RESTORE):
        cycle.is_rejected = act == Act.REJECT
        cycle.ended_at = at if cycle.is_rejected else None
    elif act in (Act.CLOSE, Act.FORWARD):
        cycle.ended_at = at
    before = cycle.held[-1]
    status = _ENDS.get((act, before.status)) or before.status
    if status is not before.status or act in _MOVES:
        _stand(cycle, at, status, event)


def _stand(cycle: Cycle, at: datetime, status: Status, event: Event) -> None:
    """From a moment on the appeal stood there, also where the journal told of something else meanwhile; who had it stays
    as it was, unless that is what the entry changes."""
    at = max(at, cycle.held[0].begins)
    told: list[Held] = []
    for part in cycle.held:
        if part.begins < at:
            told.append(replace(part, ends=at if part.ends is None else min(part.ends, at)))
        if part.ends is None or part.ends > at:
            department_id = _department(event) if event.act in _MOVES else part.department_id
            _add(told, Held(max(part.begins, at), part.ends, status, department_id, event.act))
    cycle.held[:] = told


def _add(told: list[Held], part: Held) -> None:
    """The next stretch, or more of the last one."""
    if told and (told[-1].status, told[-1].department_id) == (part.status, part.department_id):
        told[-1] = replace(told[-1], ends=part.ends)
    else:
        told.append(part)


def _department(event: Event) -> int | None:
    return int(event.data["department"]) if event.act == Act.ASSIGN else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
