"""Handing over from one shift to the next: the note that is left, and the appeals that go to a colleague."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from incidents.records.database import UTCDateTime
from incidents.records.people import Person
from incidents.records.views import ShiftNote
from incidents.rules.acts import Refused, Role

LONGEST_NOTE = 2_000
#: No shift is longer: an older note is none of the shift before.
LONGEST_SHIFT = timedelta(hours=24)
#: Notes shown at once.
SHOWN = 5


def write(session: Session, person: Person, text: str, *, now: datetime) -> ShiftNote:
    """Leave a note to the next shift of the same office. Raises Refused: `note_empty`, `note_long`."""
    text = text.strip()
    if not text:
        raise Refused("note_empty")
    if len(text) > LONGEST_NOTE:
        raise Refused("note_long", longest=LONGEST_NOTE)
    note = ShiftNote(person_id=person.id, department_id=_office(person), text=text, written_at=now)
    session.add(note)
    session.flush()
    return note


class Note(NamedTuple):
    """A note as the next shift reads it."""

    person_id: int
    name: str
    text: str
    written_at: datetime


@cache
def _notes(office: int | None) -> Any:
    since = bindparam("since", type_=UTCDateTime())
    return (
        select(ShiftNote.person_id, Person.name, ShiftNote.text, ShiftNote.written_at)
        .join(ShiftNote.person)
        .where(ShiftNote.department_id == office, ShiftNote.written_at > since)
        .order_by(ShiftNote.written_at.desc())
        .limit(SHOWN)
    )


def notes(session: Session, person: Person, *, now: datetime) -> Sequence[Note]:
    """What was left in this person's office lately, the newest first."""
    question = _notes(_office(person))
    return [Note(*row) for row in session.connection().execute(question, {"since": now - 2 * LONGEST_SHIFT})]


def began_at(person: Person, known: Sequence[Note | ShiftNote], midnight: datetime, *, now: datetime) -> datetime:
    """Since when this person's shift goes on: since a colleague left a note, else since the town's midnight."""
    left = [note.written_at for note in known if note.person_id != person.id]
    return max((at for at in left if now - at < LONGEST_SHIFT), default=midnight)


def colleagues(session: Session, person: Person) -> Sequence[Person]:
    """Who can go on with this person's appeals: everybody of the same office."""
    office = _office(person)
    query = select(Person).where(Person.is_active, Person.id != person.id).order_by(Person.name)
    if office is None:
        return session.scalars(query.where(Person.role == Role.PRESS)).all()
    return session.scalars(
        query.where(Person.department_id == office, Person.role.in_([Role.HEAD, Role.RESPONDER]))
    ).all()


def _office(person: Person) -> int | None:
    """A department; None for the press sector, whoever of it belongs to which."""
    return None if person.role is Role.PRESS else person.department_id
