"""The first setup: who may begin it, and each of its steps by plain forms, from an empty database to a town that works."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from incidents.flow import founding, setting_up
from incidents.records.norms import all_norms
from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Role
from incidents.rules.norms import Hours, Kind
from incidents.settings import Settings
from tests.cast import Cast
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]
PASSWORD = "correct horse battery"
FIRST = {"name": "Елена Первая", "login": "elena", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def empty_town(sessions: Sessions) -> None:
    """What `incidents upgrade` leaves behind: everything but people."""
    with sessions() as session:
        founding.found(session, now=datetime.now(UTC))
        session.commit()


@pytest.fixture
def elena(app: Flask, empty_town: None, settings: Settings) -> FlaskClient:
    """The first administrator, just come in by the code of the console."""
    client = app.test_client()
    begun = send(client, "/start", page="/start", code=setting_up.code_of(settings.key), **FIRST)
    assert (begun.status_code, begun.location) == (303, "/start/town")
    return client


def go(client: FlaskClient, step: str, **fields: str) -> TestResponse:
    return send(client, f"/start/{step}", page=f"/start/{step}", **fields)


def test_a_stranger_without_the_code_begins_nothing_and_is_slowed_down(
    app: Flask, empty_town: None, sessions: Sessions
) -> None:
    stranger = app.test_client()
    assert 'href="/start"' in stranger.get("/sign-in").text
    for attempt in range(4):
        answer = send(stranger, "/start", page="/start", code=f"wrong-{attempt}", **FIRST)
        assert answer.status_code == 422
        assert "Это не тот код." in answer.text
        assert 'value="Елена Первая"' in answer.text
    assert send(stranger, "/start", page="/start", code="wrong", **FIRST).status_code == 429
    assert stranger.get("/start/town").location.startswith("/sign-in")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_once_anybody_exists_the_door_is_no_page(app: Flask, cast: Cast, settings: Settings, enter: Enter) -> None:
    stranger = app.test_client()
    assert stranger.get("/start").status_code == 404
    code = setting_up.code_of(settings.key)
    assert send(stranger, "/start", code=code, **{**FIRST, "login": "eve"}).status_code == 404
    assert enter("anna").get("/start/town").status_code == 403
    assert enter("elena").get("/start").location == "/start/on"


def test_a_code_is_read_however_it_is_typed(settings: Settings) -> None:
    code = setting_up.code_of(settings.key)
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", code)
    assert code == setting_up.code_of(settings.key) != setting_up.code_of(settings.key + "x")


def test_the_whole_setup_is_played_by_plain_forms(
    elena: FlaskClient, sessions: Sessions, settings: Settings, app: Flask
) -> None:
    assert settings.town_name in elena.get("/start/town").text
    assert go(elena, "town").location == "/start/day"
    wrong = go(elena, "day", workdays="с девяти", friday="", saturday="", sunday="")
    assert wrong.status_code == 422
    assert 'value="с девяти"' in wrong.text
    hours = {"workdays": "8:30-12:30, 13:30-17:30", "friday": "8:30-16:30", "saturday": "", "sunday": ""}
    assert go(elena, "day", **hours).location == "/start/norms"
    assert go(elena, "day", **hours).location == "/start/norms"
    assert go(elena, "norms", minutes="0", hours="working").status_code == 422
    assert go(elena, "norms", minutes="120", hours="working").location == "/start/departments"
    names = "Сектор пресс-службы\nУправление ЖКХ\nГорсвет\n"
    assert go(elena, "departments", names=names, closes_others="y").location == "/start/people"
    table = "login;name;role;department\nanna;Анна;press;\nboris;Борис;head;Горсвет\n"
    bad = go(elena, "people", text=table + "vera;Вера;head;Луна\n")
    assert "строка 4: Нет отдела «Луна»" in bad.text
    made = go(elena, "people", text=table)
    passwords = re.findall(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", made.text)
    assert len(passwords) == 2
    assert made.headers["Cache-Control"] == "no-store"
    with sessions() as session:
        group = session.scalars(select(TopicGroup).where(TopicGroup.name == "Освещение")).one()
        lights = session.scalars(select(Department).where(Department.name == "Горсвет")).one()
        assert (lights.code, session.scalar(select(func.count()).where(Department.is_active))) == ("gorsvet", 3)
        (first,) = {
            n for n in all_norms(session) if n.kind is Kind.SOCIAL and n.clock == "first" and n.valid_from.year > 2023
        }
        assert (first.term, first.hours) == (120, Hours.WORKING)
    assert go(elena, "topics", **{f"group-{group.id}": str(lights.id)}).location == "/start/source"
    with sessions() as session:
        led = session.scalars(select(Topic.department_id).where(Topic.group_id == group.id).distinct()).all()
        assert led == [lights.id]
    assert "/sources/new/vk" in elena.get("/start/source").text
    assert send(elena, "/start/source/skip", page="/start/source").location == "/start/check"
    check = elena.get("/start/check").text
    assert "Фоновый процесс не запущен" in check
    assert "3 человека могут входить." in check
    assert "Первая настройка не закончена" in elena.get("/system").text
    assert send(elena, "/start/end", page="/start/check").location == "/system"
    assert "Первая настройка не закончена" not in elena.get("/system").text
    anna = app.test_client()
    assert send(anna, "/sign-in", login="anna", password=passwords[0]).status_code == 302


def test_it_is_left_and_goes_on_where_it_was(elena: FlaskClient) -> None:
    go(elena, "town")
    send(elena, "/start/day/skip", page="/start/day")
    assert elena.get("/start/on").location == "/start/norms"
    page = elena.get("/start/norms").text
    assert page.count("is-done") == 1
    assert elena.get("/start/nowhere").status_code == 404
    assert send(elena, "/start/nowhere/skip", page="/start/town").status_code == 404


def test_the_list_of_departments_without_the_press_sector_closes_nothing(
    elena: FlaskClient, sessions: Sessions
) -> None:
    go(elena, "departments", names="Один отдел", closes_others="y")
    with sessions() as session:
        kept = session.scalars(select(Department).where(Department.is_active)).all()
        assert {department.name for department in kept} == {"Сектор пресс-службы", "Один отдел"}
        assert session.scalar(select(func.count()).where(Topic.department_id.is_(None), Topic.is_active)) is not None


def test_only_the_administrator_sets_up(elena: FlaskClient, app: Flask, sessions: Sessions) -> None:
    with sessions() as session:
        assert session.scalars(select(Person.role)).all() == [Role.ADMIN]
