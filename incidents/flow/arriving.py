"""Who is told that something has come to them: the department an appeal is given to, the colleague it is handed to, and
whoever wrote a text that comes back from approval. By mail it is the door to the page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import noticing, staffing
from incidents.flow.staffing import Where
from incidents.records.appeals import Appeal
from incidents.records.notices import About
from incidents.records.people import Department, Person
from incidents.rules.acts import Actor
from incidents.rules.alarms import Level


def at_department(session: Session, appeal: Appeal, department: Department, by: Actor, *, now: datetime) -> None:
    """The heads and responders here today, and who stands in for them.

    What the press sector answers for is in its own queue; where nobody is here, the alarms go on upwards as ever.
    """
    if department.is_press or department.is_external:
        return
    staff, where = staffing.staff_of(session, now=now), Where(department.id, None, False)
    told = {
        each.person_id: each
        for level in (Level.HEAD, Level.RESPONDER)
        for each in staff.recipients(level, where)
        if each.level is level and each.person_id != by.person_id
    }
    mark = noticing.last_entry(session, appeal)
    noticing.tell_each(session, appeal, About.ASSIGNED, told.values(), mark=mark, now=now, by=by.person_id)


def at_colleague(session: Session, appeal: Appeal, to: Person, by: Actor, *, now: datetime) -> None:
    if to.id != by.person_id:
        mark = noticing.last_entry(session, appeal)
        noticing.tell(session, appeal, About.HANDED, [to], mark=mark, now=now, by=by.person_id)


def back_at_writers(session: Session, appeal: Appeal, writers: set[int], by: Person, *, now: datetime) -> None:
    others = session.scalars(select(Person).where(Person.id.in_(writers - {by.id})))
    mark = noticing.last_entry(session, appeal)
    noticing.tell(session, appeal, About.SENT_BACK, others, mark=mark, now=now, by=by.id)
