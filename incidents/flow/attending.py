"""Who has an appeal's card open, and who is writing: an open page says so every few seconds, and is forgotten soon after.

No history: it is worth nothing a minute later. Two pages of one person are one person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.database import insert_missing
from incidents.records.parts import involved
from incidents.records.people import Person
from incidents.records.presences import Presence
from incidents.rules.lifecycle import NONE, sees

#: A page that has not spoken for so long is closed.
GONE = timedelta(seconds=30)
#: Who typed so long ago is reading again.
PAUSED = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Here:
    """A colleague with the card open."""

    name: str
    is_writing: bool


def come(session: Session, appeal: Appeal, person: Person, *, now: datetime, is_writing: bool) -> None:
    """This person's page is open."""
    key = {"appeal_number": appeal.number, "person_id": person.id}
    insert_missing(session, Presence, [{**key, "seen_at": now, "wrote_at": None}])
    fresh = {"seen_at": now} | ({"wrote_at": now} if is_writing else {})
    mine = (Presence.appeal_number == appeal.number, Presence.person_id == person.id)
    session.execute(update(Presence).where(*mine).values(**fresh))


def go(session: Session, appeal: Appeal, person: Person) -> None:
    """This person's page was closed; another one that is still open says so within seconds."""
    mine = (Presence.appeal_number == appeal.number, Presence.person_id == person.id)
    session.execute(delete(Presence).where(*mine))


def others(session: Session, appeal: Appeal, person: Person, *, now: datetime) -> list[Here]:
    """The colleagues who are here besides this person, the writing ones first; who may not see the appeal is not here."""
    query = (
        select(Presence.wrote_at, Person)
        .join(Person, Person.id == Presence.person_id)
        .where(Presence.appeal_number == appeal.number, Presence.person_id != person.id, Presence.seen_at > now - GONE)
        .order_by(Person.name)
    )
    present = session.execute(query).all()
    asked = involved(session, appeal.number) if present else NONE
    found = [
        Here(each.name, wrote_at is not None and wrote_at > now - PAUSED)
        for wrote_at, each in present
        if each.is_active and sees(each.actor, appeal.department_id, asked)
    ]
    return sorted(found, key=lambda each: not each.is_writing)
