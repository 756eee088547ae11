"""The pages of people and tokens: what is secret is shown in one response and nowhere else."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import tokens
from incidents.records.people import Person
from incidents.rules.acts import Role
from tests.cast import Cast
from tests.web.asking import statements
from tests.web.conftest import PASSWORD, Enter, send

Sessions = sessionmaker[Session]
ONE_TIME = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")


def person(sessions: Sessions, login: str) -> Person:
    with sessions() as session:
        return session.scalars(select(Person).where(Person.login == login)).one()


def test_a_one_time_password_is_shown_once_and_opens_only_the_change_of_password(
    app: Flask, enter: Enter, cast: Cast, sessions: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    elena = enter("elena")
    answer = send(
        elena,
        "/people",
        page="/people/new",
        login="Oleg",
        name="Олег Новый",
        role="responder",
        department=str(cast.roads.id),
    )
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    password = ONE_TIME.search(answer.text)
    assert password
    assert password[0] not in str(answer.headers)
    assert password[0] not in elena.get("/people").text + elena.get("/profile").text
    told = capsys.readouterr()
    assert password[0] not in told.out + told.err
    assert person(sessions, "oleg").department_id == cast.roads.id
    assert enter("oleg", password[0]).get("/profile").location == "/profile/password"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"login": "anna", "name": "Анна", "role": "press"}, "Логин anna занят."),
        ({"login": "two words", "name": "Анна", "role": "press"}, "Логин — одно слово"),
        ({"login": "new", "name": "Новый", "role": "head"}, "начальник отдела работает в отделе."),
        ({"login": "new", "name": "", "role": "press"}, "Введите имя, как его знают коллеги"),
    ],
)
def test_a_refused_person_keeps_what_was_typed(enter: Enter, cast: Cast, fields: dict[str, str], sentence: str) -> None:
    answer = send(enter("elena"), "/people", page="/people/new", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["login"]}"' in answer.text
    assert f'<option selected value="{fields["role"]}">' in answer.text


def test_a_person_changes_role_and_is_signed_out_at_once(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena, dmitry = enter("elena"), enter("dmitry")
    path = f"/people/{cast.dmitry.id}"
    answer = send(elena, path, page=path, name="Дмитрий Р.", role="head", department=str(cast.roads.id), is_active="y")
    assert answer.status_code == 303
    changed = person(sessions, "dmitry")
    assert (changed.name, changed.role, changed.department_id) == ("Дмитрий Р.", Role.HEAD, cast.roads.id)
    assert dmitry.get("/profile").location.startswith("/sign-in")
    assert send(elena, path, page=path, name="Дмитрий", role="press").status_code == 303
    assert not person(sessions, "dmitry").is_active


def test_the_last_administrator_stays_one(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    path = f"/people/{cast.elena.id}"
    answer = send(enter("elena"), path, page=path, name="Елена", role="press", is_active="y")
    assert answer.status_code == 422
    assert "Это последний администратор." in answer.text
    assert person(sessions, "elena").role is Role.ADMIN


def test_a_reset_password_ends_the_sessions_and_ones_own_is_changed_in_the_profile(enter: Enter, cast: Cast) -> None:
    elena, anna = enter("elena"), enter("anna")
    answer = send(elena, f"/people/{cast.anna.id}/password", page=f"/people/{cast.anna.id}")
    password = ONE_TIME.search(answer.text)
    assert password
    assert answer.headers["Cache-Control"] == "no-store"
    assert anna.get("/profile").location.startswith("/sign-in")
    assert enter("anna", password[0]).get("/profile").status_code == 302
    own = send(elena, f"/people/{cast.elena.id}/password", page=f"/people/{cast.anna.id}")
    assert own.location == "/profile/password"
    assert enter("elena", PASSWORD).get("/people").status_code == 200


def test_the_list_is_narrowed_to_a_department_in_as_many_questions(app: Flask, enter: Enter, cast: Cast) -> None:
    elena = enter("elena")
    with statements(app) as sent:
        page = elena.get(f"/people?department={cast.housing.id}").text
    assert "Дмитрий" in page
    assert "Галина" not in page
    assert len(sent) <= 9
    assert "Здесь пока никого" in elena.get(f"/people?department={cast.press.id}").text
    assert elena.get("/people/999").status_code == 404


def test_a_token_is_shown_once_and_dies_when_revoked(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    refused = send(elena, "/tokens", page="/tokens/new", name="Портал")
    assert refused.status_code == 422
    assert "Выберите, что программе можно." in refused.text
    assert 'value="Портал"' in refused.text
    made = send(elena, "/tokens", page="/tokens/new", name="Портал", intake="y", read="y")
    token = re.search(r"inc_[\w-]+", made.text)
    assert token
    assert made.headers["Cache-Control"] == "no-store"
    page = elena.get("/tokens").text
    assert "вносить обращения, читать обращения и цифры" in page
    assert token[0] not in page + str(made.headers)
    again = send(elena, "/tokens", page="/tokens/new", name="Портал", read="y")
    assert again.status_code == 422
    assert "Портал уже есть" in again.text
    with sessions() as session:
        row = tokens.token_owner(session, token[0])
        assert row is not None
        assert row.scopes == ["intake", "read"]
    assert send(elena, f"/tokens/{row.id}/revocation", page="/tokens/new").status_code == 303
    with sessions() as session:
        assert tokens.token_owner(session, token[0]) is None
    assert "Отозванные" in elena.get("/tokens").text
    assert send(elena, "/tokens/999/revocation", page="/tokens/new").status_code == 404
