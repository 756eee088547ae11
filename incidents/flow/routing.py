"""The third step: topic -> department, by the program where the case is clear, else by one click of the press sector."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import arriving, calendars, gate, noticing
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.journal import Entry
from incidents.records.people import Department, Person
from incidents.rules.acts import Act, Actor, Refused, Role
from incidents.rules.calendar import add_working
from incidents.rules.lifecycle import sees

MACHINE = Actor("machine:routing")
#: After so many returns it is nobody's to return: the press sector says whose it is.
MOST_RETURNS = 2


def route(session: Session, appeal: Appeal, *, now: datetime) -> bool:
    """Send an appeal to its topic's department by the program's own hand, unless the town wants a person's click for it.

    True if it went.
    """
    topic = appeal.topic
    if topic is None or topic.needs_click or topic.department is None or not topic.department.is_active:
        return False
    assign(session, appeal, topic.department, MACHINE, now=now)
    return True


def assign(
    session: Session,
    appeal: Appeal,
    department: Department,
    by: Actor,
    *,
    now: datetime,
    reason: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Give an appeal to a department. Taking it from another one needs a reason; the public deadline never moves.

    Raises Refused: `department_gone`, and what the gate refuses.
    """
    if not department.is_active:
        raise Refused("department_gone", name=department.name)
    before = appeal.department_id
    gate.act(
        session,
        appeal,
        Act.ASSIGN,
        by,
        now=now,
        reason=reason,
        seen_version=seen_version,
        changes={"department_id": department.id, "department": department, "assignee_id": None, "assignee": None},
        data={"department": department.id, "from_department": before},
    )
    noticing.settle(session, appeal, now=now)
    arriving.at_department(session, appeal, department, by, now=now)


def take(session: Session, appeal: Appeal, person: Person, *, now: datetime, seen_version: int | None = None) -> None:
    """A person begins to work on it. Somebody else's may be taken over: the journal says so."""
    before = appeal.assignee_id
    gate.act(
        session,
        appeal,
        Act.TAKE,
        person.actor,
        now=now,
        seen_version=seen_version,
        changes={"assignee_id": person.id, "assignee": person},
        data={"person": person.id, "from_person": before},
    )
    noticing.settle(session, appeal, now=now)


def give_back(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    reason: str,
    whose: Department | None,
    seen_version: int | None = None,
) -> None:
    """ "Not ours": why, and whose it is (None only if the department does not know). It goes back to the press sector.

    Raises Refused: `press_decides` after two returns, `return_window_closed`, `whose_own` when a department names itself,
    and what the gate refuses.
    """
    if appeal.returns >= MOST_RETURNS:
        raise Refused("press_decides")
    closes_at = return_closes_at(session, appeal)
    if closes_at is not None and now > closes_at:
        raise Refused("return_window_closed", at=closes_at)
    if whose is not None and whose.id == appeal.department_id:
        raise Refused("whose_own")
    gate.act(
        session,
        appeal,
        Act.RETURN,
        by,
        now=now,
        reason=reason,
        seen_version=seen_version,
        changes={
            "department_id": None,
            "department": None,
            "assignee_id": None,
            "assignee": None,
            "returns": appeal.returns + 1,
        },
        data={"from_department": appeal.department_id, "whose": whose.id if whose else None},
    )
    noticing.settle(session, appeal, now=now)


def withdraw(session: Session, appeal: Appeal, by: Actor, *, now: datetime, reason: str | None = None) -> None:
    """The press sector takes it back: it waits in the press queue again, as if nobody had it."""
    gate.act(
        session,
        appeal,
        Act.WITHDRAW,
        by,
        now=now,
        reason=reason,
        changes={"department_id": None, "department": None, "assignee_id": None, "assignee": None},
        data={"from_department": appeal.department_id, "from_person": appeal.assignee_id},
    )
    noticing.settle(session, appeal, now=now)


def put_back(session: Session, appeal: Appeal, by: Actor, *, now: datetime, reason: str | None = None) -> None:
    """Nobody of the department works on it any more; the department keeps it. Raises Refused: `choose_department`."""
    if appeal.department_id is None:
        raise Refused("choose_department")
    gate.act(
        session,
        appeal,
        Act.PUT_BACK,
        by,
        now=now,
        reason=reason,
        changes={"assignee_id": None, "assignee": None},
        data={"from_person": appeal.assignee_id},
    )


def hand(
    session: Session,
    appeal: Appeal,
    to: Person | None,
    by: Actor,
    *,
    now: datetime,
    reason: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Another person goes on with it (None: nobody yet). Raises Refused: `person_unfit`, and what the gate refuses."""
    if to is not None and not may_be_assignee(to, appeal):
        raise Refused("person_unfit", name=to.name)
    gate.act(
        session,
        appeal,
        Act.HAND,
        by,
        now=now,
        reason=reason,
        seen_version=seen_version,
        changes={"assignee_id": to.id if to else None, "assignee": to},
        data={"person": to.id if to else None, "from_person": appeal.assignee_id},
    )
    noticing.settle(session, appeal, now=now)
    if to is not None:
        arriving.at_colleague(session, appeal, to, by, now=now)


def return_closes_at(session: Session, appeal: Appeal) -> datetime | None:
    """Until when its department may say that an appeal is not its own: so many working minutes, by the department's own
    calendar, after it got it. None where nobody has it, or the town sets no window.
    """
    town = town_of(session)
    if appeal.department_id is None or not town.return_minutes:
        return None
    last = select(func.max(Entry.happened_at)).where(
        Entry.stream == gate.stream(appeal.number), Entry.act == Act.ASSIGN.value
    )
    got_at = session.scalar(last)
    if got_at is None:
        return None
    calendar = calendars.at(session, got_at, town.zone, appeal.department_id)
    return add_working(calendar, got_at, town.return_minutes * 60)


def may_be_assignee(person: Person, appeal: Appeal) -> bool:
    """May this person work on this appeal at all?"""
    if not person.is_active:
        return False
    return person.role is Role.PRESS or (
        person.role in (Role.HEAD, Role.RESPONDER) and sees(person.actor, appeal.department_id)
    )
