"""From an alarm, or from news, to the people who must know of it: who, as what, and by which ways.

An alarm is for a level (responder, head, deputy, manager, press). A level that has nobody here today goes on to the next
one, and the notice says so; who is away is told through the substitute. Nobody is told of an appeal that they may not see.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incidents.flow import absences
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.database import insert_missing
from incidents.records.notices import About, Notice
from incidents.records.parts import involved
from incidents.records.people import Department, Deputy, Person, parents
from incidents.rules import tree
from incidents.rules.acts import Actor, Role
from incidents.rules.alarms import Level
from incidents.rules.lifecycle import sees
from incidents.rules.substitutes import stand_in

#: Where an alarm goes on to when a level has nobody.
UPWARDS = {
    Level.RESPONDER: (Level.RESPONDER, Level.HEAD, Level.DEPUTY, Level.MANAGER, Level.PRESS),
    Level.HEAD: (Level.HEAD, Level.DEPUTY, Level.MANAGER, Level.PRESS),
    Level.DEPUTY: (Level.DEPUTY, Level.MANAGER, Level.PRESS),
    Level.MANAGER: (Level.MANAGER, Level.PRESS),
    Level.PRESS: (Level.PRESS, Level.MANAGER),
}


#: As what somebody of each role is told of news; an administrator sees no appeals.
LEVELS = {
    Role.RESPONDER: Level.RESPONDER,
    Role.HEAD: Level.HEAD,
    Role.MANAGER: Level.MANAGER,
    Role.PRESS: Level.PRESS,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One person, as what, and in whose place; `instead_of` is the level that had nobody."""

    person_id: int
    level: Level
    instead_of: Level | None = None
    stands_in_for: int | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Where an appeal lies: its department, who has it, and whether the press sector answers for that department."""

    department_id: int | None
    assignee_id: int | None
    is_of_press: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works here today: the active people by id, who of them is away with which substitute, and the deputies."""

    people: Mapping[int, Actor]
    away: Mapping[int, int | None]
    deputies: Mapping[int, int]

    def recipients(self, level: Level, where: Where) -> list[Told]:
        """Who is told of an alarm for `level`; empty only where nobody at all may see the appeal."""
        for reached in UPWARDS[level]:
            told = self._here(self._of(reached, where), reached, where)
            if told:
                skipped = level if reached is not level else None
                return [Told(each.person_id, reached, skipped, each.stands_in_for) for each in told]
        return []

    def _of(self, level: Level, where: Where) -> Iterator[list[Actor]]:
        """Whom a level means: first choices first, the next where none of those is here."""
        if level is Level.RESPONDER:
            yield self._named(where.assignee_id)
        if level in (Level.RESPONDER, Level.HEAD):
            role = Role.RESPONDER if level is Level.RESPONDER else Role.HEAD
            yield [p for p in self._with(role) if where.department_id and p.department_id == where.department_id]
            if where.is_of_press:
                yield self._with(Role.PRESS)
        elif level is Level.DEPUTY:
            yield self._named(self.deputies.get(where.department_id or 0))
        else:
            yield self._with(Role.MANAGER if level is Level.MANAGER else Role.PRESS)

    def _here(self, choices: Iterable[list[Actor]], level: Level, where: Where) -> list[Told]:
        """The first choice of which somebody is here, or is stood in for by somebody who may see the appeal."""
        for people in choices:
            told: dict[int, Told] = {}
            # Who is here in person first: a colleague's substitute is not told twice.
            for meant in sorted((each.person_id or 0 for each in people), key=lambda each: each in self.away):
                here = stand_in(meant, self.away)
                actor = self.people.get(here or 0)
                if here and actor and sees(actor, where.department_id):
                    told.setdefault(here, Told(here, level, None, meant if here != meant else None))
            if told:
                return list(told.values())
        return []

    def _with(self, role: Role) -> list[Actor]:
        return [person for person in self.people.values() if person.role is role]

    def _named(self, person_id: int | None) -> list[Actor]:
        person = self.people.get(person_id or 0)
        return [person] if person else []


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
    told = [each for each in people if each.is_active and sees(each.actor, appeal.department_id, asked)]
    rows = [
        {
            "person_id": each.id,
            "appeal_number": appeal.number,
            "about": about,
            "mark": mark,
            "by_id": by,
            "level": LEVELS[each.role],
            "created_at": now,
        }
        for each in told
    ]
    if rows:
        insert_missing(session, Notice, rows)
    return [each.id for each in told]


def staff_of(session: Session, *, now: datetime) -> Staff:
    """Who works here, by the town's date."""
    people = session.execute(select(Person.id, Person.role, Person.department_id).where(Person.is_active)).all()
    above = parents(session)
    theirs = {
        (role, own): tree.below(above if role is Role.HEAD else {}, own) for _, role, own in people if own is not None
    }
    deputies = session.execute(select(Deputy.department_id, Deputy.person_id))
    return Staff(
        {
            id_: Actor(f"person:{id_}", role, id_, own, theirs[role, own] if own else frozenset())
            for id_, role, own in people
        },
        absences.away_on(session, absences.today_in(session, now)),
        dict(deputies.all()),
    )


def unseen(session: Session, person_id: int) -> Unseen:
    """What the bell tells of, answered by its partial index."""
    query = select(func.count(), func.max(Notice.id)).where(Notice.person_id == person_id, Notice.seen_at.is_(None))
    number, newest = session.execute(query).one()
    return Unseen(number, newest or 0)


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
        "level": told.level,
        "instead_of": told.instead_of.value if told.instead_of else None,
        "stands_in_for": told.stands_in_for,
        "created_at": now,
    }
