"""Photos of ours: before and after. Each is made anew from its points alone, so that no place, time or device goes with it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import Appeal
from incidents.records.parts import Photo, PhotoKind
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused

#: What is taken from a camera or a folder; nothing else is even opened.
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 15 * 1024 * 1024
MOST_PHOTOS = 12
#: Points of a picture, asked of its head before any of it is unpacked. A JPEG is shrunk while it is read.
MOST_POINTS = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
LONGEST_SIDE, SMALL_SIDE = 1_600, 320


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture and its thumbnail, as JPEG."""

    full: bytes
    small: bytes
    width: int
    height: int


def clean(data: bytes) -> Picture:
    """The picture alone. Raises Refused: `photo_heavy`, `photo_unread` (no picture that we open), `photo_large`."""
    if len(data) > LARGEST_FILE:
        raise Refused("photo_heavy", most=LARGEST_FILE // (1024 * 1024))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > (most := MOST_POINTS[opened.format or "PNG"]):
                raise Refused("photo_large", most=most // 1_000_000)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            picture = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Refused("photo_unread") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("photo_large", most=MOST_POINTS["JPEG"] // 1_000_000) from None
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Picture(_jpeg(picture, 84), _jpeg(small, 78), picture.width, picture.height)


def attach(
    session: Session, appeal: Appeal, person: Person, picture: Picture, kind: PhotoKind, *, now: datetime
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


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency and without anything that is kept beside the points."""
    if picture.mode not in ("RGB", "L"):
        behind = Image.new("RGB", picture.size, "white")
        with_alpha = picture.convert("RGBA")
        behind.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return behind
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    into = BytesIO()
    picture.save(into, "JPEG", quality=quality, optimize=True, progressive=True)
    return into.getvalue()
