"""Pictures of citizens on the card: our own copy for who sees the appeal, and nothing for a stranger."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import cleaning, picturing
from incidents.networks.events import Failure
from incidents.records.appeals import Appeal
from incidents.records.pictures import Picture
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter

LINK = "https://sun9-1.userapi.com/a.jpg"


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """Of housing, with two pictures: one came, the other is not to be had."""
    photos = ({"type": "photo", "url": LINK}, {"type": "photo", "url": LINK})
    appeal = arrive(session, town, settings, attachments=photos)
    gone, came = session.scalars(select(Picture.id).order_by(Picture.place)).all()
    into = BytesIO()
    Image.new("RGB", (640, 480), "white").save(into, "JPEG")
    picturing.record(session, gone, Failure("operator", "http_404"), now=NOW)
    picturing.record(session, came, cleaning.clean(into.getvalue()), now=NOW)
    session.commit()
    return lying_with(session, appeal, cast.housing, cast)


def test_the_card_shows_our_copy_and_links_to_what_did_not_come(enter: Enter, appeal: Appeal, session: Session) -> None:
    anna = enter("anna")
    page = anna.get(f"/appeals/{appeal.number}").text
    shown = session.scalars(select(Picture.id).where(Picture.digest.is_not(None))).one()
    session.commit()
    path = f"/appeals/{appeal.number}/pictures/{shown}"
    assert f'<img src="{path}/small"' in page
    assert page.count(LINK) == 1, "the one that did not come is a link, and no picture is loaded from there"
    assert f'src="{LINK}' not in page
    answer = anna.get(path)
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert Image.open(BytesIO(answer.data)).size == (640, 480)
    assert Image.open(BytesIO(anna.get(f"{path}/small").data)).size == (320, 240)
    assert anna.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_who_may_not_see_the_appeal_sees_no_picture(enter: Enter, appeal: Appeal, session: Session) -> None:
    gone, shown = session.scalars(select(Picture.id).order_by(Picture.place)).all()
    session.commit()
    path = f"/appeals/{appeal.number}/pictures/{shown}"
    assert [enter(who).get(path).status_code for who in ("dmitry", "boris", "galina")] == [200, 200, 200]
    vera = enter("vera")
    assert [vera.get(each).status_code for each in (path, f"{path}/small")] == [404, 404]
    anna = enter("anna")
    assert anna.get(f"/appeals/{appeal.number}/pictures/{gone}").status_code == 404
    assert anna.get(f"/appeals/{appeal.number + 1}/pictures/{shown}").status_code == 404
