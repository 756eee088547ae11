"""One's own alarms: the list, the bell with its figure, marking as seen, and nobody else's."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules.alarms import Level
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.alarms import away, raised, spread, told
from tests.web.asking import statements
from tests.web.conftest import Enter, send
from tests.web.desks import Desk


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def test_the_list_shows_ones_own_alarms_with_how_they_stand_now(desk: Desk, enter: Enter, session: Session) -> None:
    late, soon, done = desk.add(ago=140), desk.add("Тайные слова", ago=110), desk.add(ago=100)
    spread(session, *(raised(session, each, Level.PRESS) for each in (late, soon, done)))
    desk.answer(done)
    page = enter("anna").get("/notices").text
    for number, words in ((late.number, "Просрочено"), (soon.number, "Срок подходит"), (done.number, "Решено")):
        row = page.partition(f'<a href="/appeals/{number}">№ {number}</a>')[2].partition("</tr>")[0]
        assert words in row, number
        assert "пресс-службе" in row
    assert "Тайные" not in page
    assert "<title>[3] Оповещения" in page
    assert "data-bell>3</span>" in page


def test_without_alarms_the_page_says_so_and_the_bell_is_silent(desk: Desk, enter: Enter) -> None:
    page = enter("anna").get("/notices").text
    assert "Оповещений нет" in page
    assert "<title>Оповещения" in page
    assert "data-bell hidden>0</span>" in page
    assert "Отметить все" not in page


def test_a_notice_says_in_whose_place_and_instead_of_whom(
    desk: Desk, enter: Enter, session: Session, cast: Cast
) -> None:
    appeal = desk.give(desk.add())
    appeal.assignee_id = cast.dmitry.id
    session.commit()
    away(session, cast.dmitry, cast.boris, on=desk.now)
    spread(session, raised(session, appeal), at=desk.now)
    spread(session, raised(session, appeal, Level.DEPUTY, late=True), at=desk.now)
    assert "вместо: Дмитрий" in enter("boris").get("/notices").text
    assert "никого не нашлось: заместителю главы" in enter("galina").get("/notices").text


def test_one_is_marked_as_seen_or_all_that_the_page_showed(desk: Desk, enter: Enter, session: Session) -> None:
    appeals = [desk.add() for _ in range(3)]
    alarms = [raised(session, each, Level.PRESS) for each in appeals]
    spread(session, *alarms[:2])
    anna = enter("anna")
    first, second = (told(session, alarm)["anna"].id for alarm in alarms[:2])
    until = anna.get("/notices").text.partition('name="until" value="')[2].partition('"')[0]
    assert int(until) == second
    spread(session, alarms[2])
    assert send(anna, f"/notices/{first}/seen", page="/notices").status_code == 303
    assert "<title>[2] " in anna.get("/notices").text
    assert send(anna, "/notices/seen", page="/notices", until=until).status_code == 303
    # What came after the page was drawn was not seen on it.
    assert "<title>[1] " in anna.get("/notices").text
    assert "<title>[3] " in enter("zoya").get("/notices").text


def test_anothers_alarm_is_not_there(desk: Desk, enter: Enter, session: Session) -> None:
    alarm = raised(session, desk.add(), Level.PRESS)
    spread(session, alarm)
    zoyas = told(session, alarm)["zoya"].id
    anna = enter("anna")
    assert send(anna, f"/notices/{zoyas}/seen", page="/notices").status_code == 404
    assert send(anna, "/notices/999/seen", page="/notices").status_code == 404
    assert told(session, alarm)["zoya"].seen_at is None
    assert anna.post("/notices/seen").status_code == 400


def test_an_appeal_that_went_elsewhere_has_no_link_any_more(
    desk: Desk, enter: Enter, session: Session, cast: Cast
) -> None:
    appeal = desk.give(desk.add())
    spread(session, raised(session, appeal))
    appeal.department_id = cast.roads.id
    session.commit()
    page = enter("dmitry").get("/notices").text
    assert f"№ {appeal.number}" in page
    assert f"/appeals/{appeal.number}" not in page
    assert "теперь у другого отдела" in page


def test_the_bell_gets_304_until_something_changes(desk: Desk, enter: Enter, session: Session) -> None:
    anna = enter("anna")
    first = anna.get("/notices/changes")
    assert 'data-count="0"' in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    assert anna.get("/notices/changes", headers=tag).status_code == 304
    appeal = desk.add()
    spread(session, raised(session, appeal, Level.PRESS))
    changed = anna.get("/notices/changes", headers=tag)
    assert changed.status_code == 200
    assert 'data-count="1"' in changed.text
    assert 'data-said="1 новое оповещение"' in changed.text
    assert f"№ {appeal.number}" not in changed.text
    assert f"№ {appeal.number}" in anna.get("/notices/changes?list=1").text


def test_an_administrator_has_no_bell(desk: Desk, enter: Enter) -> None:
    elena = enter("elena")
    assert elena.get("/notices").status_code == 403
    page = elena.get("/people").text
    assert "data-bell" not in page
    assert "bell.js" not in page


def test_a_long_list_asks_as_much_as_a_short_one(desk: Desk, enter: Enter, session: Session, app: Flask) -> None:
    anna = enter("anna")

    def more(count: int) -> list[Appeal]:
        made = [desk.add() for _ in range(count)]
        spread(session, *(raised(session, each, Level.PRESS) for each in made))
        return made

    more(2)
    with statements(app) as few:
        anna.get("/notices")
    more(20)
    with statements(app) as many:
        anna.get("/notices")
    assert len(few) == len(many) <= 8
    with statements(app) as bell:
        anna.get("/notices/changes")
    assert len(bell) <= 4
