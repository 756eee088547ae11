"""The page of departments: what the administrator adds, changes and closes, and what is refused beside its field."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send
from tests.web.desks import Desk

Sessions = sessionmaker[Session]


def department(sessions: Sessions, code: str) -> Department:
    with sessions() as session:
        return session.scalars(select(Department).where(Department.code == code)).one()


def test_the_list_counts_people_and_topics_and_asks_no_more_for_more_rows(
    app: Flask, enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    with statements(app) as few:
        page = elena.get("/departments").text
    assert "Управление ЖКХ" in page
    assert f'<a href="/people?department={department(sessions, "housing").id}">2</a>' in page
    with sessions() as session:
        session.add_all(Department(code=f"d{number}", name=f"Отдел {number}") for number in range(40))
        session.commit()
    with statements(app) as many:
        assert "Отдел 39" in elena.get("/departments").text
    assert len(many) == len(few) <= 9


def test_a_department_is_added_and_changed(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    added = send(elena, "/departments", page="/departments/new", code="parks", name="Парки", is_external="y")
    assert (added.status_code, added.location) == (303, "/departments")
    assert "Отдел «Парки» добавлен." in elena.get("/departments").text
    parks = department(sessions, "parks")
    assert parks.is_external
    path = f"/departments/{parks.id}"
    assert send(elena, path, page=path, code="parks", name="Парки и скверы").status_code == 303
    changed = department(sessions, "parks")
    assert (changed.name, changed.is_external) == ("Парки и скверы", False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "", "name": "Парки"}, "Введите код"),
        ({"code": "Парки", "name": "Парки"}, "Код начинается с маленькой латинской буквы"),
        ({"code": "roads", "name": "Парки"}, "Этот код занят другим отделом."),
        ({"code": "parks", "name": "Управление дорог"}, "Отдел «Управление дорог» уже есть."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    enter: Enter, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    answer = send(enter("elena"), "/departments", page="/departments/new", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["name"]}"' in answer.text
    assert "field--wrong" in answer.text


def test_a_department_with_topics_is_closed_once_they_have_somewhere_to_go(
    enter: Enter, town: Town, cast: Cast, sessions: Sessions
) -> None:
    elena = enter("elena")
    path = f"/departments/{cast.roads.id}"
    refused = send(elena, f"{path}/closing", page=path)
    assert refused.status_code == 422
    assert "Сюда ведут темы: 2." in refused.text
    refused = send(elena, f"{path}/closing", page=path, heir=str(cast.housing.id))
    assert "Здесь работают люди: 1." in refused.text
    assert f'<option value="{cast.housing.id}" selected>' in refused.text
    send(elena, f"/people/{cast.vera.id}", page=f"/people/{cast.vera.id}", name="Вера", role="manager", is_active="y")
    closed = send(elena, f"{path}/closing", page=path, heir=str(cast.housing.id))
    assert closed.status_code == 303
    assert "Отдел «Управление дорог» закрыт. 2 темы перешли в другой отдел." in elena.get("/departments").text
    assert not department(sessions, "roads").is_active
    with sessions() as session:
        assert session.get_one(Topic, town.potholes.id).department_id == cast.housing.id
    assert send(elena, f"{path}/opening", page=path).status_code == 303
    assert department(sessions, "roads").is_active


def test_a_department_that_is_not_there_is_404(enter: Enter, cast: Cast) -> None:
    elena = enter("elena")
    assert elena.get("/departments/999").status_code == 404
    assert send(elena, "/departments/999/closing", page="/departments").status_code == 404
    assert send(enter("vera"), "/departments", page="/profile", code="x", name="X").status_code == 403


def test_a_closing_department_gives_its_open_appeals_away_in_one_act(
    enter: Enter, cast: Cast, town: Town, session: Session, sessions: Sessions, rules_of_the_town: Settings
) -> None:
    desk = Desk(session, cast, town, rules_of_the_town)
    numbers = [desk.give(desk.add(words)).number for words in ("Темно во дворе", "Нет тепла")]
    path, roads = f"/departments/{cast.housing.id}", cast.roads.id
    session.rollback()
    elena = enter("elena")
    page = elena.get(path).text
    assert "Сначала — его 2 открытых обращения" in page
    assert f"№ {numbers[0]}" in page
    assert "Темно" not in page
    unsaid = send(elena, f"{path}/moving", page=path, to=str(roads), reason="")
    assert unsaid.status_code == 422
    assert "Назовите причину в нескольких словах." in unsaid.text
    assert send(elena, f"{path}/moving", page=path, to=str(roads), reason="Отдел закрывается").location == path
    page = elena.get(path).text
    assert "Передано 2 обращения." in page
    assert "открытых обращения" not in page
    with sessions() as again:
        moved = again.scalars(select(Appeal).where(Appeal.number.in_(numbers))).all()
        assert [each.department_id for each in moved] == [roads, roads]


def test_a_department_stands_under_another_one_since_a_day(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena, path = enter("elena"), f"/departments/{cast.roads.id}"
    fields = {"code": "roads", "name": "Управление дорог", "parent": str(cast.housing.id)}
    late = send(elena, path, page=path, **fields, opened_on="2999-01-01")
    assert "день начала не может быть позже" in late.text
    assert send(elena, path, page=path, **fields, opened_on="2019-05-06").status_code == 303
    page = elena.get("/departments").text
    assert page.index("Управление ЖКХ") < page.index("подчинённый:") < page.index("Управление дорог")
    assert "6 мая 2019" in page
    own = f"/departments/{cast.housing.id}"
    circle = send(elena, own, page=own, code="housing", name="Управление ЖКХ", parent=str(cast.roads.id))
    assert circle.status_code == 422
    assert "field--wrong" in circle.text
    assert "roads;Управление дорог;;;;housing" in elena.get("/tables/departments").text
