"""Who is told of a part: the people of the department that is asked, and then whoever asked, once it is given."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.flow import noticing, staffing
from incidents.flow.staffing import Where
from incidents.records.appeals import Appeal
from incidents.records.notices import About
from incidents.records.parts import Part
from incidents.records.people import Department, Person
from incidents.rules.alarms import Level


def tell_asked(session: Session, appeal: Appeal, department: Department, by: Person, *, now: datetime) -> None:
    """The responders and the heads of a department that was asked; where nobody is here, whoever an alarm goes on to."""
    staff = staffing.staff_of(session, now=now)
    where = Where(department.id, None, department.is_external or department.is_press)
    told = {
        each.person_id: each
        for level in (Level.HEAD, Level.RESPONDER)
        for each in staff.recipients(level, where)
        if each.person_id != by.id
    }
    mark = noticing.last_entry(session, appeal)
    noticing.tell_each(session, appeal, About.ASKED, told.values(), mark=mark, now=now, by=by.id)


def tell_asker(session: Session, appeal: Appeal, part: Part, by: Person, *, now: datetime) -> None:
    """Whoever asked for this part; nobody did where a department brought its own unasked."""
    asker = session.get(Person, part.asked_by) if part.asked_by is not None else None
    if asker is not None and asker.id != by.id:
        mark = noticing.last_entry(session, appeal)
        noticing.tell(session, appeal, About.GIVEN, [asker], mark=mark, now=now, by=by.id)
