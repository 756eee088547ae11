"""Notes: what colleagues tell each other beside an appeal. The citizen never sees them, nor does another program.

The words are the journal's reason, where they can be erased; who is named with @ is told as of an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, noticing
from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.records.notices import About
from incidents.records.parts import involved
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused
from incidents.rules.lifecycle import sees
from incidents.rules.mentions import Colleague, named

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a note: the names of who was told."""

    told: tuple[str, ...]


def note(
    session: Session, appeal: Appeal, person: Person, text: str, *, now: datetime, to: Sequence[int] = ()
) -> Noted:
    """Write a note; those it names, and those chosen beside it (`to`), are told of it.

    Raises Refused: `note_too_long`, `nobody_named_so`, `may_not_see_it` (a colleague who does not see this appeal), and
    what the gate refuses.
    """
    if len(text) > LONGEST:
        raise Refused("note_too_long", longest=LONGEST)
    meant = _meant(session, appeal, text, to)
    gate.act(
        session, appeal, Act.NOTE, person.actor, now=now, reason=text, data={"people": [each.id for each in meant]}
    )
    others = [each for each in meant if each.id != person.id]
    mark = noticing.last_entry(session, appeal)
    noticing.tell(session, appeal, About.MENTION, others, mark=mark, now=now, by=person.id)
    return Noted(tuple(each.name for each in others))


def may_be_named(session: Session, appeal: Appeal, asked: frozenset[int]) -> list[choices.Colleague]:
    """The colleagues who see this appeal, of which these departments were `asked` for a part, by name."""
    people = (each for each in choices.people(session).values() if each.is_active)
    return [each for each in people if sees(each.actor, appeal.department_id, asked)]


def _meant(session: Session, appeal: Appeal, text: str, to: Sequence[int]) -> list[Person]:
    people = {each.id: each for each in session.scalars(select(Person).where(Person.is_active))}
    found = named(text, [Colleague(each.id, each.login, each.name) for each in people.values()])
    if found.unknown:
        raise Refused("nobody_named_so", name=found.unknown[0])
    meant = [people[each] for each in dict.fromkeys([*found.people, *to]) if each in people]
    asked = involved(session, appeal.number)
    stranger = next((each for each in meant if not sees(each.actor, appeal.department_id, asked)), None)
    if stranger is not None:
        raise Refused("may_not_see_it", name=stranger.name)
    return meant
