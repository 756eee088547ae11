"""The pages of promises and of templates: who sees what, and every act without scripts."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from incidents.flow import promises, recording
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.promises import Promise
from incidents.records.reply_templates import ReplyTemplate
from incidents.rules.acts import Purpose
from incidents.rules.promise_clock import PromiseState
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter, send, token
from tests.web.test_tables import post, take


def promised(
    session: Session, town: Town, settings: Settings, cast: Cast, *, days: int = 3, number: int = 7, asked: str = "Снег"
) -> Promise:
    """An appeal of housing whose interim answer, a minute ago, promised a day so many days ahead."""
    appeal = arrive(session, town, settings, object_key=f"vk:wall-{GROUP_ID}:r{number}", text=asked)
    lying_with(session, appeal, cast.housing, cast)
    return told(session, settings, cast, appeal, days=days)


def told(
    session: Session,
    settings: Settings,
    cast: Cast,
    appeal: Appeal,
    *,
    days: int,
    ago: int = 60,
    purpose: Purpose = Purpose.INTERIM,
) -> Promise:
    now = datetime.now(UTC)
    at = now - timedelta(seconds=ago)
    day = at.astimezone(settings.town_zone).date() + timedelta(days=days)
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply={appeal.number * 100 + days}"
    text = f"Здравствуйте! Снег на Кирова уберём до {day:%d.%m.%Y}. Спасибо."
    recording.record(session, appeal, cast.anna, now=now, link=link, at=at, intent=Intent(purpose), text=text)
    found = promises.of_appeal(session, appeal.number)[-1]
    session.commit()
    return found


@pytest.fixture
def promise(session: Session, cast: Cast, town: Town, settings: Settings) -> Promise:
    return promised(session, town, settings, cast)


def test_what_is_owed_stands_there_with_its_day_words_and_appeal(
    enter: Enter, session: Session, promise: Promise
) -> None:
    session.commit()
    page = enter("anna").get("/promises").text
    assert "через 3 дня" in page
    assert "Снег на Кирова уберём до" in page
    assert "Здравствуйте!" not in page.partition("<main")[2]
    assert f"/appeals/{promise.appeal_number}" in page
    assert "нашла программа" in page


def test_the_table_of_departments_names_them_and_each_number_opens_its_list(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, promise: Promise
) -> None:
    other = arrive(session, town, settings, object_key=f"vk:wall-{GROUP_ID}:r8", text="Яма")
    told(session, settings, cast, other, days=5)
    session.commit()
    client = enter("anna")
    table = client.get("/promises").text.partition("за 90 дней")[2]
    assert ["Управление ЖКХ" in table, "без отдела" in table] == [True, True]
    doors = [unescape(each) for each in re.findall(r'<td class="num"><a href="([^"]+)">1</a>', table)]
    assert len(doors) == 2
    for door, number in zip(sorted(doors), (other.number, promise.appeal_number), strict=True):
        page = client.get(door).text
        assert page.count('<div class="promise-day">') == 1, door
        assert f"/appeals/{number}" in page


def test_a_department_sees_its_own_promises_a_stranger_none_and_an_administrator_no_page(
    enter: Enter, session: Session, promise: Promise
) -> None:
    session.commit()
    for login, status, sees in (
        ("boris", 200, True),
        ("galina", 200, True),
        ("vera", 200, False),
        ("elena", 403, False),
    ):
        answer = enter(login).get("/promises")
        assert (answer.status_code, "Снег на Кирова" in answer.text) == (status, sees), login
    stranger = enter("vera")
    assert stranger.get(f"/promises/{promise.id}").status_code == 404
    data = {"csrf_token": token(stranger, "/queue")}
    assert stranger.post(f"/promises/{promise.id}/keeping", data=data).status_code == 404


def test_done_is_one_button_and_counts_for_the_department(enter: Enter, session: Session, promise: Promise) -> None:
    session.commit()
    client = enter("dmitry")
    answer = send(client, f"/promises/{promise.id}/keeping", page="/promises")
    assert answer.status_code == 303
    session.refresh(promise)
    assert promise.state is PromiseState.KEPT
    session.commit()
    assert "выполненные" in client.get("/promises?state=kept").text
    again = send(client, f"/promises/{promise.id}/keeping", page="/promises")
    assert (again.status_code, "уже сказано" in again.text) == (422, True)


def test_moving_waits_for_a_public_word_and_dropping_for_a_reason(
    enter: Enter, session: Session, cast: Cast, settings: Settings, promise: Promise
) -> None:
    session.commit()
    client, page = enter("anna"), f"/promises/{promise.id}"
    assert "сначала скажите гражданину" in client.get(page).text
    assert send(client, f"{page}/moving", page=page).status_code == 422
    assert send(client, f"{page}/dropping", page=page, reason="").status_code == 422
    later = told(session, settings, cast, promise.appeal, days=9, ago=1)
    assert send(client, f"{page}/moving", page=page, to=str(later.id)).status_code == 303
    assert send(client, f"/promises/{later.id}/dropping", page=page, reason="не обещание").status_code == 303
    session.refresh(promise)
    session.refresh(later)
    assert (promise.state, promise.moved_to_id, later.state) == (PromiseState.MOVED, later.id, PromiseState.DROPPED)


def test_the_ledger_asks_as_many_questions_for_fifty_promises_as_for_one(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, promise: Promise
) -> None:
    asked: list[str] = []
    session.commit()
    client = enter("anna")
    engine = client.application.extensions["incidents.sessions"].kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    # The first time it also reads what a process keeps.
    client.get("/promises")
    asked.clear()
    client.get("/promises")
    few = len(asked)
    for number in range(5):
        promised(session, town, settings, cast, days=number + 2, number=100 + number)
    asked.clear()
    page = client.get("/promises").text
    assert page.count('class="promise-day"') == 6
    assert len(asked) <= few
    assert few <= 6, asked


def test_templates_are_written_shown_archived_and_taken_out_and_in_as_a_file(
    enter: Enter, session: Session, cast: Cast, town: Town
) -> None:
    session.commit()
    client = enter("anna")
    text = "{имя}, здравствуйте! Технику ждём до {срок}."
    fields = {"name": "Снег", "text": text, "owner": f"topic:{town.snow.id}"}
    assert send(client, "/templates", page="/templates/new", **fields).status_code == 303
    wrong = send(client, "/templates", page="/templates/new", name="Лёд", text="{фамилия}!", owner="")
    assert (wrong.status_code, "{фамилия}" in wrong.text) == (422, True)
    made = session.scalars(select(ReplyTemplate)).one()
    session.commit()
    one = client.get(f"/templates/{made.id}").text
    assert "Ирина, здравствуйте! Технику ждём до 18 ноября 2026." in one
    assert (
        send(
            client, f"/templates/{made.id}", page=f"/templates/{made.id}", version="1", **(fields | {"text": "Убрали."})
        ).status_code
        == 303
    )
    stale = send(
        client, f"/templates/{made.id}", page=f"/templates/{made.id}", version="1", **(fields | {"text": "Нет."})
    )
    assert (stale.status_code, "за это время изменили" in stale.text) == (422, True)
    assert text in client.get(f"/templates/{made.id}").text
    file = client.get("/tables/templates").text
    assert send(client, f"/templates/{made.id}/archive", page="/templates").status_code == 303
    assert "Убрали." not in client.get("/templates").text
    taken = take(client, "templates", file)
    assert "<del>yes</del> → —" in taken.text
    assert session.scalar(select(func.count()).select_from(ReplyTemplate).where(ReplyTemplate.is_active)) == 1
    session.commit()
    wrong = post(client, "templates", file + "Новый;topic;нет такой;Текст;\r\n=1+1;;;{х};\r\n")
    assert "строка 3: Выберите одну тему, одну группу тем или один отдел" in wrong.text
    assert "строка 4: Таких подстановок нет: {х}." in wrong.text
    assert enter("galina").get("/tables/templates").status_code == 403
