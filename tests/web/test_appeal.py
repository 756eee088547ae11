"""The card: who sees it, what it shows and in which order, and what it tells of changes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, intake, publishing
from incidents.networks.events import Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.journal import EntryText
from incidents.rules.acts import Act
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import VK, WORDS, anew, arrive, do, lying_with
from tests.web.conftest import Enter


@pytest.mark.parametrize(
    ("login", "status"),
    [("anna", 200), ("galina", 200), ("boris", 200), ("dmitry", 200), ("vera", 404), ("elena", 403)],
)
def test_the_card_opens_for_press_manager_and_the_own_department_only(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, login: str, status: int
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter(login)
    page = client.get(f"/appeals/{appeal.number}")
    assert page.status_code == status
    assert client.get(f"/appeals/{appeal.number}/changes").status_code == status
    assert (WORDS in re.sub("</?mark>", "", page.text)) == (status == 200)


@pytest.mark.parametrize("noun", ["topic", "taking", "answer", "submission", "approval", "publication", "rejection"])
def test_a_stranger_finds_no_appeal_to_act_on_and_a_manager_may_only_read(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, noun: str
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    for login, status in (("vera", 404), ("galina", 403), ("elena", 403)):
        client = enter(login)
        fields = {"csrf_token": _token(client.get("/profile").text), "version": "2", "text": "Уберём."}
        assert client.post(f"/appeals/{appeal.number}/{noun}", data=fields).status_code == status
    before = appeal.version
    assert anew(appeal).version == before


def test_a_manager_only_notes_and_keeps_under_control(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    page = enter("galina").get(f"/appeals/{appeal.number}").text
    desk = page[page.index('class="desk"') :]
    forms = re.findall(rf'action="/appeals/{appeal.number}/([^"]+)"', desk)
    assert sorted(forms) == ["control", "note"]
    assert 'name="text"' not in desk


def test_the_words_come_first_then_answer_decisions_story_and_no_title_tells_them(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    places = [page.index(f'class="desk-{part}"') for part in ("words", "answer", "decide", "story")]
    assert places == sorted(places)
    assert "<mark>сугробы</mark> по пояс, <mark>снег</mark>" in page
    assert f"<title>№ {appeal.number} · Обращения</title>" in page
    assert "норма 2 ч круглосуточно, действует с 1 августа 2018" in page
    assert "прошло 20 мин" in page


def test_every_message_stands_with_its_marks_and_only_web_links(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    files = ({"type": "photo", "url": "https://vk.com/p.jpg"}, {"type": "doc", "url": "javascript:alert(1)"})
    appeal = arrive(session, town, settings, attachments=files, text="<b>Снег</b>")
    later = intake.Incoming(Network.VK, Place.COMMENT, "И на Кирова, 42 тоже!", datetime.now(UTC))
    intake.join(session, appeal, later, VK, now=datetime.now(UTC))
    first, second = appeal.messages[0], session.merge(appeal).messages[-1]
    first.edited_text, first.edited_at = "Снег убрали", datetime.now(UTC)
    second.deleted_at = datetime.now(UTC)
    session.commit()
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert "<mark>Снег</mark> убрали" in page
    assert "&lt;b&gt;Снег&lt;/b&gt;" in page
    assert "И на Кирова, 42 тоже!" in page
    assert "изменено" in page
    assert "удалено" in page
    assert "javascript:" not in page
    assert "<img" not in page[page.index('class="desk"') :]


def test_the_author_s_earlier_appeals_are_doors(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    first = arrive(session, town, settings, object_key="vk:wall-1:r1")
    again = arrive(session, town, settings, object_key="vk:wall-1:r2", previous_number=first.number)
    page = enter("anna").get(f"/appeals/{again.number}").text
    assert f"повторное, см. № {first.number}" in page
    assert "Кроме этого: 1 обращение" in page
    assert "Пишет впервые" not in page


def test_the_story_says_who_did_what_and_why(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("boris")
    do(client, appeal, "return", reason="Это дорога, не двор", whose=str(cast.roads.id))
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    story = page[page.index('class="desk-story"') :]
    assert "Поступило: <b>ВКонтакте</b>, срок" in story
    assert "<b>Анна</b> передаёт: Управление ЖКХ" in story
    assert "<b>Борис</b> возвращает: не наше (Управление ЖКХ), отвечать должны: Управление дорог" in story
    assert "Это дорога, не двор" in story
    assert "Возвращено" in page


def test_a_machine_s_choice_says_that_it_is_one_and_by_which_words(
    enter: Enter, session: Session, cast: Cast, town: Town, rules_of_the_town: Settings
) -> None:
    now = datetime.now(UTC)
    words = intake.Incoming(Network.VK, Place.COMMENT, WORDS, now)
    appeal = intake.register(session, words, VK, rules_of_the_town, now=now)
    session.commit()
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert "<b>Программа</b> выбирает тему «Снег во дворах»" in page
    assert "по словам: сугробы, снег" in page


def test_erased_words_are_said_to_be_erased(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    do(enter("anna"), appeal, "rejection", why="spam", note="Реклама окон")
    note = session.scalars(select(EntryText)).one()
    note.text = note.salt = None
    session.commit()
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert "не инцидент (спам или реклама)" in page
    assert "(стёрто)" in page
    assert "Реклама окон" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AnswerState.APPROVED, "Уйдёт через несколько секунд"),
        (AnswerState.NEEDS_OPERATOR, "Сеть отказала. Текст сохранён"),
        (AnswerState.NEEDS_ADMIN, "Позовите администратора"),
        (AnswerState.UNKNOWN, "под тем же именем"),
        (AnswerState.RETRY, "сам уйдёт снова в"),
    ],
)
def test_each_state_of_a_delivery_says_what_to_do_next(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, state: AnswerState, words: str
) -> None:
    appeal = arrive(session, town, settings)
    do(enter("anna"), appeal, "approval", text="Уберём до вечера.", answer_version="0")
    answer = session.scalars(select(Answer)).one()
    answer.state, answer.error, answer.next_at = state, "Access denied", datetime.now(UTC) + timedelta(minutes=2)
    session.commit()
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert words in page
    assert "<q>Access denied</q>" in page
    stopped = state in (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN)
    assert ("Скопируйте текст" in page) == stopped
    assert (f"/appeals/{appeal.number}/resending" in page) == (stopped or state is AnswerState.RETRY)


def test_changes_tell_the_news_once_and_never_the_field(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("boris")
    seen = re.search(r'data-changes="([^"]+)"', client.get(f"/appeals/{appeal.number}").text)
    assert seen
    nothing = client.get(seen[1])
    assert "Показать" not in nothing.text
    assert client.get(seen[1], headers={"If-None-Match": nothing.headers["ETag"]}).status_code == 304
    do(enter("dmitry"), appeal, "taking")
    news = client.get(seen[1], headers={"If-None-Match": nothing.headers["ETag"]})
    assert news.status_code == 200
    assert "<b>Дмитрий</b> берёт обращение себе" in news.text
    assert 'name="text"' not in news.text


def test_a_draft_of_another_shows_as_a_line(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("boris")
    before = client.get(f"/appeals/{appeal.number}/changes?seen=9")
    answering.save(session, appeal, cast.dmitry, "Уберём.", now=datetime.now(UTC), seen=None)
    session.commit()
    after = client.get(f"/appeals/{appeal.number}/changes?seen=9", headers={"If-None-Match": before.headers["ETag"]})
    assert "Другой текст сохранён в" in after.text
    assert 'data-answer-version="1"' in after.text


def test_an_answered_card_says_so_and_links_to_the_network(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    do(enter("anna"), appeal, "approval", text="Уберём до вечера.", answer_version="0")
    anew(appeal)
    from_network = Receipt("99", "https://vk.com/wall-1_1?reply=99", datetime.now(UTC))
    _record(session, from_network)
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert "ответ дан в срок" in page
    assert 'href="https://vk.com/wall-1_1?reply=99"' in page
    assert "Гражданин видит ответ: подтверждает <b>ВКонтакте</b>" in page
    assert str(Act.REJECT) not in page[page.index('class="desk"') :]


def _record(session: Session, receipt: Receipt) -> None:
    answer = session.scalars(select(Answer)).one()
    publishing.record(session, answer.id, receipt, now=datetime.now(UTC))
    session.commit()


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]
