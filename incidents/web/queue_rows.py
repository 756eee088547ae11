"""The rows of a list of appeals: read with a handful of questions however many they are, and ready to be drawn.

The order of the open list is that of time left, with what waits for others at its end; the history goes by arrival,
newest first. A page begins after the key of the last row of the page before it, so no page costs more than the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.clocks import ClockRow
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules import urgency
from incidents.rules.acts import Reject, Status
from incidents.rules.clock import is_overdue
from incidents.rules.norms import ClockName
from incidents.web import display, filters, law_words, queue_keys, queue_order, words

PAGE = 50
#: As much of a citizen's words, and of the rest, as a line at an office's desk holds; the card has all of it.
LONGEST_TEXT, LONGEST_ABOUT = 70, 60
#: The answer is approved and no program can place it: nothing has failed.
BY_HAND = "by_hand"
#: The ring of a clock of which nothing is known.
TERM = 7_200


@dataclass(frozen=True)
class Proposal:
    """The topic the program would choose, and its department; the card says which words spoke for it."""

    topic_id: int
    topic: str
    department: str


@dataclass
class Row:
    """One appeal as a list shows it."""

    found: Any
    waits_for_others: bool = False
    attachments: int = 0
    #: State, error code and next attempt of the answer under way.
    delivery: tuple[AnswerState, str | None, datetime | None] | None = None
    #: What one click would accept, while nobody has chosen a department.
    proposal: Proposal | None = None
    #: What the department of the person who looks has left of its own share, in seconds; it ticks, so it is no mark.
    own_seconds: int | None = None
    #: From the start of the clock that runs to its deadline, for the ring that empties.
    term_seconds: int = TERM

    def __getattr__(self, name: str) -> Any:
        return getattr(self.found, name)

    @property
    def beginning(self) -> str:
        """The beginning of the citizen's words, on one line."""
        return display.cut_to(" ".join(self.found.text.split()), LONGEST_TEXT)

    @property
    def about(self) -> str:
        """Who, of what and where, as far as a line holds."""
        found = self.found
        return display.cut_to(" · ".join(filter(None, (found.author, found.topic, found.address))), LONGEST_ABOUT)

    @property
    def state(self) -> words.Mark:
        """Where it stands, in the one word that matters most."""
        if self.delivery is not None and self.delivery[1] != BY_HAND:
            return words.NOT_DELIVERED
        if self.found.status is Status.NEW and self.found.returns:
            return words.RETURNED
        return words.DUPLICATE if self.found.reject_reason is Reject.DUPLICATE else words.STATES[self.found.status]

    @property
    def kind_words(self) -> Any:
        """What it is before the law, where it is not what the list is full of."""
        return law_words.SHORT_KINDS.get(self.found.kind, "")

    @property
    def is_late(self) -> bool:
        """Whether the answer that was given came after the deadline."""
        found = self.found
        return found.answered_at is not None and found.due_at is not None and found.answered_at > found.due_at

    @property
    def mark(self) -> str:
        """A few characters that change with anything the row shows but the time left."""
        shown = (tuple(self.found), self.waits_for_others, self.attachments, self.delivery, self.proposal)
        return sha256(repr(shown).encode()).hexdigest()[:6]

    @property
    def need_minutes(self) -> int:
        """What is usually still needed before the text is handed in; 0 once somebody has begun."""
        return int(self.found.need)

    def group(self, now: datetime, end_of_day: datetime) -> str:
        """Under which heading of the open list it stands."""
        due_at = self.found.next_due_at
        if due_at is not None and is_overdue(due_at, None, now):
            return "overdue"
        if self.waits_for_others:
            return "others"
        if due_at is None:
            return "later"
        start = queue_order.starts_at(self.found.kind, self.found.status, due_at, self.need_minutes)
        if start <= int(now.timestamp()) + urgency.SOON.total_seconds():
            return "soon"
        return "today" if start <= end_of_day.timestamp() else "later"


def page(
    session: Session, asked: filters.Filter, where: Sequence[filters.Condition], now: datetime, after: str = ""
) -> tuple[list[Row], str]:
    """One page of a list and the key after which the next begins (empty: this was the last)."""
    # The order is settled on numbers alone: joining and sorting whole rows would be done for every open appeal.
    query = select(Appeal.number).where(*where).limit(PAGE + 1)
    if asked.is_history:
        query = queue_keys.by_arrival(query, queue_keys.read_arrival(after))
        numbers = list(session.scalars(query))
        rows = _in_order(session, numbers[:PAGE], now)
        return rows, str(queue_keys.Arrival(rows[-1].received_at, rows[-1].number)) if len(numbers) > PAGE else ""
    query, as_of = queue_keys.by_time_left(query, queue_keys.read_place(after), now)
    found = session.execute(query).all()
    rows = _in_order(session, [each.number for each in found[:PAGE]], now)
    if len(found) <= PAGE:
        return rows, ""
    last = found[PAGE - 1]
    return rows, str(queue_keys.Place(last.rank, last.at, last.number, int(as_of.timestamp())))


def _in_order(session: Session, numbers: list[int], now: datetime) -> list[Row]:
    places = {number: place for place, number in enumerate(numbers)}
    return sorted(these(session, numbers, [], now), key=lambda row: places[row.number])


def these(session: Session, numbers: Iterable[int], where: Sequence[filters.Condition], now: datetime) -> list[Row]:
    """The rows of some appeals, of those for which `where` holds."""
    query = _columns(queue_order.waits_for_others(now)).where(Appeal.number.in_(list(numbers)), *where)
    return _fill(session, session.execute(query).all())


def _columns(waits: Any) -> Select[Any]:
    shown = (
        *(Appeal.number, Appeal.version, Appeal.status, Appeal.text, Appeal.network, Appeal.place, Appeal.address),
        *(
            Appeal.received_at,
            Appeal.due_at,
            Appeal.answered_at,
            Appeal.clock_started_at,
            Appeal.next_clock,
            Appeal.next_due_at,
            Appeal.paused_at,
            Appeal.cycle,
            Appeal.answered_outside_at,
            Appeal.source_deleted_at,
        ),
        *(Appeal.returns, Appeal.previous_number, Appeal.reject_reason, Appeal.suggestions, Appeal.topic_id),
        *(Appeal.department_id, Appeal.assignee_id, Appeal.kind, Appeal.is_controlled),
        Topic.name.label("topic"),
        Department.name.label("department"),
        Person.name.label("assignee"),
        Author.name.label("author"),
        waits.label("waits"),
        queue_order.needed().label("need"),
    )
    return (
        select(*shown)
        .select_from(Appeal)
        .outerjoin(Topic, Appeal.topic_id == Topic.id)
        .outerjoin(Department, Appeal.department_id == Department.id)
        .outerjoin(Person, Appeal.assignee_id == Person.id)
        .outerjoin(Author, Appeal.author_id == Author.id)
    )


def _fill(session: Session, found: Sequence[Found[Any]]) -> list[Row]:
    """Add what stands in other tables: one question a table, none where nothing can be there."""
    rows = [Row(each, waits_for_others=bool(each.waits)) for each in found]
    by_number = {row.number: row for row in rows}
    attached = select(Message.appeal_number, Message.attachments).where(Message.appeal_number.in_(by_number))
    for number, attachments in session.execute(attached) if rows else ():
        by_number[number].attachments += len(attachments)
    under_way = [row.number for row in rows if row.status is Status.PUBLISHING]
    if under_way:
        states = (*queue_order.STOPPED, AnswerState.RETRY)
        query = select(Answer.appeal_number, Answer.state, Answer.error_code, Answer.next_at)
        for number, *delivery in session.execute(
            query.where(Answer.appeal_number.in_(under_way), Answer.state.in_(states))
        ):
            by_number[number].delivery = tuple(delivery)  # type: ignore[assignment]
    _measure(session, [row for row in rows if row.next_due_at is not None])
    _propose(session, [row for row in rows if row.status is Status.NEW and row.department_id is None])
    return rows


def _measure(session: Session, rows: list[Row]) -> None:
    """How long the clock is that runs; the first one of an appeal says so itself."""
    for row in rows:
        if row.next_clock is ClockName.FIRST and row.cycle == 1:
            row.term_seconds = _seconds(row.clock_started_at, row.due_at)
    later = {row.number: row for row in rows if row.next_clock is not ClockName.FIRST or row.cycle > 1}
    query = select(ClockRow.appeal_number, ClockRow.name, ClockRow.started_at, ClockRow.due_at).where(
        ClockRow.appeal_number.in_(later), ClockRow.stopped_at.is_(None), ClockRow.ended_at.is_(None)
    )
    for number, name, started_at, due_at in session.execute(query) if later else ():
        if name is later[number].next_clock and due_at == later[number].next_due_at:
            later[number].term_seconds = _seconds(started_at, due_at)


def _seconds(started_at: datetime | None, due_at: datetime | None) -> int:
    return TERM if started_at is None or due_at is None else max(1, int((due_at - started_at).total_seconds()))


def _propose(session: Session, rows: list[Row]) -> None:
    """Name the topic that one click would choose: the one a person chose already, else the best suggestion."""
    wanted = {row.number: best for row in rows if (best := _best_topic(row))}
    query = (
        select(Topic.id, Topic.name, Department.name)
        .join(Department, Topic.department_id == Department.id)
        .where(Topic.id.in_(set(wanted.values())), Topic.is_active, Department.is_active)
    )
    known = {topic: Proposal(topic, *names) for topic, *names in session.execute(query)} if wanted else {}
    for row in rows:
        row.proposal = known.get(wanted.get(row.number, 0))


def _best_topic(row: Row) -> int | None:
    return row.topic_id or next((each["topic_id"] for each in row.suggestions), None)
