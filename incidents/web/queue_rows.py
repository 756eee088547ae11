"""The rows of a list of appeals: read with one question however many they are, two more where answers are under way or
other clocks run, and values: two that are equal look the same.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.clocks import ClockRow
from incidents.records.database import list_length
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules import urgency
from incidents.rules.acts import Reject, Status
from incidents.rules.clock import is_overdue
from incidents.rules.norms import ClockName, Kind
from incidents.rules.places import Network
from incidents.web import display, filters, queue_order, words
from incidents.web.filters import Sight
from incidents.web.queue_order import NOW

#: As much of a citizen's words, and of the rest, as a line at an office's desk holds; the card has all of it.
LONGEST_TEXT, LONGEST_ABOUT = 70, 60
#: The answer is approved and no program can place it: nothing has failed.
BY_HAND = "by_hand"
#: The ring of a clock of which nothing is known.
TERM = 7_200


class Delivery(NamedTuple):
    """The answer under way, where it needs somebody or will be tried again."""

    state: AnswerState
    error_code: str | None
    next_at: datetime | None


class Row(NamedTuple):
    """One appeal as a list shows it."""

    number: int
    version: int
    status: Status
    kind: Kind
    network: Network
    text: str
    address: str | None
    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    clock_started_at: datetime | None
    next_clock: ClockName | None
    next_due_at: datetime | None
    paused_at: datetime | None
    answered_outside_at: datetime | None
    source_deleted_at: datetime | None
    cycle: int
    returns: int
    previous_number: int | None
    reject_reason: Reject | None
    is_controlled: bool
    department_id: int | None
    assignee_id: int | None
    topic: str | None
    department: str | None
    assignee: str | None
    author: str | None
    #: 1 where the next step is not ours.
    waits: int
    #: What is usually still needed before the text is handed in; 0 once somebody has begun.
    need_minutes: int
    attachments: int
    #: What one click would accept, while nobody has chosen a department; the card says which words spoke for it.
    proposed_id: int | None
    proposed_topic: str | None
    proposed_department: str | None
    delivery: Delivery | None = None
    #: From the start of the clock that runs to its deadline, for the ring that empties.
    term_seconds: int = TERM

    @property
    def beginning(self) -> str:
        """The beginning of the citizen's words, on one line."""
        return display.cut_to(" ".join(self.text.split()), LONGEST_TEXT)

    @property
    def about(self) -> str:
        """Who, of what and where, as far as a line holds."""
        return display.cut_to(" · ".join(filter(None, (self.author, self.topic, self.address))), LONGEST_ABOUT)

    @property
    def state(self) -> words.Mark:
        """Where it stands, in the one word that matters most."""
        if self.delivery is not None and self.delivery.error_code != BY_HAND:
            return words.NOT_DELIVERED
        if self.status is Status.NEW and self.returns:
            return words.RETURNED
        return words.DUPLICATE if self.reject_reason is Reject.DUPLICATE else words.STATES[self.status]

    @property
    def is_late(self) -> bool:
        """Whether the answer that was given came after the deadline."""
        return self.answered_at is not None and self.due_at is not None and self.answered_at > self.due_at

    @property
    def mark(self) -> str:
        """A few characters that change with anything the row shows but the time left."""
        return _mark(self)

    def group(self, now: datetime, end_of_day: datetime) -> str:
        """Under which heading of the open list it stands."""
        due_at = self.next_due_at
        if due_at is not None and is_overdue(due_at, None, now):
            return "overdue"
        if self.waits:
            return "others"
        if due_at is None:
            return "later"
        start = queue_order.starts_at(self.kind, self.status, due_at, self.need_minutes)
        if start <= int(now.timestamp()) + urgency.SOON.total_seconds():
            return "soon"
        return "today" if start <= end_of_day.timestamp() else "later"


# A poll asks for it of every row of every open page, and nearly all of them are as they were.
@lru_cache(maxsize=4096)
def _mark(row: Row) -> str:
    return sha256(repr(tuple(row)).encode()).hexdigest()[:6]


def these(session: Session, numbers: Sequence[int], now: datetime, sight: Sight | None = None) -> list[Row]:
    """The rows of some appeals in their order, of those that a person may see; whoever lists them may see them all."""
    if not numbers:
        return []
    seen = tuple(filters.visible(sight)) if sight is not None else ()
    found = session.connection().execute(_rows(seen), {"now": now, "numbers": list(numbers)})
    rows = {each.number: Row(*each) for each in found}
    _deliver(session, rows)
    _measure(session, rows)
    return [rows[number] for number in numbers if number in rows]


@lru_cache(maxsize=64)
def _rows(seen: tuple[filters.Condition, ...]) -> Select[Any]:
    """Every column under the name it has in `Row`."""
    proposed, theirs = aliased(Topic), aliased(Department)
    is_undecided = and_(Appeal.status == Status.NEW, Appeal.department_id.is_(None))
    # The topic a person chose already, else the best suggestion.
    best = func.coalesce(Appeal.topic_id, Appeal.suggestions[(0, "topic_id")].as_integer())
    attached = select(func.sum(list_length(Message.attachments))).where(Message.appeal_number == Appeal.number)
    added = {
        "topic": Topic.name,
        "department": Department.name,
        "assignee": Person.name,
        "author": Author.name,
        "waits": queue_order.waits_for_others(NOW),
        "need_minutes": queue_order.needed(),
        "attachments": func.coalesce(attached.scalar_subquery(), 0),
        "proposed_id": case((theirs.id.is_not(None), proposed.id)),
        "proposed_topic": proposed.name,
        "proposed_department": theirs.name,
    }
    own = [name for name in Row._fields if name not in added and name not in Row._field_defaults]
    return (
        select(*(getattr(Appeal, name) for name in own), *(column.label(name) for name, column in added.items()))
        .select_from(Appeal)
        .outerjoin(Topic, Appeal.topic_id == Topic.id)
        .outerjoin(Department, Appeal.department_id == Department.id)
        .outerjoin(Person, Appeal.assignee_id == Person.id)
        .outerjoin(Author, Appeal.author_id == Author.id)
        .outerjoin(proposed, and_(proposed.id == case((is_undecided, best)), proposed.is_active))
        .outerjoin(theirs, and_(theirs.id == proposed.department_id, theirs.is_active))
        .where(Appeal.number.in_(bindparam("numbers", expanding=True)), *seen)
    )


def _deliver(session: Session, rows: dict[int, Row]) -> None:
    """What became of the answers that are being published."""
    under_way = [row.number for row in rows.values() if row.status is Status.PUBLISHING]
    if not under_way:
        return
    states = (*queue_order.STOPPED, AnswerState.RETRY)
    query = select(Answer.appeal_number, Answer.state, Answer.error_code, Answer.next_at).where(
        Answer.appeal_number.in_(under_way), Answer.state.in_(states)
    )
    for number, state, error_code, next_at in session.execute(query):
        rows[number] = rows[number]._replace(delivery=Delivery(state, error_code, next_at))


def _measure(session: Session, rows: dict[int, Row]) -> None:
    """How long the clock is that runs; the first one of an appeal says so itself."""
    later = []
    for number, row in rows.items():
        if row.next_due_at is None:
            continue
        if row.next_clock is ClockName.FIRST and row.cycle == 1:
            term = _seconds(row.clock_started_at, row.due_at)
            rows[number] = row if term == TERM else row._replace(term_seconds=term)
        else:
            later.append(number)
    query = select(ClockRow.appeal_number, ClockRow.name, ClockRow.started_at, ClockRow.due_at).where(
        ClockRow.appeal_number.in_(later), ClockRow.stopped_at.is_(None), ClockRow.ended_at.is_(None)
    )
    for number, name, started_at, due_at in session.execute(query) if later else ():
        row = rows[number]
        if name is row.next_clock and due_at == row.next_due_at:
            rows[number] = row._replace(term_seconds=_seconds(started_at, due_at))


def _seconds(started_at: datetime | None, due_at: datetime | None) -> int:
    return TERM if started_at is None or due_at is None else max(1, int((due_at - started_at).total_seconds()))
