"""The door for people, and what lies behind it for each role."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import accounts, throttling
from incidents.records.people import Person
from incidents.rules.acts import Role
from tests.web.conftest import PASSWORD, AddPerson, Enter, send, token


def test_a_stranger_is_sent_to_sign_in_and_then_back(app: Flask, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    stranger = app.test_client()
    asked = stranger.get("/components?part=forms")
    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=/components?part%3Dforms"
    arrived = send(stranger, "/sign-in", login="elena", password=PASSWORD, next="/components?part=forms")
    assert arrived.location == "/components?part=forms"


def test_a_wrong_password_and_a_wrong_login_read_the_same_and_keep_the_login(app: Flask, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    client = app.test_client()
    for login in ("elena", "nobody"):
        answer = send(client, "/sign-in", login=login, password="Xyzzy-17")
        assert answer.status_code == 422
        assert "Логин или пароль не подошли. Проверьте раскладку." in answer.text
        assert f'value="{login}"' in answer.text
        assert "Xyzzy-17" not in answer.text


def test_too_many_attempts_are_answered_with_the_seconds_to_wait(app: Flask, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    client = app.test_client()
    for _ in range(throttling.FREE_LOGIN_FAILURES + 1):
        send(client, "/sign-in", login="elena", password="wrong")
    answer = send(client, "/sign-in", login="elena", password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in (1, 2)
    assert "Слишком много попыток. Повторите через" in answer.text


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/a\r\nb", "evil"],
)
def test_nobody_is_led_to_another_site(app: Flask, add_person: AddPerson, target: str) -> None:
    add_person("elena", Role.ADMIN)
    assert send(app.test_client(), "/sign-in", login="elena", password=PASSWORD, next=target).location == "/"


def test_signing_out_ends_the_session(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    elena = enter("elena")
    assert elena.get("/profile").status_code == 200
    assert elena.get("/sign-out").status_code == 405, "a picture in a letter must not sign anybody out"
    assert send(elena, "/sign-out", page="/profile").location == "/sign-in"
    assert elena.get("/profile").status_code == 302


def test_signing_out_everywhere_ends_the_session_on_the_other_computer(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    office, home = enter("elena"), enter("elena")
    send(office, "/profile/sign-out-everywhere", page="/profile")
    assert office.get("/profile").status_code == 302
    assert home.get("/profile").status_code == 302
    assert enter("elena").get("/profile").status_code == 200


def test_who_was_made_inactive_is_out_at_once(
    enter: Enter, add_person: AddPerson, sessions: sessionmaker[Session]
) -> None:
    elena = add_person("elena", Role.ADMIN)
    client = enter("elena")
    with sessions() as session:
        session.get_one(Person, elena.id).is_active = False
        session.commit()
    assert client.get("/profile").status_code == 302


def test_a_one_time_password_opens_only_the_page_to_change_it(
    app: Flask, enter: Enter, add_person: AddPerson, sessions: sessionmaker[Session]
) -> None:
    elena = add_person("elena", Role.ADMIN)
    with sessions() as session:
        once = accounts.reset_password(session, session.get_one(Person, elena.id), elena.actor, now=datetime.now(UTC))
        session.commit()
    client = enter("elena", once)
    for path in ("/", "/components", "/profile"):
        assert client.get(path).location == "/profile/password"
    page = client.get("/profile/password")
    assert "одноразовым паролем" in page.text
    changed = send(client, "/profile/password", page="/profile/password", old=once, new=PASSWORD, again=PASSWORD)
    assert changed.location == "/"
    assert client.get("/components").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one_but_not_this_one(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    here, elsewhere = enter("elena"), enter("elena")
    new = "another long sentence"
    send(here, "/profile/password", page="/profile/password", old=PASSWORD, new=new, again=new)
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302
    assert enter("elena", new).get("/profile").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", "another long sentence", "another long sentence", "Нынешний пароль не подошёл"),
        (PASSWORD, "short", "short", "Не меньше 10 знаков"),
        (PASSWORD, "another long sentence", "another long sentense", "Новые пароли не совпали"),
    ],
)
def test_a_password_that_does_not_fit_is_refused_in_words(
    enter: Enter, add_person: AddPerson, old: str, new: str, again: str, sentence: str
) -> None:
    add_person("elena", Role.ADMIN)
    answer = send(enter("elena"), "/profile/password", page="/profile/password", old=old, new=new, again=again)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_fragment_asked_by_a_stranger_sends_the_whole_browser_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/components", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_the_session_is_new_after_signing_in(app: Flask, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by a stranger"
    before = token(client)
    client.post("/sign-in", data={"csrf_token": before, "login": "elena", "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_the_choice_of_language_and_theme_follows_the_person_to_another_computer(
    enter: Enter, add_person: AddPerson
) -> None:
    add_person("elena", Role.ADMIN)
    send(enter("elena"), "/profile/look", page="/profile", language="en", theme="dark")
    page = enter("elena").get("/profile").text
    assert '<html lang="en" data-theme="dark">' in page
    assert "Sign out on all computers" in page


def test_a_stranger_may_read_the_sign_in_page_in_english(app: Flask) -> None:
    client = app.test_client()
    assert '<html lang="ru">' in client.get("/sign-in", headers={"Accept-Language": "en"}).text
    send(client, "/profile/look", language="en", next="/sign-in")
    assert "For the staff of the administration" in client.get("/sign-in").text


def test_while_a_password_is_held_against_its_hash_others_can_write(
    app: Flask, add_person: AddPerson, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person("anna", Role.PRESS)
    hasher, written = accounts.HASHER, []

    class Watched:
        """The hasher, during whose work somebody else writes."""

        def verify(self, known: str, password: str) -> bool:
            with sessions() as other:
                other.execute(text("UPDATE departments SET name = name"))
                other.commit()
            written.append(known)
            return hasher.verify(known, password)

        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

    monkeypatch.setattr(accounts, "HASHER", Watched())
    assert send(app.test_client(), "/sign-in", login="anna", password=PASSWORD).status_code == 302
    assert len(written) == 1
