"""What somebody leaves behind: open appeals and keys go on with others. For the administrator, who sees no words of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from incidents.flow import accounts, routing, tokens, undoing
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.rules.acts import OPEN, Actor, Refused, Role, Status

#: Appeals of a closing department that are told by their numbers; the rest is counted.
SHOWN = 50
#: What can no longer go to another department: the press sector has it in hand.
_DECIDING = (Status.ON_APPROVAL, Status.PUBLISHING)


@dataclass(frozen=True, slots=True)
class Lying:
    """One open appeal as the administrator may know it: its number, how it stands, since when; no words."""

    number: int
    status: Status
    due_at: datetime | None
    topic: str | None


def held_by(session: Session, person: Person) -> int:
    """How many open appeals this person works on."""
    return session.scalar(select(func.count()).select_from(Appeal).where(*_of(person))) or 0


def heirs_of(session: Session, person: Person) -> list[Person]:
    """Who can go on with all that this person works on: colleagues of these departments, and the press sector."""
    places = set(session.scalars(select(Appeal.department_id).where(*_of(person)).distinct()))
    query = select(Person).where(Person.is_active, Person.id != person.id).order_by(Person.name)
    return [
        other
        for other in session.scalars(query.where(Person.role.in_([Role.PRESS, Role.HEAD, Role.RESPONDER])))
        if other.role is Role.PRESS or places <= other.departments
    ]


def leaves_behind(session: Session, person: Person) -> bool:
    """Is there an open appeal that this person, as he is now, may no longer work on?"""
    return any(
        not routing.may_be_assignee(person, each) for each in session.scalars(select(Appeal).where(*_of(person)))
    )


def release(
    session: Session, person: Person, to: Person | None, by: Actor, *, now: datetime
) -> tuple[int, list[undoing.Step]]:
    """After a change of a person: the open appeals that are no longer this person's to work on go to somebody (None:
    nobody yet, their departments see them), and whoever may not sign in any more leaves no key behind.

    How many keys were revoked, and what can be taken back. Raises Refused: `person_unfit`.
    """
    steps = []
    for appeal in session.scalars(select(Appeal).where(*_of(person)).order_by(Appeal.number)):
        if not routing.may_be_assignee(person, appeal):
            before = undoing.look(appeal)
            routing.hand(session, appeal, to, by, now=now)
            steps.append(undoing.step(appeal, before))
    keys = [] if person.is_active else tokens.of_person(session, person)
    for key in keys:
        tokens.revoke_token(session, key, by, now=now)
    return len(keys), steps


def let_back(session: Session, person: Person, by: Actor, *, now: datetime) -> None:
    """Somebody who was made inactive by mistake may sign in again; keys that were revoked stay so."""
    accounts.change_person(
        session,
        person,
        by,
        now=now,
        name=person.name,
        role=person.role,
        department=person.department,
        is_active=True,
    )


def lying_with(session: Session, department: Department) -> tuple[int, Sequence[Lying]]:
    """The open appeals of a department: how many, and the first of them by their deadlines."""
    where = (Appeal.department_id == department.id, Appeal.status.in_(list(OPEN)))
    query = select(Appeal).where(*where).order_by(Appeal.due_at, Appeal.number).limit(SHOWN)
    rows = [
        Lying(each.number, each.status, each.due_at, each.topic.name if each.topic else None)
        for each in session.scalars(query)
    ]
    return session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0, rows


def move_out(
    session: Session, department: Department, to: Department, by: Actor, *, now: datetime, reason: str
) -> tuple[int, int]:
    """Give the open appeals of a department to another one: how many went, and how many stay until what the press sector
    decides about them has been decided. Raises Refused: `heir_unfit`, `reason_needed`.
    """
    if to.id == department.id or not to.is_active:
        raise Refused("heir_unfit")
    moved = stay = 0
    where = (Appeal.department_id == department.id, Appeal.status.in_(list(OPEN)))
    for appeal in session.scalars(select(Appeal).where(*where).order_by(Appeal.number)):
        if appeal.status in _DECIDING:
            stay += 1
            continue
        routing.assign(session, appeal, to, by, now=now, reason=reason)
        moved += 1
    return moved, stay


def _of(person: Person) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Appeal.assignee_id == person.id, Appeal.status.in_(list(OPEN))
