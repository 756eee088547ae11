"""Taking back what was done a moment ago: by real acts, each in the journal, refused where somebody acted since.

A page notes how an appeal stands (`look`), does its act, keeps both (`step`, `remember`), and shows the button. Taking
back goes from where the appeal stands to where it stood, by whatever acts lead there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from incidents.flow import approving, classifying, gate, routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.records.undos import Undo
from incidents.rules.acts import Act, Refused, Status

#: How long an act can be taken back.
WHILE = timedelta(minutes=5)
#: The reason of every act that takes another one back, in the journal.
UNDONE = "undo"


@dataclass(frozen=True, slots=True)
class Stood:
    """Where an appeal stood: with whom, about what."""

    status: Status
    department_id: int | None
    assignee_id: int | None
    topic_id: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One appeal of an act: its number, its version after the act, and how it stood before."""

    number: int
    version: int
    before: Stood


def look(appeal: Appeal) -> Stood:
    """How it stands now."""
    return Stood(appeal.status, appeal.department_id, appeal.assignee_id, appeal.topic_id)


def step(appeal: Appeal, before: Stood) -> Step:
    """What has to be kept of an act that was just done, to take it back."""
    return Step(appeal.number, appeal.version, before)


def remember(
    session: Session, person: Person, steps: Sequence[Step], *, now: datetime, gone: Person | None = None
) -> Undo:
    """Keep an act for a while; what this person can no longer take back goes. `gone`: whose access ended with the act."""
    session.execute(delete(Undo).where(Undo.person_id == person.id, Undo.until < now))
    kept = [*([{"gone": gone.id}] if gone else []), *(asdict(each) for each in steps)]
    undo = Undo(person_id=person.id, steps=kept, until=now + WHILE)
    session.add(undo)
    session.flush()
    return undo


def open_steps(undo: Undo, *, now: datetime) -> list[Step]:
    """The appeals of an act that is to be taken back. Raises Refused: `undo_over`, `undone_already`."""
    if undo.undone_at is not None:
        raise Refused("undone_already")
    if now > undo.until:
        raise Refused("undo_over")
    return [_read(each) for each in undo.steps if "number" in each]


def gone_with(session: Session, undo: Undo) -> Person | None:
    """Whose access ended with the act, if somebody's did."""
    return next((session.get(Person, each["gone"]) for each in undo.steps if "gone" in each), None)


def take_back(session: Session, appeal: Appeal, done: Step, person: Person, *, now: datetime) -> None:
    """Lead one appeal back to where it stood. Raises Refused: `changed_meanwhile` where anybody acted since, and what the
    acts refuse."""
    if appeal.version != done.version:
        raise Refused("changed_meanwhile", number=appeal.number)
    before = done.before
    if appeal.status is Status.REJECTED and before.status is not Status.REJECTED:
        approving.restore(session, appeal, person, now=now)
    _give_back(session, appeal, before, person, now)
    if appeal.assignee_id != before.assignee_id:
        routing.hand(session, appeal, _person(session, before.assignee_id), person.actor, now=now, reason=UNDONE)
    if appeal.topic_id != before.topic_id:
        topic = session.get(Topic, before.topic_id) if before.topic_id else None
        classifying.classify(session, appeal, topic, person.actor, now=now, words=UNDONE)


def _give_back(session: Session, appeal: Appeal, before: Stood, person: Person, now: datetime) -> None:
    """To the department that had it, and as far as it had come there."""
    if before.department_id is None and appeal.status in (Status.ASSIGNED, Status.IN_PROGRESS):
        if before.status is not appeal.status or appeal.department_id is not None:
            routing.withdraw(session, appeal, person.actor, now=now, reason=UNDONE)
    elif before.department_id is not None and appeal.department_id != before.department_id:
        department = session.get_one(Department, before.department_id)
        routing.assign(session, appeal, department, person.actor, now=now, reason=UNDONE)
    elif before.status is Status.ASSIGNED and appeal.status is Status.IN_PROGRESS:
        routing.put_back(session, appeal, person.actor, now=now, reason=UNDONE)
    if appeal.status in (Status.NEW, Status.ASSIGNED) and before.status in (Status.IN_PROGRESS, Status.ON_APPROVAL):
        _go_on(session, appeal, _person(session, before.assignee_id), person, now)


def _go_on(session: Session, appeal: Appeal, whose: Person | None, person: Person, now: datetime) -> None:
    """It was being worked on: it is again, by whom it was."""
    gate.act(
        session,
        appeal,
        Act.TAKE,
        person.actor,
        now=now,
        reason=UNDONE,
        changes={"assignee_id": whose.id if whose else None, "assignee": whose},
        data={"person": whose.id if whose else None, "from_person": None},
    )


def _person(session: Session, person_id: int | None) -> Person | None:
    return session.get(Person, person_id) if person_id else None


def _read(kept: Mapping[str, Any]) -> Step:
    before = kept["before"]
    return Step(
        kept["number"],
        kept["version"],
        Stood(Status(before["status"]), before["department_id"], before["assignee_id"], before["topic_id"]),
    )
