"""Handing over from one shift to the next: the note that is left, and the appeals that go to a colleague."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

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


def notes(session: Session, person: Person, *, now: datetime) -> Sequence[ShiftNote]:
    """What was left in this person's office lately, the newest first."""
    query = (
        select(ShiftNote)
        .where(_is_ours(person), ShiftNote.written_at > now - 2 * LONGEST_SHIFT)
        .options(joinedload(ShiftNote.person))
        .order_by(ShiftNote.written_at.desc())
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def began_at(person: Person, known: Sequence[ShiftNote], midnight: datetime, *, now: datetime) -> datetime:
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


def _is_ours(person: Person) -> ColumnElement[bool]:
    office = _office(person)
    return ShiftNote.department_id.is_(None) if office is None else ShiftNote.department_id == office
