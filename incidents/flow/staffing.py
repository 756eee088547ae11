"""Who works here today, and who of them is told of an alarm or of news: as what, and in whose place.

A level that has nobody here today goes on to the next one; who is away is told through the substitute; nobody is told of
an appeal that they may not see.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import absences
from incidents.records.people import Deputy, Person, parents
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
