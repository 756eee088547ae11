"""Tables out and in: what would change is shown first, a bad row stops all, and what went out can be loaded again."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from incidents.flow import routing, tokens
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.norms import NormRow
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.settings import Settings
from incidents.web import tables
from tests.cast import Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter, send, token

Sessions = sessionmaker[Session]


def post(client: FlaskClient, kind: str, text: str, seen: str = "") -> TestResponse:
    fields = {"seen": seen} if seen else {}
    return send(client, f"/tables/{kind}", page=f"/tables/{kind}/new", text=text, **fields)


def upload(client: FlaskClient, kind: str, content: bytes) -> TestResponse:
    data = {"csrf_token": token(client, f"/tables/{kind}/new"), "file": (BytesIO(content), "table.csv")}
    return client.post(f"/tables/{kind}", data=data)


def take(client: FlaskClient, kind: str, text: str) -> TestResponse:
    """Look at the table and take what was looked at."""
    looked = post(client, kind, text)
    assert looked.status_code == 200, looked.text
    found = re.search(r'name="seen" value="([^"]+)"', looked.text)
    assert found, looked.text
    return post(client, kind, text, found[1])


def test_departments_are_looked_at_and_then_taken(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    text = "code;name;external;deputy\nparks;Парки;yes;galina\nroads;Дороги города;;\nhousing;Управление ЖКХ;;\n"
    looked = post(elena, "departments", text)
    assert "Новых: 1, изменено: 1, без изменений: 1." in looked.text
    assert "<del>Управление дорог</del> → Дороги города" in looked.text
    with sessions() as session:
        assert session.scalar(select(Department).where(Department.code == "parks")) is None
    assert "Таблица принята." in take(elena, "departments", text).text
    with sessions() as session:
        parks = session.scalars(select(Department).where(Department.code == "parks")).one()
        assert (parks.name, parks.is_external) == ("Парки", True)
        assert session.get_one(Department, cast.roads.id).name == "Дороги города"
    assert "parks;Парки;yes;;galina" in elena.get("/tables/departments").text
    take(elena, "departments", "code;name;parent;opened_on\nparks;Парки;roads;05.03.2019\n")
    assert "parks;Парки;yes;;galina;roads;2019-03-05" in elena.get("/tables/departments").text


def test_one_bad_row_stops_all_and_every_bad_row_is_named(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    text = "code;name\nparks;Парки\nПлохой код;Лес\nroads;Управление ЖКХ\n"
    answer = post(elena, "departments", text, "whatever")
    assert answer.status_code == 422
    assert "Ничего не принято: исправьте 2 строки." in answer.text
    assert "строка 3: Код начинается" in answer.text
    assert "строка 4: Отдел «Управление ЖКХ» уже есть." in answer.text
    assert "Плохой код;Лес" in answer.text
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Department)) == 3
        assert session.scalar(select(Entry.id).where(Entry.act == "add_department")) is None


def test_people_come_in_with_passwords_that_are_shown_once(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    text = (
        "login;name;role;department;email\n"
        "olga;Ольга;responder;roads;olga@town.example\npavel;Павел;press;;\nvera;Вера;head;Управление ЖКХ;\n"
    )
    taken = take(elena, "people", text)
    assert taken.headers["Cache-Control"] == "no-store"
    passwords = re.findall(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", taken.text)
    assert len(set(passwords)) == 2
    assert enter("olga", passwords[0]).get("/queue").location == "/profile/password"
    with sessions() as session:
        vera = session.get_one(Person, cast.vera.id)
        assert vera.department_id == cast.housing.id
        assert session.scalars(select(Person.email).where(Person.login == "olga")).one() == "olga@town.example"
    again = post(elena, "people", text)
    assert "Ничего не изменится: всё это уже есть." in again.text
    assert not re.findall(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", elena.get("/tables/people").text)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("olga;Ольга;boss;", "В столбце role не может быть «boss»"),
        ("olga;Ольга;head;", "Выберите отдел"),
        ("olga;Ольга;head;moon", "Нет отдела «moon»"),
        ("elena;Елена;press;", "Это последний администратор"),
        ("olga", "В столбце role не может быть «»"),
        (f"olga;{'О' * 121};press;", "Имя не длиннее 120 знаков"),
        ("olga;Ольга;press;;;лишнее", "Ячеек больше, чем столбцов"),
    ],
)
def test_a_person_that_does_not_fit_is_told_by_the_line(enter: Enter, cast: Cast, row: str, sentence: str) -> None:
    answer = post(enter("elena"), "people", f"login;name;role;department\n{row}\n")
    assert answer.status_code == 422
    assert f"строка 2: {sentence}" in answer.text


def test_who_leaves_by_a_table_leaves_appeals_to_the_department_and_no_key(
    enter: Enter, session: Session, cast: Cast, town: Town, rules_of_the_town: Settings, sessions: Sessions
) -> None:
    appeal = lying_with(session, arrive(session, town, rules_of_the_town), cast.housing, cast)
    routing.take(session, appeal, cast.dmitry, now=datetime.now(UTC))
    key = tokens.add_token(session, "report", ["read"], cast.elena.actor, now=datetime.now(UTC), person=cast.dmitry)
    session.commit()
    number = appeal.number
    dmitry, elena = enter("dmitry"), enter("elena")
    assert dmitry.get("/queue").status_code == 200
    out = elena.get("/tables/people").text
    take(elena, "people", out.replace("dmitry;Дмитрий;responder;housing;;yes", "dmitry;Дмитрий;responder;housing;;"))
    assert dmitry.get("/queue").location.startswith("/sign-in")
    api = elena.application.test_client().get("/api/v1/appeals", headers={"Authorization": f"Bearer {key}"})
    assert api.status_code == 401
    with sessions() as again:
        left = again.get_one(Appeal, number)
        assert (left.assignee_id, left.department_id) == (None, cast.housing.id)


def test_norms_are_added_and_those_in_force_change_nothing(enter: Enter, town: Town, sessions: Sessions) -> None:
    elena = enter("elena")
    as_it_is = elena.get("/tables/norms").text
    assert "Ничего не изменится" in post(elena, "norms", as_it_is).text
    more = as_it_is + "social;first;vk;;60;minutes;calendar;received;2099-01-01;keep;;приказ\n"
    take(elena, "norms", more)
    with sessions() as session:
        assert session.scalars(select(NormRow.term).where(NormRow.network == "vk")).all() == [60]
    bad = post(
        elena, "norms", "kind;term;hours;valid_from\nsocial;abc;calendar;2099-01-01\nsocial;5;lunar;2099-01-01\n"
    )
    assert "«abc» — не целое число больше нуля" in bad.text
    assert "В столбце hours не может быть «lunar»" in bad.text
    odd = "kind;network;term;hours;valid_from\nsocial;facebook;5;calendar;01.02.2099\n"
    assert "В столбце network не может быть «facebook»" in post(elena, "norms", odd).text


def test_sources_go_out_without_secrets_and_new_ones_are_connected_on_their_page(
    enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    out = elena.get("/tables/sources").text
    assert "vk;1234;ВК;town" in out
    assert "secret" not in out
    assert "group-token" not in out
    take(elena, "sources", "network;external_id;name;active\nvk;1234;Город ВК;\n")
    with sessions() as session:
        source = session.get_one(Source, town.vk.id)
        assert (source.name, source.is_active) == ("Город ВК", False)
    new = post(elena, "sources", "network;external_id;name\nvk;777;Глава\n")
    assert "«Глава» ещё не подключён" in new.text
    odd = post(elena, "sources", "network;external_id;name\nmyspace;777;Глава\n")
    assert "В столбце network не может быть «myspace»" in odd.text


def test_formulas_go_out_defused_and_come_back_as_they_were(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    take(elena, "departments", "code;name\nodd;=1+1\n")
    out = elena.get("/tables/departments").text
    assert "odd;'=1+1" in out
    assert "Ничего не изменится" in post(elena, "departments", out).text


def test_what_is_no_table_is_refused(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    elena = enter("elena")
    for text, sentence in (
        ("a;b\n1;2\n", "В файле нет столбцов"),
        ("code;name\n", "нет строк"),
        ("code;name\nroads;" + "x" * 200_000, "Файл не читается как таблица"),
    ):
        answer = post(elena, "departments", text)
        assert answer.status_code == 422
        assert sentence in answer.text
    monkeypatch.setattr(tables, "LONGEST", 100)
    assert "Файл слишком велик" in upload(elena, "departments", b"code;name\n" + b"\n" * 100).text
    assert "Это не текстовый файл" in upload(elena, "departments", b"PK\x03\x04\x00\x00").text
    assert elena.get("/tables/appeals").status_code == 404
    assert enter("anna").get("/tables/people").status_code == 403
