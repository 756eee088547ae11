"""The queue goes by the clock that presses most, whichever it is, and says which; the board keeps to the first answer."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.flow import closing, intake
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose
from incidents.settings import Settings
from incidents.statistics import board
from tests.cast import Cast, Town
from tests.flow.deliveries import NETWORK, incoming
from tests.flow.lives import INTERIM, QUESTION, deferral, enact_all_clocks, say
from tests.web.conftest import Enter
from tests.web.desks import Desk, order

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    enact_all_clocks(session)
    return Desk(session, cast, town, settings)


def answered(desk: Desk, intent: Intent, *, ago: timedelta) -> Appeal:
    """An appeal of so long ago that got an answer of this purpose a minute later."""
    appeal = desk.add(ago=int(ago / MINUTE))
    say(desk.session, appeal, desk.cast.anna, intent, desk.now - ago + MINUTE)
    return appeal


def write_again(desk: Desk, appeal: Appeal, *, ago: int) -> None:
    at = desk.now - timedelta(minutes=ago)
    intake.follow_up(desk.session, appeal, incoming("Ничего не сделано", received_at=at), NETWORK, now=at)
    desk.session.commit()


def group_of(page: str, number: int) -> str:
    """Under which heading a row stands."""
    return page[: page.index(f'id="a{number}"')].rpartition('id="g-')[2].partition('"')[0]


def row_of(page: str, number: int) -> str:
    return page.partition(f'id="a{number}"')[2].partition("</li>")[0]


def test_each_clock_has_its_group_and_its_words(desk: Desk, enter: Enter) -> None:
    today = desk.now.astimezone(desk.settings.town_zone).date()
    first = desk.add(ago=130)
    final, interim = (answered(desk, INTERIM, ago=days * DAY) for days in (9, 2))
    asked, promised = answered(desk, QUESTION, ago=DAY), answered(desk, deferral(today), ago=DAY)
    again = answered(desk, Intent(Purpose.FINAL), ago=DAY)
    write_again(desk, again, ago=100)
    client = enter("anna")
    page = client.get("/queue").text
    expected = {
        final: ("overdue", "окончательный ответ до"),
        first: ("overdue", "срок "),
        again: ("soon", "ответ на новое сообщение до"),
        promised: ("today", "обещано к сегодня"),
        interim: ("later", "окончательный ответ до"),
        asked: ("others", "ждём автора"),
    }
    for appeal, (group, words) in expected.items():
        assert group_of(page, appeal.number) == group, appeal.number
        assert words in row_of(page, appeal.number)
    assert order(client) == [appeal.number for appeal in expected]
    for words in ("<b>6</b> открыто", "<b>2</b> просрочено", "<b>1</b> до 30 минут"):
        assert words in page
    assert 'Просрочено <span class="n">2</span>' in page
    assert order(client, "/queue?overdue=1") == [final.number, first.number]
    assert order(client, "/queue?status=awaiting_author") == [asked.number]


def test_the_authors_reply_brings_the_appeal_back_from_those_that_wait(desk: Desk, enter: Enter) -> None:
    appeal = answered(desk, QUESTION, ago=DAY)
    client = enter("anna")
    assert group_of(client.get("/queue").text, appeal.number) == "others"
    write_again(desk, appeal, ago=130)
    page = client.get("/queue").text
    assert group_of(page, appeal.number) == "overdue"
    assert "ответ на новое сообщение" in row_of(page, appeal.number)


def test_a_reopened_appeal_says_so(desk: Desk, enter: Enter) -> None:
    appeal = answered(desk, Intent(Purpose.FINAL), ago=DAY)
    at = desk.now - 10 * MINUTE
    closing.reopen(desk.session, appeal, desk.cast.anna, now=at, reason="снова яма")
    desk.session.commit()
    assert "открыто вновь, срок" in row_of(enter("anna").get("/queue").text, appeal.number)


def test_the_pages_of_the_open_list_follow_the_clock_that_presses(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.web.queue_pages.PAGE", 2)
    wanted = [
        answered(desk, INTERIM, ago=9 * DAY).number,
        desk.add(ago=130).number,
        desk.add(ago=5).number,
        answered(desk, INTERIM, ago=2 * DAY).number,
        answered(desk, QUESTION, ago=DAY).number,
    ]
    client, seen, path = enter("anna"), list[int](), "/queue"
    while path:
        seen += order(client, path)
        link = client.get(path).text.rpartition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        path = link.replace("&amp;", "&") if "after=" in link else ""
    assert seen == wanted


def test_the_board_counts_first_answers_and_tells_the_later_ones_apart(desk: Desk, enter: Enter) -> None:
    first = desk.add(ago=130)
    final = answered(desk, INTERIM, ago=9 * DAY)
    again = answered(desk, Intent(Purpose.FINAL), ago=DAY)
    write_again(desk, again, ago=130)
    desk.add(ago=5)
    seen = board.read(desk.session, desk.settings.town_zone, desk.now)
    assert (seen.open, seen.overdue_now, seen.overdue_final_now, seen.overdue_next_now) == (4, 1, 1, 1)
    desk.session.commit()
    client = enter("galina")
    assert "Просрочено после первого ответа" in client.get("/board").text
    for state, appeal in {"overdue_now": first, "overdue_final_now": final, "overdue_next_now": again}.items():
        assert f"/queue?state={state}" in client.get("/board").text
        assert order(client, f"/queue?state={state}") == [appeal.number]
    assert set(order(client, "/queue?overdue=1")) == {first.number, final.number, again.number}
