"""A session that ended while somebody was typing: the words come back after the sign-in, to their writer and nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import accounts
from incidents.records.people import Person
from incidents.rules.acts import Role
from tests.cast import NOW
from tests.web.conftest import PASSWORD, AddPerson, Enter, send, token

TYPED = {"text": "Две недели не вывозят мусор\nна Садовой", "permalink": "", "csrf_token": "old"}


@pytest.fixture
def anna(add_person: AddPerson, enter: Enter, sessions: sessionmaker[Session]) -> FlaskClient:
    """Anna, whom the program has signed out while she was typing."""
    person = add_person("anna", Role.PRESS)
    client = enter("anna")
    with sessions() as session:
        accounts.sign_out_everywhere(session, session.get_one(Person, person.id), now=NOW + timedelta(days=30))
        session.commit()
    return client


def carried(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_was_typed_comes_back_after_the_sign_in_and_goes_only_when_told(anna: FlaskClient) -> None:
    asked = anna.post("/registration", data=TYPED, headers={"Referer": "http://localhost/registration?from=queue"})
    assert asked.status_code == 401
    assert "Вы вышли" in asked.text
    wrong = send(anna, "/sign-in", login="anna", password="wrong", kept=carried(asked.text))
    assert wrong.status_code == 422
    back = send(anna, "/sign-in", login="anna", password=PASSWORD, kept=carried(wrong.text))
    assert back.status_code == 200
    assert "Две недели не вывозят мусор\nна Садовой</blockquote>" in back.text
    assert '<form method="post" action="/registration">' in back.text
    assert 'href="/registration?from=queue"' in back.text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', back.text)
    assert fresh
    assert fresh[1] != "old"
    assert back.text.count('value="old"') == 0
    again = anna.post("/registration", data={**TYPED, "csrf_token": fresh[1]})
    assert again.status_code == 303


def test_somebody_else_who_signs_in_there_never_sees_it(anna: FlaskClient, add_person: AddPerson) -> None:
    add_person("zoya", Role.PRESS)
    words = carried(anna.post("/registration", data=TYPED).text)
    zoya = send(anna, "/sign-in", login="zoya", password=PASSWORD, kept=words)
    assert zoya.status_code == 302
    assert "Садовой" not in zoya.text


def test_nothing_is_kept_of_a_stranger_of_secrets_or_of_too_much(app: Flask, anna: FlaskClient) -> None:
    # A form of another site arrives without the cookie, which no other site can make the browser send.
    assert app.test_client().post("/registration", data=TYPED).status_code == 302
    for path, data in (("/profile/password", {"old": "a b", "new": "c d"}), ("/registration", {"text": "я " * 60_000})):
        answer = anna.post(path, data=data)
        assert answer.status_code == 302, path
        assert "kept" not in answer.text
    forged = send(anna, "/sign-in", login="anna", password=PASSWORD, kept="WzEsIi9hIiwiLyIsW11d.aaaa.bbbb")
    assert forged.status_code == 302


def test_a_form_from_before_a_new_sign_in_elsewhere_comes_back_with_a_token_that_fits(
    add_person: AddPerson, enter: Enter
) -> None:
    add_person("anna", Role.PRESS)
    anna = enter("anna")
    answer = anna.post("/registration", data=TYPED)
    assert answer.status_code == 400
    assert "Отправить сейчас" in answer.text
    assert token(anna, "/registration") in answer.text
