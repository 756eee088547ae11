"""The big screen: a token opens it and nothing else, void at once, and nobody's words or names are on it."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import tokens
from incidents.records.people import ApiToken
from incidents.rules.acts import Actor
from incidents.web import wall
from tests.cast import Cast, Town
from tests.statistics.conftest import TERM, Add, add  # noqa: F401 - a fixture is found by its name
from tests.web.asking import statements
from tests.web.conftest import Enter

MINUTE = timedelta(minutes=1)
BY = Actor("test")


@pytest.fixture
def token(session: Session, cast: Cast, town: Town, add: Add) -> str:  # noqa: F811
    """A token of the screen; something is late with roads, and something was answered."""
    now = datetime.now(UTC)
    late = add(now - TERM - 14 * MINUTE, department_id=cast.roads.id, topic_id=town.potholes.id)
    late.address = "ул. Тайная, 5"
    for _ in range(5):
        add(now - 10 * MINUTE, 9 * MINUTE, department_id=cast.housing.id, topic_id=town.snow.id)
    made = tokens.add_token(session, "wall", ["wall"], BY, now=now)
    session.commit()
    return made


def test_the_address_gives_its_token_to_a_cookie_of_this_path_alone(app: Flask, token: str) -> None:
    answer = app.test_client().get(f"/wall?token={token}")
    assert (answer.status_code, answer.location) == (303, "/wall")
    cookie = answer.headers["Set-Cookie"]
    assert all(words in cookie for words in ("Path=/wall", "HttpOnly", "SameSite=Lax"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_three_boards_take_turns_without_scripts_and_show_nobodys_words(app: Flask, cast: Cast, token: str) -> None:
    client = app.test_client()
    client.get(f"/wall?token={token}")
    for board, words in (("1", "У кого сейчас"), ("2", "По часам сегодня"), ("3", "Семь дней")):
        with statements(app) as asked:
            page = client.get(f"/wall?board={board}")
        following = int(board) % 3 + 1
        assert f'<noscript><meta http-equiv="refresh" content="20; url=/wall?board={following}">' in page.text
        assert words in page.text
        assert "Управление дорог" in page.text
        for private in ("Опять не убран снег", "Тайная", cast.boris.name, cast.anna.name, token):
            assert private not in page.text
        assert len(asked) <= 20
    assert "Обновлено в" in client.get("/wall?board=x").text


def test_the_token_opens_nothing_else(app: Flask, token: str) -> None:
    client = app.test_client()
    client.get(f"/wall?token={token}")
    for path in ("/board", "/period", "/queue", "/appeals/1", "/control"):
        assert client.get(path).status_code == 302, path
    for path in ("/api/v1/appeals", "/api/v1/statistics/years", "/metrics"):
        assert client.get(path).status_code == 401, path
        assert client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 403, path


def test_a_void_token_and_a_token_for_something_else_close_the_screen(app: Flask, session: Session, token: str) -> None:
    client = app.test_client()
    client.get(f"/wall?token={token}")
    assert client.get("/wall").status_code == 200
    row = session.scalars(select(ApiToken)).one()
    tokens.revoke_token(session, row, BY, now=datetime.now(UTC))
    session.commit()
    closed = client.get("/wall")
    assert (closed.status_code, "Экран закрыт" in closed.text, "Просрочено" in closed.text) == (401, True, False)
    other = tokens.add_token(session, "reader", ["read"], BY, now=datetime.now(UTC))
    session.commit()
    for offered in (other, "wrong", token):
        refused = app.test_client().get(f"/wall?token={offered}")
        assert (refused.status_code, "Set-Cookie" in refused.headers) == (401, False)


def test_a_person_has_no_way_in_without_a_token(enter: Enter, cast: Cast) -> None:
    assert enter("galina").get("/wall").status_code == 401


def test_the_log_never_holds_the_token(
    app: Flask, token: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        app.test_client().get(f"/wall?token={token}")
    out = capsys.readouterr()
    assert token not in caplog.text + out.out + out.err


@pytest.mark.browser
def test_a_screen_without_its_server_says_so_and_one_without_its_token_goes_dark(
    page: Page, address: str, session: Session, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "SECONDS", 1)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{address}/wall?token={token}")
    smallest = "Math.min(...[...document.querySelectorAll('.wall *')].filter(each => each.childNodes.length === 1 && each.innerText?.trim()).map(each => parseFloat(getComputedStyle(each).fontSize)))"
    assert page.evaluate(smallest) >= 24
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(page.get_by_text("По часам сегодня")).to_be_visible(timeout=10_000)
    page.route("**/wall*", lambda route: route.abort())
    expect(page.get_by_text("Нет связи")).to_be_visible(timeout=10_000)
    page.unroute("**/wall*")
    expect(page.get_by_text("Нет связи")).to_be_hidden(timeout=10_000)
    tokens.revoke_token(session, session.scalars(select(ApiToken)).one(), BY, now=datetime.now(UTC))
    session.commit()
    expect(page.get_by_text("Экран закрыт")).to_be_visible(timeout=10_000)
    assert "Просрочено" not in page.content()
