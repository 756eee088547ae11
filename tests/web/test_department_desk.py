"""The department's page: where a head begins, what is his alone, and two buttons that need no script."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import answering, routing
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.cards import anew, another, arrive, do, lying_with
from tests.web.conftest import Enter, token


@pytest.fixture
def four_eyes(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "off"))


@pytest.fixture
def settings(settings: Settings, four_eyes: str) -> Settings:
    return settings.model_copy(update={"four_eyes": four_eyes})


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def test_the_people_of_a_department_begin_on_its_page_and_nobody_else_has_one(
    enter: Enter, theirs: Appeal, cast: Cast
) -> None:
    for login in ("boris", "dmitry"):
        client = enter(login)
        assert client.get("/").location == "/department"
        page = client.get("/department").text
        assert "сугробы по пояс" in page
        assert "Ждут вашего решения: 1" in page
    assert "сугробы" not in enter("vera").get("/department").text
    for login in ("anna", "galina", "elena"):
        assert enter(login).get("/department").status_code == 403


def test_two_buttons_take_it_or_say_whose_it_is(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast, town: Town, settings: Settings
) -> None:
    boris = enter("boris")
    number = theirs.number
    csrf = token(boris, "/department")
    taken = boris.post(f"/appeals/{number}/taking", data={"csrf_token": csrf, "next": f"/appeals/{number}"})
    assert taken.location == f"/appeals/{number}"
    assert "В работе: 1" in boris.get("/department").text
    other = another(session, town, settings, cast, 2)
    back = boris.post(
        f"/appeals/{other.number}/return",
        data={"csrf_token": csrf, "reason": "Дорога городская", "whose": cast.roads.id, "version": other.version},
    )
    # Who gave it away sees it no more and goes on with the page.
    assert back.location == "/department"
    page = boris.get("/department").text
    assert "Двор 2" not in page
    assert f"№ {other.number}</th>" in boris.get("/department/returned").text
    assert boris.get("/department/nothing").status_code == 404


def test_what_has_the_fewest_own_minutes_stands_first_and_more_rows_cost_no_more_questions(
    app: Flask, enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, theirs: Appeal
) -> None:
    boris = enter("boris")
    boris.get("/department")
    with statements(app) as few:
        boris.get("/department")
    late = arrive(session, town, settings, object_key="vk:wall-1:r99", text="Давно ждёт", author_id="99", branch="b99")
    routing.assign(session, late, cast.housing, cast.anna.actor, now=datetime.now(UTC) - timedelta(minutes=19))
    session.commit()
    for number in range(3, 9):
        another(session, town, settings, cast, number)
    # What is counted of a journal is kept until it grows: the first look at these appeals reads theirs.
    boris.get("/department")
    with statements(app) as many:
        page = boris.get("/department").text
    assert page.index("Давно ждёт") < page.index("сугробы")
    assert len(many) == len(few) <= 15


def test_what_was_asked_of_a_department_stands_on_its_page_until_it_is_given(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast
) -> None:
    boris, vera = enter("boris"), enter("vera")
    assert vera.get(f"/appeals/{theirs.number}").status_code == 404
    asked = do(boris, theirs, "involvement", department=cast.roads.id, ask="Чей проезд у арки?", due_at="")
    assert asked.status_code == 303
    assert "Чей проезд у арки?" in vera.get("/department").text
    assert "сугробы" in vera.get("/queue").text
    card = vera.get(f"/appeals/{theirs.number}").text
    # She is told, and finds it counted on every page.
    assert 'Отдел</span><span class="count">1</span>' in card
    told = vera.get("/notices").text
    assert "Просят вашу часть" in told
    assert f'href="/appeals/{theirs.number}"' in told
    assert 'name="substance"' in card
    assert "/submission" not in card
    given = do(vera, theirs, "substance", substance="Наш, почистим к 15:00")
    assert given.location == f"/appeals/{theirs.number}"
    assert "Чей проезд" not in vera.get("/department").text
    assert "Наш, почистим к 15:00" in boris.get(f"/appeals/{theirs.number}").text
    assert "Часть, о которой вы просили, готова" in boris.get("/notices").text
    passport = boris.get(f"/appeals/{theirs.number}/passport").text
    assert "Что дали отделы" in passport
    assert passport.count(cast.vera.name) == 1
    part = boris.get(f"/appeals/{theirs.number}/passport.json").json["parts"][0]  # type: ignore[index]
    assert (part["department_id"], part["asked_by"], part["given_by"]) == (cast.roads.id, cast.boris.id, cast.vera.id)
    assert part["asked_at"] < part["given_at"]
    assert do(vera, theirs, "taking").status_code == 409
    refused = do(boris, theirs, "involvement", department=cast.roads.id, ask="Ещё раз")
    assert "уже спросили" in refused.text
    assert "Ещё раз" in refused.text


def test_a_head_gives_it_to_a_colleague_on_the_card(enter: Enter, session: Session, theirs: Appeal, cast: Cast) -> None:
    boris = enter("boris")
    assert do(boris, theirs, "giving", colleague=cast.dmitry.id).status_code == 303
    assert anew(theirs).assignee_id == cast.dmitry.id
    assert "поручено вам" in enter("dmitry").get("/department").text
    assert do(boris, theirs, "giving", colleague=cast.vera.id).status_code == 422
    assert do(boris, theirs, "giving", colleague="").status_code == 303
    assert anew(theirs).assignee_id is None


@pytest.mark.parametrize("four_eyes", ["head_then_press"], indirect=True)
def test_a_head_agrees_to_a_text_in_place_and_sees_what_the_check_finds_in_it(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast
) -> None:
    now = datetime.now(UTC)
    answering.submit(session, theirs, cast.dmitry, "Звоните Ивану: +7 914 555-12-34.", now=now, seen=None)
    session.commit()
    boris = enter("boris")
    page = boris.get("/department").text
    assert "Ждут вашего согласия: 1" in page
    assert "Звоните Ивану" in page
    assert "<mark>+7 914 555-12-34</mark>" in page
    assert "Ждут вашего согласия" not in enter("dmitry").get("/department").text
    agreed = do(boris, theirs, "endorsement", answer_version=1, next="/department")
    assert agreed.location == "/department"
    assert "Ждут вашего согласия" not in boris.get("/department").text


def test_an_open_page_asks_what_changed_and_hears_304_until_something_did(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast, town: Town, settings: Settings
) -> None:
    boris = enter("boris")
    first = boris.get("/department/changes")
    assert "сугробы по пояс" in first.text
    assert "<html" not in first.text
    again = boris.get("/department/changes", headers={"If-None-Match": first.headers["ETag"]})
    # A minute may have passed in between: then the words of time differ, and nothing else may.
    assert again.status_code == 304 or "сугробы по пояс" in again.text
    another(session, town, settings, cast, 2)
    changed = boris.get("/department/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Ждут вашего решения: 2" in changed.text
    assert "сугробы" not in enter("vera").get("/department/changes").text
    assert enter("anna").get("/department/changes").status_code == 403
