"""What nobody's browser sends and anybody may type: it is answered in words, never by a stumble."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import tokens
from incidents.rules.places import Place
from incidents.settings import Settings
from tests.cast import FOUNDER, Cast, Town
from tests.web.cards import arrive
from tests.web.conftest import Enter, token

HUGE = "9" * 30


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/appeals/{HUGE}", 404),
        (f"/appeals/{HUGE}/changes", 404),
        ("/appeals/{number}/changes?seen=" + "9" * 5000, 200),
        (f"/registration/check?link=https://vk.com/wall-{HUGE}_1", 200),
        (f"/registration/check?link=https://vk.com/wall-1_2?reply={HUGE}", 200),
    ],
)
def test_a_number_longer_than_any_of_ours_is_no_stumble(
    path: str, status: int, enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    number = arrive(session, town, settings).number
    session.rollback()
    assert enter("anna").get(path.replace("{number}", str(number))).status_code == status


def test_a_number_too_long_for_any_row_is_none_to_the_administrator_too(enter: Enter, town: Town, cast: Cast) -> None:
    elena = enter("elena")
    for path in ("/people?department=", "/topics?department=", "/absences?person=", "/system/giving-up/events?id="):
        assert elena.get(path + HUGE).status_code == 200, path
    assert elena.get(f"/calendars?department={HUGE}").status_code == 404
    form = {"csrf_token": token(elena, "/topics"), "to": HUGE, "heir": HUGE, "into": HUGE, "reason": "так"}
    assert elena.post(f"/departments/{cast.housing.id}/moving", data=form).status_code == 422
    assert elena.post(f"/departments/{cast.housing.id}/closing", data=form).status_code == 422
    assert elena.post(f"/topics/{town.snow.id}/merging", data=form).status_code == 303


def test_a_version_that_is_no_number_is_no_stumble(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    path = f"/appeals/{arrive(session, town, settings).number}"
    session.rollback()
    client = enter("anna")
    form = {"csrf_token": token(client, path), "text": "", "answer_version": "abc"}
    assert client.post(f"{path}/submission", data=form).status_code == 422


def test_a_card_opens_whatever_a_citizen_has_attached(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    attached = tuple(
        {"type": "link", "url": url} for url in ("http://[", "javascript:alert(1)", "https://good.example/")
    )
    number = arrive(session, town, settings, attachments=attached).number
    session.rollback()
    page = enter("anna").get(f"/appeals/{number}")
    assert page.status_code == 200
    assert "https://good.example/" in page.text
    assert "http://[" not in page.text
    assert "javascript:" not in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"permalink": "http://"},
        {"permalink": "http://["},
        {"permalink": "https://vk.com/wall-1_2\nX: y"},
        {"author": {"name": "x", "url": "http://[x"}},
        {"received_at": "0001-01-01T00:00:00+14:00"},
        {"posted_at": "9999-12-31T23:59:59-12:00"},
    ],
)
def test_a_program_reads_which_field_is_wrong(
    fields: dict[str, object], app: Flask, session: Session, cast: Cast, town: Town
) -> None:
    given = {"external_id": "e1", "network": "vk", "text": "Ямы", **fields}
    answer = app.test_client().post("/api/v1/appeals", json=given, headers=bearer(session, "intake", "history"))
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert next(iter(fields)) in answer.text


def test_who_may_only_bring_appeals_reads_no_others_by_their_link(
    app: Flask, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    number = arrive(session, town, settings, permalink="https://vk.com/wall-1234_1").number
    given = {"external_id": "e1", "network": "vk", "text": "Ямы", "permalink": "https://vk.com/wall-1234_1"}
    client = app.test_client()
    blind = client.post("/api/v1/appeals", json=given, headers=bearer(session, "intake"))
    reader = client.post("/api/v1/appeals", json=given, headers=bearer(session, "intake", "read"))
    assert blind.json is not None
    assert reader.json is not None
    assert [(each.status_code, each.json["number"]) for each in (blind, reader)] == [(200, number)] * 2  # type: ignore[index]
    assert (blind.json["text"], blind.json["author"], blind.json["journal"]) == ("", None, [])
    assert "Кирова" not in blind.text
    assert "Кирова" in reader.json["text"]
    assert reader.json["journal"]


def test_a_dialog_is_nobodys_permalink(
    app: Flask, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    link = "https://vk.com/gim1234?sel=7"
    dialog = arrive(session, town, settings, place=Place.MESSAGE, permalink=link, object_key="vk:dm1234:7:1").number
    given = {"external_id": "e1", "network": "vk", "text": "Ямы", "permalink": link}
    answer = app.test_client().post("/api/v1/appeals", json=given, headers=bearer(session, "intake"))
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["number"] != dialog


def bearer(session: Session, *scopes: str) -> dict[str, str]:
    """The header of a new token with these scopes."""
    made = tokens.add_token(session, " ".join(scopes), list(scopes), FOUNDER, now=datetime.now(UTC))
    session.commit()
    return {"Authorization": f"Bearer {made}"}
