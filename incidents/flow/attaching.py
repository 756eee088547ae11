"""Photos of ours: before and after, cleaned (`cleaning`) before they are kept."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.flow.cleaning import Cleaned
from incidents.records.appeals import Appeal
from incidents.records.parts import Photo, PhotoKind
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused

MOST_PHOTOS = 12


def attach(
    session: Session, appeal: Appeal, person: Person, picture: Cleaned, kind: PhotoKind, *, now: datetime
) -> Photo:
    """Put a cleaned photo to an appeal; the same one twice is one.

    Raises Refused: `photos_many`, and what the gate refuses.
    """
    digest = sha256(picture.full).hexdigest()
    known = of(session, appeal.number)
    if (same := next((each for each in known if each.digest == digest), None)) is not None:
        return same
    if len(known) >= MOST_PHOTOS:
        raise Refused("photos_many", most=MOST_PHOTOS)
    photo = Photo(
        appeal_number=appeal.number,
        kind=kind,
        person_id=person.id,
        person=person,
        department_id=person.department_id,
        created_at=now,
        digest=digest,
        width=picture.width,
        height=picture.height,
        size=len(picture.full),
        picture=picture.full,
        thumbnail=picture.small,
    )
    session.add(photo)
    session.flush()
    data = {"photo": photo.id, "kind": kind, "digest": digest}
    gate.act(session, appeal, Act.ATTACH, person.actor, now=now, data=data)
    return photo


def detach(session: Session, appeal: Appeal, photo: Photo, person: Person, *, now: datetime) -> None:
    """Take an own photo away, as long as no answer was published since it was put there.

    Raises Refused: `photo_others`, `photo_published`, and what the gate refuses.
    """
    if photo.person_id != person.id:
        raise Refused("photo_others")
    if not may_detach(appeal, photo, person):
        raise Refused("photo_published")
    data = {"photo": photo.id, "kind": photo.kind, "digest": photo.digest}
    session.delete(photo)
    gate.act(session, appeal, Act.DETACH, person.actor, now=now, data=data)


def may_detach(appeal: Appeal, photo: Photo, person: Person) -> bool:
    """Is it the person's own, put there after the last that the citizen saw of us?"""
    return photo.person_id == person.id and (appeal.answered_at is None or photo.created_at > appeal.answered_at)


def of(session: Session, number: int) -> list[Photo]:
    """The photos of an appeal, without the pictures: before, after, others, each in their order."""
    order = {kind: place for place, kind in enumerate(PhotoKind)}
    found = session.scalars(select(Photo).where(Photo.appeal_number == number).order_by(Photo.id))
    return sorted(found, key=lambda photo: order[photo.kind])
