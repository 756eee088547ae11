"""Who is told of a part: the people of the department that is asked, and then whoever asked, once it is given."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, noticing
from incidents.flow.noticing import Where
from incidents.records.appeals import Appeal
from incidents.records.database import insert_missing
from incidents.records.journal import Entry
from incidents.records.notices import About, Notice
from incidents.records.parts import Part
from incidents.records.people import Department, Person
from incidents.rules.alarms import Level


def tell_asked(session: Session, appeal: Appeal, department: Department, by: Person, *, now: datetime) -> None:
    """The responders and the heads of a department that was asked; where nobody is here, whoever an alarm goes on to."""
    staff = noticing.staff_of(session, now=now)
    where = Where(department.id, None, department.is_external or department.is_press)
    told = {
        each.person_id: each
        for level in (Level.HEAD, Level.RESPONDER)
        for each in staff.recipients(level, where)
        if each.person_id != by.id
    }
    mark = _mark(session, appeal)
    rows = [
        {
            "person_id": each.person_id,
            "appeal_number": appeal.number,
            "about": About.ASKED,
            "mark": mark,
            "by_id": by.id,
            "level": each.level,
            "instead_of": each.instead_of.value if each.instead_of else None,
            "stands_in_for": each.stands_in_for,
            "created_at": now,
        }
        for each in told.values()
    ]
    if rows:
        insert_missing(session, Notice, rows)


def tell_asker(session: Session, appeal: Appeal, part: Part, by: Person, *, now: datetime) -> None:
    """Whoever asked for this part; nobody did where a department brought its own unasked."""
    asker = session.get(Person, part.asked_by) if part.asked_by is not None else None
    if asker is not None and asker.id != by.id:
        noticing.tell(session, appeal, About.GIVEN, [asker], mark=_mark(session, appeal), now=now, by=by.id)


def _mark(session: Session, appeal: Appeal) -> str:
    """The entry that the news are of."""
    last = select(Entry.seq).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq.desc()).limit(1)
    return f"entry:{session.scalar(last)}"
