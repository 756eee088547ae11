"""Saved filters: kept, shared, renamed, taken away; a shared one never shows more than its reader may see."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import controlling, routing
from incidents.records.views import SavedView
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter, send
from tests.web.desks import Desk, order


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def save(client: FlaskClient, name: str, **fields: str) -> int:
    return send(client, "/queue/views", page="/queue", name=name, **fields).status_code


def test_a_saved_filter_stands_beside_the_queue_with_its_count(desk: Desk, enter: Enter) -> None:
    desk.give(desk.add()), desk.add()
    anna = enter("anna")
    assert "Сохранить фильтр" not in anna.get("/queue").text
    assert "Сохранить фильтр" in anna.get("/queue?department=housing").text
    assert save(anna, " Снег  и наледь ", department="housing", is_shared="1") == 303
    page = anna.get("/queue?department=housing").text
    assert 'aria-current="page">Снег и наледь <span class="count">1</span>' in page
    assert "Снег и наледь <small>Анна</small>" in enter("zoya").get("/queue").text
    # Vera sees neither housing's appeal nor that there is one.
    vera = enter("vera")
    assert 'Снег и наледь <small>Анна</small> <span class="count">0</span>' in vera.get("/queue").text
    assert order(vera, "/queue?department=housing") == []


def test_only_its_owner_renames_hides_and_removes_it(desk: Desk, enter: Enter) -> None:
    anna, zoya = enter("anna"), enter("zoya")
    save(anna, "Ямы", group="1", is_shared="1")
    number = desk.session.scalars(select(SavedView.id)).one()
    desk.session.commit()
    for path in (f"/queue/views/{number}", f"/queue/views/{number}/removal"):
        assert send(zoya, path, page="/queue", name="Моё").status_code == 404
    assert "Ямы" in zoya.get("/queue/views").text
    assert send(anna, f"/queue/views/{number}", page="/queue/views", name="Ямы и люки").status_code == 303
    assert "Ямы" not in zoya.get("/queue").text
    assert "Ямы и люки" in anna.get("/queue").text
    send(anna, f"/queue/views/{number}/removal", page="/queue/views")
    assert "Сохранённых фильтров пока нет" in anna.get("/queue/views").text


def test_a_refused_name_keeps_what_was_typed(desk: Desk, enter: Enter) -> None:
    anna = enter("anna")
    save(anna, "Ямы", group="1")
    again = send(anna, "/queue/views", page="/queue", name="Ямы", network="vk")
    assert again.status_code == 422
    assert "У вас уже есть фильтр «Ямы»" in again.text
    assert 'name="network" value="vk"' in again.text
    assert 'value="Ямы"' in again.text
    for name, fields in (("", {"group": "1"}), ("x" * 61, {"group": "1"}), ("Всё", {})):
        assert send(anna, "/queue/views", page="/queue", name=name, **fields).status_code == 422


def test_the_new_words_of_the_sentence_narrow_the_list(desk: Desk, cast: Cast, town: Town, enter: Enter) -> None:
    plain, mine, marked = desk.add("Просто", ago=1), desk.add(ago=2), desk.add(ago=3)
    named = desk.add("темно, фонари не горят", ago=4)
    routing.take(desk.session, mine, cast.anna, now=desk.now)
    controlling.control(desk.session, marked, cast.galina, now=desk.now)
    named.topic_id = town.lamps.id
    desk.session.commit()
    anna = enter("anna")
    for question, found in {
        "only=waits": [mine],
        "only=control": [marked],
        "only=promised": [],
        f"person={cast.anna.id}": [mine],
        "person=none": [named, marked, plain],
        "group=none": [marked, mine, plain],
    }.items():
        assert sorted(order(anna, f"/queue?{question}")) == sorted(each.number for each in found), question
    assert "на контроле" in anna.get("/queue?only=control").text
    assert f'<option value="{cast.anna.id}">Анна</option>' in anna.get("/queue?words=all").text
    assert f'<option value="{cast.anna.id}" selected>Анна</option>' in anna.get(f"/queue?person={cast.anna.id}").text
