"""Photos before and after: made anew without place and device, bounded in size and number, one's own until published."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from incidents.flow import approving, attaching, cleaning, routing
from incidents.records.appeals import Appeal
from incidents.records.parts import PhotoKind
from incidents.rules.acts import Refused
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.web.cards import LINK, arrive

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def photo(width: int = 2_400, height: int = 1_200, form: str = "JPEG", colour: str = "red", **more: object) -> bytes:
    into = BytesIO()
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Phone of Ivan", 6
    exif.get_ifd(GPS)[2] = (50.0, 33.0, 0.0)
    mode = "RGBA" if form == "PNG" else "RGB"
    Image.new(mode, (width, height), colour).save(into, form, exif=exif, comment=b"secret", **more)
    return into.getvalue()


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    appeal = arrive(session, town, settings, received_at=NOW, posted_at=NOW)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    return appeal


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_only_the_picture_stays_upright_and_no_longer_than_it_must_be(form: str) -> None:
    given = photo(form=form)
    assert b"Ivan" in given
    made = cleaning.clean(given)
    for data, longest in ((made.full, 1_600), (made.small, 320)):
        again = Image.open(BytesIO(data))
        assert (again.format, max(again.size), again.size[0] < again.size[1]) == ("JPEG", longest, True)
        assert not again.getexif()
        assert "exif" not in again.info
        assert "comment" not in again.info
        assert b"Ivan" not in data
        assert b"secret" not in data


def bomb() -> bytes:
    into = BytesIO()
    Image.new("1", (20_000, 20_000)).save(into, "PNG")
    return into.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg onload='alert(1)'/>", "photo_unread"),
        (b"", "photo_unread"),
        (photo()[:400], "photo_unread"),
        (b"\xff\xd8" + b"0" * (15 * 1024 * 1024), "photo_heavy"),
        (bomb(), "photo_large"),
    ],
)
def test_what_is_no_photo_or_would_burst_is_refused_before_it_is_unpacked(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        cleaning.clean(data)
    assert refused.value.code == code


def test_the_same_photo_twice_is_one_and_there_is_an_end_to_them(session: Session, cast: Cast, theirs: Appeal) -> None:
    pictures = [cleaning.clean(photo(40 + step, 30)) for step in range(attaching.MOST_PHOTOS + 1)]
    first = attaching.attach(session, theirs, cast.dmitry, pictures[0], PhotoKind.AFTER, now=NOW)
    assert attaching.attach(session, theirs, cast.boris, pictures[0], PhotoKind.BEFORE, now=NOW) is first
    for picture in pictures[1:-1]:
        attaching.attach(session, theirs, cast.dmitry, picture, PhotoKind.BEFORE, now=NOW)
    with pytest.raises(Refused, match="photos_many"):
        attaching.attach(session, theirs, cast.dmitry, pictures[-1], PhotoKind.OTHER, now=NOW)
    assert [each.kind for each in attaching.of(session, theirs.number)][-1] is PhotoKind.AFTER


def test_an_own_photo_is_taken_away_until_the_citizen_has_an_answer(
    session: Session, cast: Cast, theirs: Appeal
) -> None:
    picture = cleaning.clean(photo(50, 40))
    kept = attaching.attach(session, theirs, cast.dmitry, picture, PhotoKind.AFTER, now=NOW)
    with pytest.raises(Refused, match="photo_others"):
        attaching.detach(session, theirs, kept, cast.boris, now=NOW)
    attaching.detach(session, theirs, kept, cast.dmitry, now=NOW)
    assert attaching.of(session, theirs.number) == []
    kept = attaching.attach(session, theirs, cast.dmitry, picture, PhotoKind.AFTER, now=NOW)
    later = NOW + timedelta(minutes=9)
    approving.confirm_by_hand(session, theirs, cast.anna, now=later, link=LINK, at=later)
    with pytest.raises(Refused, match="photo_published"):
        attaching.detach(session, theirs, kept, cast.dmitry, now=later)
    with pytest.raises(Refused, match="not_allowed"):
        attaching.attach(session, theirs, cast.vera, cleaning.clean(photo(60, 40)), PhotoKind.OTHER, now=later)
