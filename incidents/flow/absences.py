"""Absences: who is away on which days of the town, and who is told instead. They stand beside the way of an appeal."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.database import town_of
from incidents.records.notices import Absence
from incidents.records.people import Person
from incidents.rules.acts import Actor, Refused, Role
from incidents.rules.substitutes import fits

STREAM = "people"
#: Nobody is away for longer; a year that was mistyped shows itself.
LONGEST = timedelta(days=400)


def away_on(session: Session, day: date) -> Mapping[int, int | None]:
    """Who is away on a day of the town, each leading to the substitute, or to None where nobody was named."""
    query = select(Absence.person_id, Absence.substitute_id).where(Absence.from_on <= day, Absence.to_on >= day)
    return dict(session.execute(query).all())


def today_in(session: Session, now: datetime) -> date:
    """The town's date."""
    return now.astimezone(town_of(session).zone).date()


def may_enter(by: Person, person: Person) -> bool:
    """One's own; a head those of the department's people; the administrator everybody's."""
    if by.id == person.id or by.role is Role.ADMIN:
        return True
    return by.role is Role.HEAD and by.department_id is not None and by.department_id == person.department_id


def substitutes_for(session: Session, person: Person) -> list[Person]:
    """Who may be told instead of this person, by name."""
    query = select(Person).where(Person.is_active, Person.id != person.id).order_by(Person.name)
    return [
        other
        for other in session.scalars(query)
        if fits(person.role, person.department_id, other.role, other.department_id)
    ]


def enter(
    session: Session,
    person: Person,
    by: Actor,
    *,
    now: datetime,
    from_on: date,
    to_on: date,
    substitute: Person | None = None,
    note: str = "",
) -> Absence:
    """Enter the days, both included, on which a person is away.

    Raises Refused: `absence_backwards`, `absence_over`, `absence_too_long`, `absence_twice`, `substitute_unfit`.
    """
    if to_on < from_on:
        raise Refused("absence_backwards")
    if to_on < today_in(session, now):
        raise Refused("absence_over")
    if to_on - from_on > LONGEST:
        raise Refused("absence_too_long")
    overlaps = (Absence.person_id == person.id, Absence.from_on <= to_on, Absence.to_on >= from_on)
    if session.scalar(select(Absence.id).where(*overlaps).limit(1)) is not None:
        raise Refused("absence_twice")
    if substitute is not None and not _may_stand_in(person, substitute):
        raise Refused("substitute_unfit", name=substitute.name)
    absence = Absence(
        person=person, from_on=from_on, to_on=to_on, substitute=substitute, note=note.strip()[:120], created_at=now
    )
    session.add(absence)
    session.flush()
    _note(session, "enter_absence", absence, by, now)
    return absence


def end(session: Session, absence: Absence, by: Actor, *, now: datetime) -> None:
    """The person is here again today: what lies ahead is taken out, what has been stays.

    Raises Refused("absence_over") when it has ended already.
    """
    today = today_in(session, now)
    if absence.to_on < today:
        raise Refused("absence_over")
    if absence.from_on < today:
        absence.to_on = today - timedelta(days=1)
    else:
        session.delete(absence)
    _note(session, "end_absence", absence, by, now)


def of(session: Session, people: list[int], since: date) -> list[Absence]:
    """The absences of these people that last at least until a day, in the order of their beginning."""
    if not people:
        return []
    query = select(Absence).where(Absence.person_id.in_(people), Absence.to_on >= since)
    return list(session.scalars(query.order_by(Absence.from_on, Absence.id)))


def people_of(session: Session, by: Person) -> list[Person]:
    """Whose absences this person may enter, by name."""
    query = select(Person).where(Person.is_active, Person.role != Role.ADMIN)
    if by.role is not Role.ADMIN:
        mine = Person.id == by.id
        if by.role is Role.HEAD:
            mine = or_(mine, Person.department_id == by.department_id)
        query = query.where(mine)
    return list(session.scalars(query.order_by(Person.name)))


def _may_stand_in(person: Person, other: Person) -> bool:
    is_somebody_else = other.id != person.id and other.is_active
    return is_somebody_else and fits(person.role, person.department_id, other.role, other.department_id)


def _note(session: Session, act: str, absence: Absence, by: Actor, now: datetime) -> None:
    substitute = absence.substitute.id if absence.substitute else None
    data = {
        "absence": absence.id,
        "person": absence.person.id,
        "from": absence.from_on.isoformat(),
        "to": absence.to_on.isoformat(),
        "substitute": substitute,
    }
    append(session, Draft(STREAM, act, by.name, now, data), now=now)
