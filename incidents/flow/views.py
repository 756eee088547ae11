"""Saved filters of the queue: kept under a name, shared, renamed, taken away by whoever saved them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from incidents.records.people import Person
from incidents.records.views import SavedView
from incidents.rules.acts import Refused

LONGEST_NAME = 60
#: Of one's own; beside the queue stand as many of others at most.
MOST = 20


class Kept(NamedTuple):
    """A saved filter, and the name of whoever saved it."""

    id: int
    person_id: int
    owner: str
    name: str
    asked: Mapping[str, str]
    is_shared: bool


_OURS = (
    select(SavedView.id, SavedView.person_id, Person.name, SavedView.name, SavedView.asked, SavedView.is_shared)
    .join(SavedView.person)
    .where(or_(SavedView.person_id == bindparam("me"), SavedView.is_shared & Person.is_active))
    .order_by(SavedView.person_id != bindparam("me"), SavedView.name, SavedView.id)
    .limit(2 * MOST)
)


def of_person(session: Session, person: Person) -> Sequence[Kept]:
    """One's own by name, then those that others share."""
    return [Kept(*row) for row in session.connection().execute(_OURS, {"me": person.id})]


def save(
    session: Session, person: Person, name: str, asked: Mapping[str, str], *, now: datetime, is_shared: bool = False
) -> SavedView:
    """Keep a filter. Raises Refused: `view_empty`, `view_name`, `view_taken`, `views_many`."""
    if not asked:
        raise Refused("view_empty")
    if (session.scalar(select(func.count()).where(SavedView.person_id == person.id)) or 0) >= MOST:
        raise Refused("views_many", most=MOST)
    name = _free(session, person, name, None)
    view = SavedView(person_id=person.id, name=name, asked=dict(asked), is_shared=is_shared, created_at=now)
    session.add(view)
    session.flush()
    return view


def change(session: Session, view: SavedView, person: Person, name: str, *, is_shared: bool) -> None:
    """Another name, shared or not. Raises Refused: `view_name`, `view_taken`."""
    view.name, view.is_shared = _free(session, person, name, view.id), is_shared
    session.flush()


def _free(session: Session, person: Person, name: str, own_id: int | None) -> str:
    """The name, if it is one and this person has no other view of it."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("view_name", longest=LONGEST_NAME)
    taken = select(SavedView.id).where(SavedView.person_id == person.id, SavedView.name == name)
    if session.scalar(taken) not in (None, own_id):
        raise Refused("view_taken", name=name)
    return name
