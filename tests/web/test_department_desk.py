"""The department's page: where a head begins, what is his alone, and two buttons that need no script."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, involving, routing
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.cards import LINK, anew, arrive, do, lying_with
from tests.web.conftest import Enter, token


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def another(session: Session, town: Town, settings: Settings, cast: Cast, number: int) -> Appeal:
    key = f"vk:wall-1:r{number}"
    appeal = arrive(session, town, settings, object_key=key, text=f"Двор {number}", author_id=str(number), branch=key)
    return lying_with(session, appeal, cast.housing, cast)


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
    with statements(app) as many:
        page = boris.get("/department").text
    assert page.index("Давно ждёт") < page.index("сугробы")
    assert len(many) == len(few) <= 30


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
    assert 'name="substance"' in card
    assert "/submission" not in card
    given = do(vera, theirs, "substance", substance="Наш, почистим к 15:00")
    assert given.location == f"/appeals/{theirs.number}"
    assert "Чей проезд" not in vera.get("/department").text
    assert "Наш, почистим к 15:00" in boris.get(f"/appeals/{theirs.number}").text
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


def test_the_department_sees_what_became_of_its_words(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast
) -> None:
    now = datetime.now(UTC)
    answering.save(session, theirs, cast.dmitry, "Обработка проведена вчера.", now=now, seen=None)
    involving.contribute(session, theirs, cast.dmitry, "Снег убран", now=now)
    draft = answering.current(session, theirs)
    assert draft is not None
    answering.save(session, theirs, cast.anna, "Ирина, двор почистили вчера.", now=now, seen=draft.version)
    approving.confirm_by_hand(session, theirs, cast.anna, now=now, link=LINK, at=now)
    session.commit()
    dmitry = enter("dmitry")
    page = dmitry.get("/department").text
    assert "<del>Обработка проведена</del><ins>Ирина, двор почистили</ins> вчера." in page
    assert "мало данных: 0 ответов" in page
    assert dmitry.get("/department/texts").status_code == 200
    assert "Ирина, двор" not in enter("vera").get("/department").text
