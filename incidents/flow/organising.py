"""Departments: added, changed, retired and taken back. They stand beside the way of an appeal: routing sends to them."""

import re
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.people import Department, Deputy, Person, parents
from incidents.records.topics import Topic
from incidents.rules import tree
from incidents.rules.acts import OPEN, Actor, Refused, Role

STREAM = "people"
#: Where every change of the classifier is noted (`classifying.STREAM`, which departments know nothing else of).
_CLASSIFIER = "topics"
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LONGEST_NAME = 200


def add_department(
    session: Session,
    code: str,
    name: str,
    by: Actor,
    *,
    now: datetime,
    is_external: bool = False,
    is_press: bool = False,
) -> Department:
    """Add a department. Raises Refused: `bad_code`, `code_taken`, `name_needed`, `name_taken`."""
    department = Department(is_active=True)
    _describe(session, department, code, name)
    department.is_external, department.is_press = is_external, is_press
    session.add(department)
    session.flush()
    _note(session, "add_department", department, by, now)
    return department


def change_department(
    session: Session,
    department: Department,
    by: Actor,
    *,
    now: datetime,
    code: str,
    name: str,
    is_external: bool,
    is_press: bool,
) -> None:
    """Change what a department is called and is. Raises Refused as `add_department` does."""
    _describe(session, department, code, name)
    department.is_external, department.is_press = is_external, is_press
    _note(session, "change_department", department, by, now)


def deputy_of(session: Session, department: Department) -> Person | None:
    """The deputy head of the city who answers for a department."""
    return session.scalar(
        select(Person).join(Deputy, Deputy.person_id == Person.id).where(Deputy.department_id == department.id)
    )


def set_deputy(session: Session, department: Department, person: Person | None, by: Actor, *, now: datetime) -> None:
    """Name the deputy head of the city who answers for a department, or nobody. Raises Refused("deputy_unfit")."""
    if person is not None and (person.role is not Role.MANAGER or not person.is_active):
        raise Refused("deputy_unfit", name=person.name)
    row = session.get(Deputy, department.id)
    if (row.person_id if row else None) == (person.id if person else None):
        return
    if person is None:
        session.delete(row)
    elif row is None:
        session.add(Deputy(department_id=department.id, person_id=person.id))
    else:
        row.person_id = person.id
    _note(session, "set_deputy", department, by, now, deputy=person.id if person else None)


def set_opened(session: Session, department: Department, opened_on: date | None, by: Actor, *, now: datetime) -> None:
    """Say since when a department exists. Raises Refused("opened_later"): what works already did not begin tomorrow."""
    if department.opened_on == opened_on:
        return
    if opened_on is not None and opened_on > (department.closed_on or _today(session, now)):
        raise Refused("opened_later")
    department.opened_on = opened_on
    _note(session, "open_department", department, by, now, on=opened_on.isoformat() if opened_on else None)


def subordinate(
    session: Session, department: Department, parent: Department | None, by: Actor, *, now: datetime
) -> None:
    """Put a department under another one, whose head then sees its appeals, or under nobody.

    Raises Refused: `parent_closed`, and what `tree.check` refuses (a circle, too deep a tree).
    """
    if department.parent_id == (parent.id if parent else None):
        return
    if parent is not None:
        if not parent.is_active:
            raise Refused("parent_closed", name=parent.name)
        above = {child: own for child, own in parents(session).items() if child != department.id}
        tree.check(above, department.id, parent.id)
    department.parent_id = parent.id if parent else None
    session.flush()
    _note(session, "subordinate_department", department, by, now, parent=department.parent_id)


def retire_department(
    session: Session, department: Department, by: Actor, *, now: datetime, heir: Department | None = None
) -> int:
    """Close a department; its topics go to `heir`. How many topics moved. What it did stays in journal and figures.

    Nothing may be left that nobody answers for. Raises Refused: `heir_unfit` (the same one, or a closed one),
    `topics_lead_here`, `appeals_lie_here`, `people_work_here`, `institutions_below`.
    """
    if heir is not None and (heir.id == department.id or not heir.is_active):
        raise Refused("heir_unfit")
    topics = list(session.scalars(select(Topic).where(Topic.department_id == department.id)))
    active = sum(topic.is_active for topic in topics)
    if active and heir is None:
        raise Refused("topics_lead_here", count=active)
    appeals = select(func.count()).where(Appeal.department_id == department.id, Appeal.status.in_(list(OPEN)))
    if open_there := session.scalar(appeals):
        raise Refused("appeals_lie_here", count=open_there)
    people = select(func.count()).where(Person.department_id == department.id, Person.is_active)
    if working_there := session.scalar(people):
        raise Refused("people_work_here", count=working_there)
    institutions = select(func.count()).where(Department.parent_id == department.id, Department.is_active)
    if below := session.scalar(institutions):
        raise Refused("institutions_below", count=below)
    department.is_active, department.closed_on = False, _today(session, now)
    moved = _bequeath(session, topics, heir, by, now) if heir else 0
    _note(session, "retire_department", department, by, now, heir=heir.id if heir else None, topics=moved)
    return moved


def restore_department(session: Session, department: Department, by: Actor, *, now: datetime) -> None:
    """Open a closed department again; topics are led to it anew by hand."""
    department.is_active, department.closed_on = True, None
    _note(session, "restore_department", department, by, now)


def _today(session: Session, now: datetime) -> date:
    return now.astimezone(town_of(session).zone).date()


def _bequeath(session: Session, topics: list[Topic], heir: Department, by: Actor, now: datetime) -> int:
    for topic in topics:
        topic.department = heir
    if topics:
        data = {"to": heir.id, "topics": [topic.id for topic in topics]}
        append(session, Draft(_CLASSIFIER, "move_topics", by.name, now, data), now=now)
    return len(topics)


def _describe(session: Session, department: Department, code: str, name: str) -> None:
    code, name = code.strip().lower(), " ".join(name.split())
    if not _CODE.fullmatch(code):
        raise Refused("bad_code")
    if not name or len(name) > _LONGEST_NAME:
        raise Refused("name_needed", longest=_LONGEST_NAME)
    with session.no_autoflush:
        others = session.execute(select(Department.id, Department.code, Department.name)).all()
    others = [other for other in others if other.id != department.id]
    if any(other.code == code for other in others):
        raise Refused("code_taken")
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Refused("name_taken", name=name)
    department.code, department.name = code, name


def _note(session: Session, act: str, department: Department, by: Actor, now: datetime, **more: object) -> None:
    data = {
        "department": department.id,
        "code": department.code,
        "external": department.is_external,
        "press": department.is_press,
        **more,
    }
    append(session, Draft(STREAM, act, by.name, now, data), now=now)
