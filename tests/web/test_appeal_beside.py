"""What stands beside an answer on a card: notes, control, the address, the like and the duplicates, who else is here."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import answering, approving
from incidents.records.appeals import Appeal
from incidents.records.sources import Post
from incidents.rules.acts import Status
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.web.asking import statements
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import Call, Enter, token

ALIKE = "Кирова, 40: двор весь в сугробах, снег не убирают, когда техника?"


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


@pytest.fixture
def alike(session: Session, town: Town, settings: Settings) -> Appeal:
    return arrive(session, town, settings, object_key="vk:wall-1:r9", text=ALIKE, author_id="9", author_name="Олег Т.")


def card(enter: Enter, login: str, appeal: Appeal) -> str:
    return enter(login).get(f"/appeals/{appeal.number}").text


def test_a_note_tells_who_is_named_and_no_other_program_reads_it(
    enter: Enter, cast: Cast, appeal: Appeal, call: Call
) -> None:
    told = do(enter("anna"), appeal, "note", note="@dmitry бригада выехала", to=str(cast.boris.id))
    assert told.status_code == 303
    page = card(enter, "dmitry", appeal)
    assert 'class="note"><b>Анна</b> пишет заметку' in page
    assert "@dmitry бригада выехала" in page
    for login in ("dmitry", "boris"):
        assert "Вас упомянули в заметке" in enter(login).get("/notices").text
    read = call("GET", f"/api/v1/appeals/{appeal.number}", "read").text
    assert '"act":"note"' in read.replace(" ", "")
    assert "dmitry" not in read


def test_a_note_to_who_may_not_see_it_says_so_and_keeps_the_words(enter: Enter, cast: Cast, appeal: Appeal) -> None:
    refused = do(enter("anna"), appeal, "note", note="@vera гляньте")
    assert refused.status_code == 422
    assert "Вера не видит это обращение" in refused.text
    assert ">@vera гляньте</textarea>" in refused.text
    vera = enter("vera")
    stranger = {"csrf_token": token(vera, "/profile"), "note": "здравствуйте"}
    assert vera.post(f"/appeals/{appeal.number}/note", data=stranger).status_code == 404


def test_a_manager_puts_under_control_and_everybody_there_sees_the_flag_and_the_comment(
    enter: Enter, appeal: Appeal
) -> None:
    assert do(enter("galina"), appeal, "control", comment="Третья жалоба").status_code == 303
    page = card(enter, "boris", appeal)
    assert "на контроле" in page
    assert "Третья жалоба" in page
    assert "/control" not in page
    assert do(enter("boris"), appeal, "control").status_code == 403
    assert do(enter("anna"), appeal, "release").status_code == 422
    assert do(enter("galina"), appeal, "release").status_code == 303
    assert not anew(appeal).is_controlled


def test_the_address_is_read_from_the_words_marked_so_and_corrected(
    enter: Enter, appeal: Appeal, alike: Appeal
) -> None:
    page = card(enter, "anna", appeal)
    assert "Адрес из текста: <b>ул. Кирова, 40</b>" in page.replace("</span> <b>", " <b>")
    assert "Ещё по этому адресу: 1" in page
    do(enter("anna"), appeal, "address", address="ул. Мира, 5")
    page = card(enter, "anna", appeal)
    assert "Адрес: <b>ул. Мира, 5</b>" in page
    assert "исправляет адрес" in page
    assert "Ещё по этому адресу" not in page


def test_the_like_stand_near_and_a_stranger_to_them_sees_none(enter: Enter, appeal: Appeal, alike: Appeal) -> None:
    page = card(enter, "anna", appeal)
    assert "Похожие за 14 дней: 1" in page
    assert f'href="/appeals/{alike.number}"' in page
    assert ALIKE in page
    assert ALIKE not in card(enter, "boris", appeal)


def test_a_duplicate_is_linked_and_both_are_answered_with_the_same_words(
    enter: Enter, session: Session, cast: Cast, appeal: Appeal, alike: Appeal
) -> None:
    anna = enter("anna")
    assert do(anna, alike, "duplicate", main=str(appeal.number), way="alike").status_code == 303
    assert f"о том же, что № {appeal.number}" in card(enter, "anna", alike)
    now = datetime.now(UTC)
    answering.save(session, appeal, cast.anna, "Ирина, уберём до вечера.", now=now, seen=None)
    approving.confirm_by_hand(session, appeal, cast.anna, now=now, link="https://vk.com/wall-1_2", at=now)
    session.commit()
    assert "О том же пишут: 1" in card(enter, "anna", appeal)
    assert do(anna, appeal, "same-answer", one=str(alike.number), next=f"/appeals/{alike.number}").status_code == 303
    assert "Ирина, уберём до вечера.</textarea>" in card(enter, "anna", alike)
    assert anew(alike).status is Status.NEW


def test_a_duplicate_that_needs_no_answer_leaves_the_queue_with_its_link(
    enter: Enter, appeal: Appeal, alike: Appeal
) -> None:
    assert do(enter("anna"), alike, "duplicate", main="999", way="without").status_code == 422
    do(enter("anna"), alike, "duplicate", main=str(appeal.number), way="without")
    assert (anew(alike).status, alike.duplicate_of) == (Status.REJECTED, appeal.number)


def test_an_author_who_writes_of_the_same_again_is_a_repeat(
    enter: Enter, session: Session, town: Town, settings: Settings, appeal: Appeal
) -> None:
    again = arrive(session, town, settings, object_key="vk:wall-1:r5", text="Сугробы во дворе опять не убирали")
    other = arrive(session, town, settings, object_key="vk:wall-1:r6", text="Спасибо за новую сцену в парке")
    assert "повторное: 2" in card(enter, "anna", again)
    assert "писали об этом 1 раз" in card(enter, "anna", again)
    assert "повторное" not in card(enter, "anna", other)


def test_the_post_the_words_stand_under_is_told(enter: Enter, session: Session, town: Town, appeal: Appeal) -> None:
    now = datetime.now(UTC) - timedelta(hours=1)
    session.add(
        Post(key=f"vk:wall-{GROUP_ID}_1", source_id=town.vk.id, text="Убираем снег: куда звонить", posted_at=now)
    )
    session.commit()
    assert "Под постом «Убираем снег: куда звонить»" in card(enter, "anna", appeal)


def test_colleagues_at_the_same_card_see_each_other_and_a_stranger_learns_nothing(
    enter: Enter, cast: Cast, appeal: Appeal
) -> None:
    page, anna, boris = f"/appeals/{appeal.number}", enter("anna"), enter("boris")
    anna.post(f"{page}/presence", data={"csrf_token": token(anna, page), "writing": "1"})
    here = boris.post(f"{page}/presence", data={"csrf_token": token(boris, page)})
    assert "Анна пишет" in here.text
    assert "Борис" not in here.text
    assert "Анна пишет" in boris.get(page).text
    vera = enter("vera")
    assert vera.post(f"{page}/presence", data={"csrf_token": token(vera, "/profile")}).status_code == 404
    anna.post(f"{page}/presence", data={"csrf_token": token(anna, page), "gone": "1"})
    assert "Анна" not in boris.post(f"{page}/presence", data={"csrf_token": token(boris, page)}).text


def test_the_clock_line_draws_the_stages_and_says_them_in_one_sentence(enter: Enter, appeal: Appeal) -> None:
    page = card(enter, "anna", appeal)
    said = re.search(r'<svg class="chart stages"[^>]*aria-label="([^"]+)"', page)
    assert said
    assert re.fullmatch(r"2 ч по стадиям: приём 5 мин, Управление ЖКХ 1\d мин, осталось 1 ч (39|40) мин", said[1])


def test_a_crowd_of_the_like_costs_no_more_questions(
    app: Flask, enter: Enter, session: Session, town: Town, settings: Settings, appeal: Appeal, alike: Appeal
) -> None:
    client = enter("anna")
    client.get(f"/appeals/{appeal.number}")
    with statements(app) as few:
        client.get(f"/appeals/{appeal.number}")
    for number in range(12):
        arrive(
            session, town, settings, object_key=f"vk:wall-1:x{number}", text=f"{ALIKE} {number}", author_id=f"c{number}"
        )
    with statements(app) as many:
        client.get(f"/appeals/{appeal.number}")
    assert len(many) == len(few)
    assert len(many) <= 18
