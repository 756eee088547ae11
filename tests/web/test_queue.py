"""The queue: whose appeals stand in it, in which order, and what a row offers."""

import pytest
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, routing
from incidents.records.answers import AnswerState
from incidents.records.appeals import Appeal
from incidents.records.needs import UsualNeed
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter
from tests.web.desks import Desk, order


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def test_rows_stand_by_the_time_left_and_what_waits_for_others_stands_last(desk: Desk, enter: Enter) -> None:
    today, soon, late = desk.add(ago=5), desk.add(ago=100), desk.add(ago=130)
    publishing = desk.add(
        ago=40, source_id=desk.town.vk.id, reply_to={"owner_id": -1234, "post_id": 1, "comment_id": 2}
    )
    text = answering.save(desk.session, publishing, desk.cast.anna, "Ответ", now=desk.now, seen=None)
    approving.approve(desk.session, publishing, desk.cast.anna, desk.settings, now=desk.now, version=text.version)
    desk.session.commit()
    client = enter("anna")
    assert order(client) == [late.number, soon.number, today.number, publishing.number]
    page = client.get("/queue").text
    assert page.index("Просрочено <span") < page.index("До 30 минут <span") < page.index("Ждут других")


def test_a_stopped_delivery_waits_for_us_and_says_so(desk: Desk, enter: Enter) -> None:
    # The quiet one still needs its 70 minutes, so it presses with 45; the stopped one with 40.
    quiet, stopped = desk.add(ago=5), desk.add(ago=80)
    text = answering.save(desk.session, stopped, desk.cast.anna, "Ответ", now=desk.now, seen=None)
    approving.approve(desk.session, stopped, desk.cast.anna, desk.settings, now=desk.now, version=text.version)
    text.state, text.error_code = AnswerState.NEEDS_OPERATOR, "213"
    desk.session.commit()
    client = enter("anna")
    assert order(client) == [stopped.number, quiet.number]
    assert "Не отправлено" in client.get("/queue").text


def test_a_department_sees_its_own_appeals_and_the_stranger_none(desk: Desk, enter: Enter) -> None:
    theirs, nobodys = desk.give(desk.add()), desk.add()
    assert order(enter("boris")) == order(enter("dmitry")) == [theirs.number]
    assert order(enter("anna")) == order(enter("galina")) == [theirs.number, nobodys.number]
    vera = enter("vera")
    assert order(vera) == []
    assert "Очередь пуста" in vera.get("/queue").text
    assert order(vera, "/queue?status=all") == []
    assert str(theirs.text) not in vera.get(f"/queue/changes?rows={theirs.number}-aa").text
    assert enter("elena").get("/queue").status_code == 403


def test_a_manager_reads_and_is_offered_no_act(desk: Desk, enter: Enter) -> None:
    desk.add("снег и сугроб у дома, двор не убран")
    desk.add()
    assert 'name="take"' not in enter("galina").get("/queue").text
    assert enter("anna").get("/queue").text.count("<button name=") == 2


def test_one_click_accepts_the_suggestion_or_takes_the_appeal(desk: Desk, enter: Enter) -> None:
    clear, unclear = desk.add("темно, фонари не горят"), desk.add()
    page = enter("anna").get("/queue").text
    assert f'name="accept" value="{clear.number}-{clear.version}-{desk.town.lamps.id}"' in page
    assert "Управление дорог" in page
    assert f'name="take" value="{unclear.number}-{unclear.version}"' in page


def test_the_counters_count_what_the_groups_show(desk: Desk, enter: Enter) -> None:
    for ago in (150, 130, 100, 5):
        desk.add(ago=ago)
    done = desk.add(ago=30)
    desk.answer(done)
    routing.take(desk.session, desk.session.get_one(Appeal, 1), desk.cast.anna, now=desk.now)
    desk.session.commit()
    page = enter("anna").get("/queue").text
    for words in ("<b>4</b> открыто", "<b>2</b> просрочено", "<b>1</b> до 30 минут", "сегодня ответили <b>1</b>"):
        assert words in page, words
    assert 'Мои <span class="count">1</span>' in page
    assert "(2) Очередь" in page


def test_the_press_sector_begins_in_the_queue(cast: Cast, enter: Enter) -> None:
    for login in ("anna", "zoya"):
        assert enter(login).get("/").location == "/queue"


def test_what_nobody_has_begun_presses_by_its_latest_start(desk: Desk, enter: Enter) -> None:
    begun, unbegun, tight = desk.add(ago=60), desk.give(desk.add(ago=30)), desk.add(ago=75)
    routing.take(desk.session, begun, desk.cast.anna, now=desk.now)
    for department_id, minutes in ((desk.cast.housing.id, 50), (0, 20)):
        desk.session.add(UsualNeed(department_id=department_id, minutes=minutes, cases=9, counted_at=desk.now))
    desk.session.commit()
    client = enter("anna")
    # Left: 60, 90 - 50 = 40, 45 - 20 = 25 minutes.
    assert order(client) == [tight.number, unbegun.number, begun.number]
    page = client.get("/queue").text
    for words in ("начать за 24 мин", "начать за 39 мин", "осталось 59 мин", "отделу 50 мин", "отделу 20 мин"):
        assert words in page, words
    assert 'id="g-soon">До 30 минут <span class="n">1</span>' in page
    desk.session.get_one(UsualNeed, 0).minutes = 60
    desk.session.commit()
    assert "начать сейчас" in client.get("/queue").text


def test_a_row_drawn_for_one_person_is_not_shown_to_another_who_may_do_less(desk: Desk, enter: Enter) -> None:
    theirs, untaken = desk.give(desk.add()), desk.add()

    def rows(login: str) -> dict[int, str]:
        drawn = enter(login).get("/queue").text.split('<li id="a')[1:]
        return {int(part.partition('"')[0]): part.partition("</li>")[0] for part in drawn}

    anna, zoya, galina, boris = (rows(login) for login in ("anna", "zoya", "galina", "boris"))
    assert anna == zoya
    assert all('type="checkbox"' in row for row in anna.values())
    assert not any('type="checkbox"' in row or "<button" in row for row in galina.values())
    assert set(boris) == {theirs.number}, "what the press sector was shown is no way to see more"
    assert "у отдела" in boris[theirs.number]
    assert "у отдела" not in anna[theirs.number]
    routing.take(desk.session, untaken, desk.cast.zoya, now=desk.now)
    desk.session.commit()
    # Within the same minute, the next look shows it.
    after = rows("anna")
    assert 'name="take"' in anna[untaken.number]
    assert 'name="take"' not in after[untaken.number]
    assert "Зоя" in after[untaken.number]
    assert after[theirs.number] == anna[theirs.number]
