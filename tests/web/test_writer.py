"""The writer's check and templates on the card: without scripts, while typing, and in the way of what must not be published."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import promises, templating
from incidents.flow.templating import Owner
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.reply_templates import ReplyTemplate
from incidents.rules.acts import Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import Enter, token

PHONE = "Ирина, здравствуйте! Снег на Кирова, 40 уберём. Мастер: +7 914 000-00-00."


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return arrive(session, town, settings)


@pytest.fixture
def template(session: Session, cast: Cast, town: Town) -> ReplyTemplate:
    made = templating.add(
        session,
        cast.anna,
        "Снег во дворе",
        "{имя}, здравствуйте! Снег у {адрес} уберём.",
        Owner(),
        now=datetime.now(UTC),
    )
    session.commit()
    return made


def test_a_private_telephone_is_not_published_and_says_where_it_stands(
    enter: Enter, session: Session, appeal: Appeal
) -> None:
    client = enter("anna")
    answer = do(client, appeal, "approval", text=PHONE, answer_version="0", purpose="final")
    assert answer.status_code == 422
    assert "Проверка не даёт опубликовать" in answer.text
    assert "<mark>+7 914 000-00-00</mark>" in answer.text
    assert PHONE in answer.text
    assert anew(appeal).status is Status.NEW


def test_with_a_reason_it_is_published_and_the_story_tells_what_was_found(
    enter: Enter, session: Session, appeal: Appeal
) -> None:
    client = enter("anna")
    answer = do(
        client, appeal, "approval", text=PHONE, answer_version="0", purpose="final", despite="номер дан самим мастером"
    )
    assert answer.status_code == 303
    assert anew(appeal).status is Status.PUBLISHING
    entry = session.scalars(
        select(Entry).where(Entry.stream == f"appeal:{appeal.number}", Entry.act == "approve")
    ).one()
    assert entry.data["despite"] == ["mobile"]
    assert entry.note is not None
    assert entry.note.text == "номер дан самим мастером"
    session.commit()
    card = client.get(f"/appeals/{appeal.number}").text
    assert "публикует текст вопреки проверке" in card


def test_the_check_while_typing_keeps_nothing_and_counts_places_as_a_browser_does(
    enter: Enter, session: Session, appeal: Appeal
) -> None:
    client = enter("anna")
    data = {
        "csrf_token": token(client, f"/appeals/{appeal.number}"),
        "text": "😀 Осуществлено. Уберём до 1 мая 2030 года.",
    }
    answer = client.post(f"/appeals/{appeal.number}/check", data=data)
    assert answer.status_code == 200
    assert 'data-from="3" data-to="15"' in answer.text
    assert "проще" in answer.text
    assert session.scalars(select(Answer)).all() == []


def test_whoever_may_not_write_here_gets_no_check_and_no_template(
    enter: Enter, session: Session, cast: Cast, appeal: Appeal, template: ReplyTemplate
) -> None:
    lying_with(session, appeal, cast.housing, cast)
    for login, allowed in (("anna", 200), ("dmitry", 200), ("vera", 404), ("galina", 403)):
        client = enter(login)
        assert client.get(f"/appeals/{appeal.number}/templates").status_code == allowed, login
        data = {"csrf_token": token(client, "/profile"), "text": "x"}
        assert client.post(f"/appeals/{appeal.number}/check", data=data).status_code == allowed, login


def test_without_scripts_a_template_is_put_at_the_end_filled_and_counted(
    enter: Enter, session: Session, appeal: Appeal, template: ReplyTemplate
) -> None:
    client = enter("anna")
    answer = do(client, appeal, "template", text="Добрый день!", answer_version="0", template=str(template.id))
    assert answer.status_code == 303
    saved = session.scalars(select(Answer)).one()
    assert saved.text.startswith("Добрый день!\n\nИрина, здравствуйте! Снег у ")
    session.refresh(template)
    assert template.used == 1
    session.commit()
    refused = do(client, appeal, "template", text="Добрый день!", answer_version="1", template="")
    assert (refused.status_code, "Выберите шаблон из списка" in refused.text) == (422, True)


def test_a_days_tick_decides_whether_the_promise_is_followed(
    enter: Enter, session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    client = enter("anna")
    today = datetime.now(settings.town_zone).date()
    soon, later = today + timedelta(days=3), today + timedelta(days=9)
    text = f"Ирина, здравствуйте! Снег на Кирова уберём до {soon:%d.%m.%Y}, лёд до {later:%d.%m.%Y}."
    shown = [soon.isoformat(), later.isoformat()]
    do(
        client,
        appeal,
        "answer",
        text=text,
        answer_version="0",
        purpose="interim",
        promise_shown=shown,
        promise=shown[:1],
    )
    card = client.get(f"/appeals/{appeal.number}").text
    assert f'value="{shown[0]}" checked' in card
    assert f'value="{shown[1]}">' in card
    do(client, appeal, "approval", text=text, answer_version="1", purpose="interim")
    minute = (datetime.now(settings.town_zone) - timedelta(seconds=1)).isoformat(timespec="seconds")
    do(client, appeal, "publication", link="https://vk.com/wall-1234_1?reply=9", at=minute[:19], purpose="interim")
    rows = promises.of_appeal(session, appeal.number)
    assert [(row.due_on, row.is_machine) for row in rows] == [(date.fromisoformat(shown[0]), False)]


def test_the_length_is_told_and_kept_in_the_units_of_the_network(
    enter: Enter, session: Session, town: Town, settings: Settings, appeal: Appeal
) -> None:
    place = {"network": Network.TELEGRAM, "place": Place.MESSAGE, "source_id": town.telegram.id, "branch": "tg:5"}
    told = arrive(
        session, town, settings, object_key="tg:5:2", reply_to={"chat_id": 5, "message_id": 2}, permalink=None, **place
    )
    client = enter("anna")
    for each, length in ((appeal, 10), (told, 20)):
        do(client, each, "answer", text="🙂" * 10, answer_version="0")
        assert f"{length} из 4\N{NO-BREAK SPACE}096 знаков" in client.get(f"/appeals/{each.number}").text
    refused = do(client, told, "approval", text="🙂" * 2_050, answer_version="1", purpose="final")
    assert refused.status_code == 422
    assert "4100" in refused.text
