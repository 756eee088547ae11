"""The pages of people and tokens: what is secret is shown in one response and nowhere else."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import routing, tokens
from incidents.records.appeals import Appeal
from incidents.records.people import ApiToken, Person
from incidents.rules.acts import Role
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import PASSWORD, Enter, send
from tests.web.desks import Desk

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


def test_who_leaves_hands_over_in_the_same_form_and_it_can_be_taken_back(
    enter: Enter, cast: Cast, town: Town, session: Session, sessions: Sessions, rules_of_the_town: Settings
) -> None:
    desk = Desk(session, cast, town, rules_of_the_town)
    appeal = desk.give(desk.add("Темно во дворе"))
    routing.take(session, appeal, cast.dmitry, now=datetime.now(UTC))
    tokens.add_token(session, "Таблица Дмитрия", ["read"], cast.elena.actor, now=datetime.now(UTC), person=cast.dmitry)
    session.commit()
    number, path, boris, vera = appeal.number, f"/people/{cast.dmitry.id}", str(cast.boris.id), str(cast.vera.id)
    fields = {"name": "Дмитрий", "role": "responder", "department": str(cast.housing.id), "email": "d@town.example"}
    session.rollback()
    elena, dmitry = enter("elena"), enter("dmitry")
    page = elena.get(path).text
    assert "Ведёт 1 открытое обращение." in page
    assert "Таблица Дмитрия" in page
    assert f'<option value="{boris}">' in page
    assert f'<option value="{vera}">' not in page
    refused = send(elena, path, page=path, **fields)
    assert refused.status_code == 422
    assert "Выберите, кто продолжит открытые обращения" in refused.text
    assert person(sessions, "dmitry").is_active
    assert send(elena, path, page=path, **fields, heir=boris).location == "/people"
    gone = person(sessions, "dmitry")
    assert (gone.is_active, gone.email) == (False, "d@town.example")
    assert dmitry.get("/profile").location.startswith("/sign-in")
    with sessions() as again:
        assert again.get_one(Appeal, number).assignee_id == int(boris)
        assert again.scalar(select(ApiToken.revoked_at).where(ApiToken.name == "Таблица Дмитрия")) is not None
    told = elena.get("/people").text
    assert "Дмитрий больше не имеет доступа. Передано: 1 обращение. Отозван 1 токен." in told
    undo = re.search(r'action="(/undo/\d+)"', told)
    assert undo
    assert send(elena, undo[1], page=path).status_code == 303
    assert person(sessions, "dmitry").is_active
    with sessions() as again:
        assert again.get_one(Appeal, number).assignee_id == gone.id
