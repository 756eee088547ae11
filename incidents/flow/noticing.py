"""From an alarm, or from news, to the people who must know of it: who, as what, and by which ways.

An alarm is for a level (responder, head, deputy, manager, press). A level that has nobody here today goes on to the next
one, and the notice says so (`staffing`). News are of what a colleague did; that an appeal has arrived is news until
somebody works on it (`settle`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.flow.staffing import Told, Where, staff_of
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.database import insert_missing
from incidents.records.journal import Entry
from incidents.records.notices import ARRIVALS, About, Notice
from incidents.records.parts import involved
from incidents.records.people import Department, Person
from incidents.rules.acts import Role
from incidents.rules.alarms import Level
from incidents.rules.lifecycle import sees

#: As what somebody of each role is told of news; an administrator sees no appeals.
LEVELS = {
    Role.RESPONDER: Level.RESPONDER,
    Role.HEAD: Level.HEAD,
    Role.MANAGER: Level.MANAGER,
    Role.PRESS: Level.PRESS,
}


@dataclass(frozen=True, slots=True)
class Unseen:
    """The notices that a person has not marked as seen: how many, and the id of the newest (0: there is none)."""

    number: int
    newest: int


def spread(session: Session, alarms: Sequence[Alarm], *, now: datetime) -> int:
    """Write a notice for each person who must know of these alarms, in the caller's transaction; how many.

    A fixed number of questions, however many alarms. An alarm that is spread twice, by whomever, tells nobody twice. How
    a notice goes on by mail and Telegram is decided afterwards (`gathering.send_off`): a sweep waits for nothing.
    """
    staff, places = staff_of(session, now=now), _places(session, alarms)
    # Many alarms of one sweep lie with the same few departments.
    found: dict[tuple[Level, Where], list[Told]] = {}
    rows = []
    for alarm in alarms:
        if (where := places.get(alarm.appeal_number)) is None:
            continue
        key = (Level(alarm.level), where)
        if key not in found:
            found[key] = staff.recipients(*key)
        rows += [_row(alarm, told, now) for told in found[key]]
    if rows:
        insert_missing(session, Notice, rows)
    return len(rows)


def tell(
    session: Session,
    appeal: Appeal,
    about: About,
    people: Iterable[Person],
    *,
    mark: str,
    now: datetime,
    by: int | None = None,
) -> list[int]:
    """Write a notice of news about an appeal to each of these people who works here and may see it; their ids.

    `mark` says which piece of news it is: told again, it tells nobody twice. It goes by the ways that alarms go.
    """
    asked = involved(session, appeal.number)
    seeing = [each for each in people if each.is_active and sees(each.actor, appeal.department_id, asked)]
    told = [Told(each.id, LEVELS[each.role]) for each in seeing]
    tell_each(session, appeal, about, told, mark=mark, now=now, by=by)
    return [each.person_id for each in told]


def tell_each(
    session: Session, appeal: Appeal, about: About, people: Iterable[Told], *, mark: str, now: datetime, by: int | None
) -> None:
    """The same for people of whom it is known as what, and in whose place, they are told."""
    rows = [
        {
            "person_id": each.person_id,
            "appeal_number": appeal.number,
            "about": about,
            "mark": mark,
            "by_id": by,
            **_as_what(each),
            "created_at": now,
        }
        for each in people
    ]
    if rows:
        insert_missing(session, Notice, rows)


def last_entry(session: Session, appeal: Appeal) -> str:
    """The journal's last entry of an appeal as the mark of the news about it."""
    last = select(Entry.seq).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq.desc()).limit(1)
    return f"entry:{session.scalar(last)}"


def settle(session: Session, appeal: Appeal, *, now: datetime) -> None:
    """Somebody works on it, or it has gone elsewhere: that it has arrived is news to nobody any more."""
    session.execute(
        update(Notice)
        .where(Notice.appeal_number == appeal.number, Notice.about.in_(ARRIVALS), Notice.seen_at.is_(None))
        # By the partial index of what its people have not seen, however many notices there are.
        .where(Notice.person_id.in_(select(Person.id).where(Person.is_active)))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def unseen(session: Session, person_id: int) -> Unseen:
    """What the bell tells of."""
    number, newest = session.execute(unseen_by(person_id)).one()
    return Unseen(number, newest or 0)


def unseen_by(person_id: int) -> Select[int, int | None]:
    """The question behind it, answered by a partial index: columns `notices` and `newest_notice`."""
    columns = func.count().label("notices"), func.max(Notice.id).label("newest_notice")
    return select(*columns).where(Notice.person_id == person_id, Notice.seen_at.is_(None))


def see(session: Session, person: Person, *, now: datetime, notice_id: int | None = None, until: int = 0) -> int:
    """Mark one of the person's own notices as seen, or all up to the one the page knew last; how many."""
    which = Notice.id == notice_id if notice_id is not None else Notice.id <= until
    marked = session.scalars(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.seen_at.is_(None), which)
        .values(seen_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(marked)


def _places(session: Session, alarms: Sequence[Alarm]) -> dict[int, Where]:
    numbers = {alarm.appeal_number for alarm in alarms}
    query = (
        select(Appeal.number, Appeal.department_id, Appeal.assignee_id, Department.is_external, Department.is_press)
        .outerjoin(Department, Department.id == Appeal.department_id)
        .where(Appeal.number.in_(numbers))
    )
    return {
        number: Where(department, assignee, department is None or bool(is_external or is_press))
        for number, department, assignee, is_external, is_press in session.execute(query)
    }


def _row(alarm: Alarm, told: Told, now: datetime) -> dict[str, object]:
    return {
        "person_id": told.person_id,
        "appeal_number": alarm.appeal_number,
        "about": About.ALARM,
        "alarm_id": alarm.id,
        **_as_what(told),
        "created_at": now,
    }


def _as_what(told: Told) -> dict[str, object]:
    return {
        "level": told.level,
        "instead_of": told.instead_of.value if told.instead_of else None,
        "stands_in_for": told.stands_in_for,
    }
