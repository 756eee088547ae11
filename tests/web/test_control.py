"""The list of personal control: the overdue first, who and since when, released by its owner or a manager."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import controlling
from incidents.records.appeals import Appeal
from incidents.records.controls import Control
from tests.cast import Cast, Town
from tests.statistics.conftest import TERM, Add, add  # noqa: F401 - a fixture is found by its name
from tests.web.asking import statements
from tests.web.conftest import Enter, send


@pytest.fixture
def appeals(session: Session, cast: Cast, town: Town, add: Add) -> list[Appeal]:  # noqa: F811
    """Two appeals, the second one overdue."""
    now = datetime.now(UTC)
    found = [add(now), add(now - TERM - timedelta(minutes=5))]
    for appeal in found:
        appeal.next_due_at = appeal.due_at
    session.commit()
    return found


def test_the_overdue_stands_first_with_who_since_when_and_why(
    enter: Enter, session: Session, cast: Cast, appeals: list[Appeal]
) -> None:
    client = enter("galina")
    for appeal in appeals:
        answer = send(client, "/control", page="/control", number=f"№ {appeal.number}", comment="Жду звонка")
        assert (answer.status_code, answer.location) == (303, "/control")
    page = client.get("/control").text
    assert page.index(f">№ {appeals[1].number}</a>") < page.index(f">№ {appeals[0].number}</a>")
    assert page.count("Жду звонка") == 2
    assert cast.galina.name in page
    assert f"№ {appeals[0].number}" not in enter("anna").get("/control").text
    assert f"№ {appeals[0].number}" in enter("anna").get("/control?whose=all").text


def test_what_is_refused_keeps_what_was_typed(enter: Enter, cast: Cast, appeals: list[Appeal]) -> None:
    client = enter("galina")
    send(client, "/control", page="/control", number=str(appeals[0].number))
    for number, words in (
        ("", "Напишите номер"),
        ("999", "Обращения с таким номером нет"),
        (str(appeals[0].number), "уже"),
    ):
        answer = send(client, "/control", page="/control", number=number, comment="Важное слово")
        assert (answer.status_code, words in answer.text, "Важное слово" in answer.text) == (422, True, True)


def test_one_takes_off_ones_own_mark_and_a_manager_anybodys(
    enter: Enter, session: Session, cast: Cast, appeals: list[Appeal]
) -> None:
    number = appeals[0].number
    for person in (cast.anna, cast.galina):
        controlling.control(session, appeals[0], person, now=datetime.now(UTC))
    session.commit()
    anna = enter("anna")
    assert "Снять" in anna.get("/control").text
    send(anna, f"/control/{number}/release", page="/control", whose=str(cast.galina.id))
    living = select(Control.person_id).where(Control.released_at.is_(None)).order_by(Control.person_id)
    assert session.scalars(living).all() == sorted([cast.anna.id, cast.galina.id])
    session.commit()
    send(enter("galina"), f"/control/{number}/release", page="/control", whose=str(cast.anna.id))
    session.expire_all()
    assert session.scalars(living).all() == [cast.galina.id]


def test_a_long_list_goes_on_and_asks_the_same(
    app: Flask,
    enter: Enter,
    session: Session,
    cast: Cast,
    add: Add,  # noqa: F811
    appeals: list[Appeal],
) -> None:
    controlling.control(session, appeals[0], cast.galina, now=datetime.now(UTC))
    session.commit()
    client = enter("galina")
    with statements(app) as few:
        client.get("/control")
    for number in range(54):
        more = add(datetime.now(UTC))
        more.next_due_at = None if number % 2 else more.due_at
        more.is_controlled = True
        session.add(Control(appeal_number=more.number, person_id=cast.galina.id, since=datetime.now(UTC)))
    session.commit()
    with statements(app) as many:
        page = client.get("/control")
    assert len(many) == len(few)
    assert page.text.count('<th scope="row">') == 50
    onward = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert client.get(onward).text.count('<th scope="row">') == 5
    assert client.get("/control?after=x").status_code == 404


@pytest.mark.parametrize("who", ["boris", "dmitry", "vera", "elena"])
def test_control_is_for_managers_and_press(enter: Enter, cast: Cast, who: str) -> None:
    assert enter(who).get("/control").status_code == 403
