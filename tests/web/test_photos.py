"""Photos of ours on a card: added without a script, shown to who sees the appeal, never to a stranger."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incidents.records.appeals import Appeal
from incidents.records.parts import Photo
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter, token


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def noise(width: int) -> BytesIO:
    into = BytesIO()
    Image.effect_noise((width, width), 90).convert("RGB").save(into, "JPEG", quality=95)
    into.seek(0)
    return into


def put(client: FlaskClient, appeal: Appeal, *files: tuple[BytesIO, str]) -> TestResponse:
    page = f"/appeals/{appeal.number}"
    data = {"csrf_token": token(client, page), "kind": "after", "photos": list(files)}
    return client.post(f"{page}/photos", data=data, content_type="multipart/form-data")


# Werkzeug's test client keeps a large form in a file of its own and leaves it to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_photo_larger_than_any_other_form_comes_in_and_is_seen_by_whoever_sees_the_appeal(
    enter: Enter, session: Session, theirs: Appeal
) -> None:
    dmitry, large = enter("dmitry"), noise(2_000)
    assert len(large.getvalue()) > 1024 * 1024
    assert put(dmitry, theirs, (large, "a.jpg"), (noise(90), "b.jpg")).status_code == 303
    photo = session.scalars(select(Photo.id).order_by(Photo.id)).first()
    session.commit()
    path = f"/appeals/{theirs.number}/photos/{photo}"
    shown = dmitry.get(path)
    assert (shown.status_code, shown.content_type, shown.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-cache",
    )
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert max(Image.open(BytesIO(shown.data)).size) == 1_600
    assert dmitry.get(path, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    small = enter("galina").get(f"{path}/small")
    assert max(Image.open(BytesIO(small.data)).size) == 320
    assert f"{path}/small" in enter("anna").get(f"/appeals/{theirs.number}").text
    vera = enter("vera")
    assert (vera.get(path).status_code, vera.get(f"{path}/small").status_code) == (404, 404)
    assert vera.get(path, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 404
    assert vera.post(f"{path}/removal", data={"csrf_token": token(vera, "/profile")}).status_code == 404
    assert dmitry.get(f"/appeals/{theirs.number + 1}/photos/{photo}").status_code == 404


def test_what_is_no_photo_is_refused_with_a_sentence_and_nothing_of_the_form_is_kept(
    enter: Enter, session: Session, theirs: Appeal
) -> None:
    dmitry = enter("dmitry")
    refused = put(dmitry, theirs, (noise(80), "a.jpg"), (BytesIO(b"<svg/>"), "b.svg"))
    assert refused.status_code == 422
    assert "Это не фото" in refused.text
    assert put(dmitry, theirs).status_code == 422
    assert session.scalars(select(Photo.id)).all() == []
    session.commit()
    # The other forms stay as small as they were.
    page = f"/appeals/{theirs.number}"
    words = {"csrf_token": token(dmitry, page), "text": "ы" * 1_200_000}
    assert dmitry.post(f"{page}/answer", data=words).status_code == 413


def test_an_own_photo_is_taken_away(enter: Enter, session: Session, theirs: Appeal) -> None:
    dmitry = enter("dmitry")
    put(dmitry, theirs, (noise(80), "a.jpg"))
    photo = session.scalars(select(Photo.id)).one()
    session.commit()
    path = f"/appeals/{theirs.number}/photos/{photo}"
    boris, page = enter("boris"), f"/appeals/{theirs.number}"
    refused = boris.post(f"{path}/removal", data={"csrf_token": token(boris, page)})
    assert "Это фото добавил коллега" in refused.text
    assert dmitry.post(f"{path}/removal", data={"csrf_token": token(dmitry, page)}).status_code == 303
    assert dmitry.get(path).status_code == 404
