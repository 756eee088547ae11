"""Several departments and one main: others are asked for their part, each gives the substance, the main one answers.

No clock of the citizen minds any of it. A department sees the appeal from when it is asked until it is excused.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import asking, gate
from incidents.records.appeals import Appeal
from incidents.records.parts import Part
from incidents.records.people import Department, Person
from incidents.rules.acts import Act, Refused

LONGEST = 4_000


def parts_of(session: Session, number: int) -> list[Part]:
    """Every part of an appeal that still counts: those that were given, and those that are asked for."""
    whose = joinedload(Part.department), joinedload(Part.giver)
    query = select(Part).where(Part.appeal_number == number, Part.excused_at.is_(None)).order_by(Part.id)
    return list(session.scalars(query.options(*whose)))


def involve(
    session: Session,
    appeal: Appeal,
    department: Department,
    person: Person,
    *,
    now: datetime,
    ask: str,
    due_at: datetime | None = None,
    seen_version: int | None = None,
) -> Part:
    """Ask another department for its part: what, and by when.

    Raises Refused: `department_gone`, `asked_main` (the appeal is its own), `asked_already`, `part_due_past`, `part_long`,
    and what the gate refuses (`reason_needed` where nothing is asked).
    """
    if not department.is_active:
        raise Refused("department_gone", name=department.name)
    if department.id == appeal.department_id:
        raise Refused("asked_main", name=department.name)
    if due_at is not None and due_at <= now:
        raise Refused("part_due_past")
    ask = _short(ask)
    part = _part(session, appeal, department.id)
    if part is not None and part.asked_at is not None and part.excused_at is None:
        raise Refused("asked_already", name=department.name)
    if part is None:
        part = Part(appeal_number=appeal.number, department_id=department.id, text="")
        session.add(part)
    part.asked_at, part.asked_by, part.ask, part.due_at = now, person.id, ask, due_at
    part.given_at = part.given_by = part.excused_at = None
    data = {"department": department.id, "by_when": due_at.isoformat() if due_at else None}
    gate.act(session, appeal, Act.INVOLVE, person.actor, now=now, reason=ask, data=data, seen_version=seen_version)
    asking.tell_asked(session, appeal, department, person, now=now)
    return part


def excuse(session: Session, appeal: Appeal, department: Department, person: Person, *, now: datetime) -> None:
    """The part is not needed after all; the department does not see the appeal any more. Raises Refused("not_asked")."""
    part = _part(session, appeal, department.id)
    if part is None or part.asked_at is None or part.excused_at is not None:
        raise Refused("not_asked", name=department.name)
    part.excused_at = now
    gate.act(session, appeal, Act.EXCUSE, person.actor, now=now, data={"department": department.id})


def contribute(
    session: Session,
    appeal: Appeal,
    person: Person,
    text: str,
    *,
    now: datetime,
    department_id: int | None = None,
) -> Part:
    """The substance in the department's words: what was found and done. Given again, it replaces what was given before.

    `department_id` says for which one, where a person answers for several. Raises Refused: `part_long`, `not_asked`, and what the gate refuses.
    """
    text, actor = _short(text), person.actor
    theirs = _for_whom(session, appeal, actor.departments, department_id)
    if theirs is None:
        raise Refused("not_allowed", act=Act.CONTRIBUTE, status=appeal.status)
    part = _part(session, appeal, theirs)
    if part is None:
        part = Part(appeal_number=appeal.number, department_id=theirs, ask="")
        session.add(part)
    part.text, part.given_at, part.given_by = text, now, person.id
    part.giver = session.get(Person, person.id)
    data = {"department": theirs, "asked_at": part.asked_at.isoformat() if part.asked_at else None}
    gate.act(session, appeal, Act.CONTRIBUTE, actor, now=now, reason=text, data=data)
    asking.tell_asker(session, appeal, part, person, now=now)
    return part


def colleagues(session: Session, appeal: Appeal) -> list[Person]:
    """Whom a head may give this appeal to, by name."""
    query = select(Person).where(Person.is_active, Person.department_id == appeal.department_id).order_by(Person.name)
    return list(session.scalars(query)) if appeal.department_id is not None else []


def _for_whom(session: Session, appeal: Appeal, own: frozenset[int], wanted: int | None) -> int | None:
    """Which of a person's departments speaks: the one that is meant, else the main one, else who was asked."""
    main = {appeal.department_id} if appeal.department_id is not None else set()
    asked = {part.department_id for part in parts_of(session, appeal.number) if part.asked_at is not None}
    if wanted is not None:
        return wanted if wanted in own and wanted in main | asked else None
    return next(iter(sorted(own & main) + sorted(own & asked)), None)


def _part(session: Session, appeal: Appeal, department_id: int) -> Part | None:
    query = select(Part).where(Part.appeal_number == appeal.number, Part.department_id == department_id)
    return session.scalar(query)


def _short(written: str) -> str:
    written = written.replace("\r\n", "\n").strip()
    if len(written) > LONGEST:
        raise Refused("part_long", longest=LONGEST, length=len(written))
    return written
