"""Acts on many appeals from the queue: each by its verb, one that is refused stops no other, all can be taken back."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incidents.flow import routing
from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter, token
from tests.web.desks import Desk


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def act(client: FlaskClient, *appeals: Appeal, page: str = "/queue", **fields: str) -> TestResponse:
    """The ticked appeals, with the versions that the page shows."""
    shown = re.findall(r'name="n" value="(\d+)-(\d+)"', client.get(page).text)
    versions = dict(shown)
    ticked = [f"{each.number}-{versions.get(str(each.number), 1)}" for each in appeals]
    return client.post("/queue/acts", data={"csrf_token": token(client, page), "n": ticked, "next": page, **fields})


def undo(client: FlaskClient, page: str) -> TestResponse:
    """Press the button of the toast."""
    address = re.search(r'action="(/undo/\d+)"', page)
    assert address, "nothing to undo"
    return client.post(address[1], data={"csrf_token": token(client, "/queue")}, follow_redirects=True)


def stands(desk: Desk, *appeals: Appeal) -> list[tuple[Status, int | None, int | None, int | None]]:
    """Status, department, person and topic as they are now; nothing stays locked."""
    for each in appeals:
        desk.session.refresh(each)
    found = [(each.status, each.department_id, each.assignee_id, each.topic_id) for each in appeals]
    desk.session.commit()
    return found


def test_many_are_assigned_at_once_told_and_taken_back(desk: Desk, cast: Cast, enter: Enter) -> None:
    first, second, theirs = desk.add(ago=30), desk.add(ago=20), desk.give(desk.add())
    client = enter("anna")
    question = act(client, first, second, act="assign")
    assert question.status_code == 200
    assert "2 обращения" in question.text
    assert f'name="n" value="{first.number}-{first.version}"' in question.text
    refused = act(client, first, second, act="assign", chosen="1", department="")
    assert (refused.status_code, "Выберите отдел" in refused.text) == (422, True)
    routing.take(desk.session, second, cast.zoya, now=desk.now)
    seen = {second.number: 1}
    desk.session.commit()
    ticked = [
        f"{first.number}-{first.version}",
        f"{second.number}-{seen[second.number]}",
        f"{theirs.number}-{theirs.version}",
    ]
    form = {"csrf_token": token(client, "/queue"), "act": "assign", "chosen": "1", "department": str(cast.roads.id)}
    done = client.post("/queue/acts", data={**form, "n": ticked, "next": "/queue"}, follow_redirects=True)
    assert "Назначено (Управление дорог): 1 обращение" in done.text
    assert f"№ {second.number}: " in done.text
    assert f"№ {theirs.number}: Назовите причину" in done.text
    assert [each[1] for each in stands(desk, first, second)] == [cast.roads.id, None]
    assert "Отменено: 1" in undo(client, done.text).text
    assert stands(desk, first) == [(Status.NEW, None, None, None)]
    assert "Это уже отменили" in undo(client, done.text).text


def test_taking_topics_and_rejections_are_done_and_undone(desk: Desk, cast: Cast, town: Town, enter: Enter) -> None:
    appeals = [desk.add(ago=ago) for ago in (30, 20)]
    client = enter("anna")
    for fields, words in (
        ({"act": "take"}, "Взято: 2 обращения"),
        ({"act": "topic", "chosen": "1", "topic": str(town.snow.id)}, "Тема «Снег во дворах»: 2 обращения"),
        ({"act": "reject", "chosen": "1", "why": "spam"}, "Не инциденты: 2 обращения"),
    ):
        stood = stands(desk, *appeals)
        act(client, *appeals, **fields)
        page = client.get("/queue").text
        assert words in page
        assert stands(desk, *appeals) != stood
        assert "Отменено: 2" in undo(client, page).text
        assert stands(desk, *appeals) == stood


def test_a_rows_own_button_is_undone_too_and_only_by_who_pressed_it(
    desk: Desk, cast: Cast, town: Town, enter: Enter
) -> None:
    lamps = desk.add("темно, фонари не горят")
    client = enter("anna")
    button = f'name="accept" value="{lamps.number}-{lamps.version}-{town.lamps.id}"'
    assert button in client.get("/queue").text
    act(client, accept=f"{lamps.number}-{lamps.version}-{town.lamps.id}")
    page = client.get("/queue").text
    assert stands(desk, lamps) == [(Status.ASSIGNED, cast.roads.id, None, town.lamps.id)]
    address = re.search(r'action="(/undo/\d+)"', page)
    assert address
    zoya = enter("zoya")
    assert zoya.post(address[1], data={"csrf_token": token(zoya, "/queue")}).status_code == 404
    undo(client, page)
    assert stands(desk, lamps) == [(Status.NEW, None, None, None)]


def test_the_stranger_changes_nothing_and_odd_forms_are_refused(desk: Desk, enter: Enter) -> None:
    theirs = desk.give(desk.add())
    vera = enter("vera")
    assert act(vera, theirs, act="take").status_code == 303
    assert stands(desk, theirs)[0][2] is None
    client = enter("anna")
    assert act(client, act="take").status_code == 422
    odd_forms: list[dict[str, str]] = [{"act": "reject", "chosen": "1", "why": "x"}, {"act": "topic", "chosen": "1"}]
    for odd_form in odd_forms:
        assert act(client, theirs, **odd_form).status_code == 422, odd_form
    for odd in ("x", "1", "1-x-2", "9-9-9"):
        assert act(client, accept=odd).status_code == 303
    assert 'type="checkbox" name="n"' not in enter("galina").get("/queue").text
