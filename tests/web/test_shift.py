"""The shift's page: what is mine, what waits, what was promised, and the way to the next shift."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import answering, routing, shifts
from incidents.settings import Settings
from incidents.web import shift_parts
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send, token
from tests.web.desks import Desk


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def test_it_shows_mine_with_the_time_left_and_what_waits_for_whom(desk: Desk, cast: Cast, enter: Enter) -> None:
    mine, handed_in, other = desk.add(ago=60), desk.add(ago=20), desk.add("Чужое обращение")
    for appeal in (mine, handed_in):
        routing.take(desk.session, appeal, cast.anna, now=desk.now)
    answering.submit(desk.session, handed_in, cast.anna, "Ответ", now=desk.now, seen=None)
    routing.take(desk.session, other, cast.zoya, now=desk.now)
    desk.answer(desk.add(ago=5))
    page = enter("anna").get("/shift").text
    assert 'Мои <span class="count">2</span>' in page
    assert "осталось 59 мин" in page
    assert "<b>согласование</b>" in page
    assert "Чужое обращение" not in page
    assert "ответили <b>1</b>" in page
    assert enter("galina").get("/shift").status_code == 403
    assert "Чужое обращение" not in enter("vera").get("/shift").text


def test_what_waits_is_counted_whole_however_much_is_listed(
    desk: Desk, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shift_parts, "MOST_WAITING", 1)
    for ago in (10, 20):
        appeal = desk.add(ago=ago)
        routing.take(desk.session, appeal, cast.anna, now=desk.now)
        answering.submit(desk.session, appeal, cast.anna, "Ответ", now=desk.now, seen=None)
    desk.session.commit()
    page = enter("anna").get("/shift").text
    assert 'Ждёт других <span class="count">2</span>' in page
    assert page.count("<b>согласование</b>") == 1


def test_it_asks_as_much_for_many_appeals_as_for_one(desk: Desk, cast: Cast, enter: Enter, app: Flask) -> None:
    anna, asked = enter("anna"), []
    for more in (1, 5):
        for ago in range(more):
            mine, handed_in = desk.add(ago=ago), desk.add(ago=ago)
            for appeal in (mine, handed_in):
                routing.take(desk.session, appeal, cast.anna, now=desk.now)
            answering.submit(desk.session, handed_in, cast.anna, "Ответ", now=desk.now, seen=None)
        desk.session.commit()
        with statements(app) as sent:
            anna.get("/shift")
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 10


def test_a_note_is_read_by_the_next_shift_of_the_same_office(desk: Desk, enter: Enter) -> None:
    anna = enter("anna")
    empty = send(anna, "/shift/note", page="/shift", text="  ")
    assert (empty.status_code, "Напишите следующей смене" in empty.text) == (422, True)
    send(anna, "/shift/note", page="/shift", text="Ждём звонка из Горсвета\nпро <Кирова>")
    page = enter("zoya").get("/shift").text
    assert "Ждём звонка из Горсвета\nпро &lt;Кирова&gt;" in page
    # Her shift goes on since Anna's note, Anna's own since midnight.
    assert "с начала дня" not in page
    assert "с начала дня" in anna.get("/shift").text
    assert "Горсвета" not in enter("boris").get("/shift").text


def test_all_of_mine_go_to_a_colleague_and_come_back(desk: Desk, cast: Cast, enter: Enter) -> None:
    first, second = desk.add(ago=20), desk.add(ago=10)
    for appeal in (first, second):
        routing.take(desk.session, appeal, cast.anna, now=desk.now)
    desk.session.commit()
    anna = enter("anna")
    for odd in ("", str(cast.boris.id), str(cast.anna.id)):
        assert send(anna, "/shift/handover", page="/shift", to=odd).status_code == 422
    send(anna, "/shift/handover", page="/shift", to=str(cast.zoya.id))
    page = anna.get("/shift").text
    assert "Передано (Зоя): 2 обращения" in page
    assert "У вас нет открытых обращений" in page
    assert 'Мои <span class="count">2</span>' in enter("zoya").get("/shift").text
    address = re.search(r'action="(/undo/\d+)"', page)
    assert address
    anna.post(address[1], data={"csrf_token": token(anna, "/shift")})
    assert 'Мои <span class="count">2</span>' in anna.get("/shift").text


def test_a_shift_begins_with_a_colleagues_note_and_is_never_longer_than_a_day(desk: Desk, cast: Cast) -> None:
    midnight = desk.now - shifts.LONGEST_SHIFT / 4
    own = shifts.write(desk.session, cast.anna, "Своё", now=desk.now - shifts.LONGEST_SHIFT / 8)
    assert shifts.began_at(cast.anna, [own], midnight, now=desk.now) == midnight
    other = shifts.write(desk.session, cast.zoya, "Чужое", now=desk.now - shifts.LONGEST_SHIFT / 2)
    assert shifts.began_at(cast.anna, [own, other], midnight, now=desk.now) == other.written_at
    old = shifts.write(desk.session, cast.zoya, "Старое", now=desk.now - shifts.LONGEST_SHIFT)
    assert shifts.began_at(cast.anna, [old], midnight, now=desk.now) == midnight
    assert [note.text for note in shifts.notes(desk.session, cast.anna, now=desk.now)] == ["Своё", "Чужое", "Старое"]
