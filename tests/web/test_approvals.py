"""What waits for agreement: whom it is shown to, and which buttons stand under it."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, routing
from incidents.records.appeals import Appeal
from incidents.rules.acts import Actor, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send


@pytest.fixture
def four_eyes(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "off"))


@pytest.fixture
def settings(settings: Settings, four_eyes: str) -> Settings:
    return settings.model_copy(update={"four_eyes": four_eyes})


def hand_in(
    session: Session,
    cast: Cast,
    settings: Settings,
    *,
    ago: int = 10,
    by_press: bool = False,
    text: str = "Подсыпали.",
    handed_in_ago: int = 0,
) -> Appeal:
    """An appeal of housing whose answer waits for approval."""
    now = datetime.now(UTC)
    at = now - timedelta(minutes=ago)
    words = intake.Incoming(Network.VK, Place.COMMENT, "Гололёд у школы", at, author_name="Олег Т.")
    appeal = intake.register(session, words, Actor("network:vk"), settings, now=at)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=at)
    answering.submit(
        session,
        appeal,
        cast.anna if by_press else cast.dmitry,
        text,
        now=now - timedelta(minutes=handed_in_ago),
        seen=None,
    )
    session.commit()
    return appeal


def test_the_nearest_deadline_stands_first_with_both_texts_and_the_writer(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    later = hand_in(session, cast, settings, ago=5, text="Второй ответ")
    sooner = hand_in(session, cast, settings, ago=90, text="Первый ответ")
    client = enter("anna")
    page = client.get("/approvals").text
    assert page.index(f'id="a{sooner.number}"') < page.index(f'id="a{later.number}"')
    for words in ("Гололёд у школы", "Первый ответ", "Дмитрий"):
        assert words in page
    assert f'action="/appeals/{sooner.number}/approval"' in page
    assert f'action="/appeals/{sooner.number}/return-to-writer"' in page
    assert f'name="version" value="{sooner.version}"' in page
    assert 'name="answer_version" value="1"' in page
    assert 'Согласование</span><span class="count">2</span>' in page


def test_a_head_is_asked_only_where_the_town_asks_heads(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    hand_in(session, cast, settings)
    page = enter("boris").get("/approvals").text
    assert "Гололёд у школы" not in page
    assert "согласует только пресс-служба" in page


@pytest.mark.parametrize("four_eyes", ["head_then_press"], indirect=True)
def test_the_head_agrees_first_and_then_the_press_sector_approves(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    appeal = hand_in(session, cast, settings)
    anna, boris = enter("anna"), enter("boris")
    assert "Начальник отдела ещё не согласовал" in anna.get("/approvals").text
    assert f'action="/appeals/{appeal.number}/endorsement"' in boris.get("/approvals").text
    assert "Гололёд" not in enter("vera").get("/approvals").text
    approving.endorse(session, appeal, cast.boris, now=datetime.now(UTC), version=1)
    session.commit()
    assert "endorsement" not in boris.get("/approvals").text
    after = anna.get("/approvals").text
    assert "начальник согласен" in after
    assert "aria-describedby" not in after.partition('class="texts-acts"')[2].partition("</form>")[0]


@pytest.mark.parametrize("four_eyes", ["press"], indirect=True)
def test_nobody_is_offered_to_approve_what_he_wrote(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    appeal = hand_in(session, cast, settings, by_press=True)
    own = enter("anna").get("/approvals").text
    assert f'disabled aria-describedby="why{appeal.number}"' in own
    assert "Вы писали этот текст" in own
    acts = enter("zoya").get("/approvals").text.partition('class="texts-acts"')[2].partition("</footer>")[0]
    assert "/approval" in acts
    assert "disabled" not in acts


def test_the_page_asks_a_fixed_number_of_questions(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter, app: Flask
) -> None:
    client = enter("anna")
    counts = []
    # The first time it also reads what a process keeps.
    for _ in range(3):
        for _ in range(6):
            hand_in(session, cast, settings)
        with statements(app) as asked:
            assert client.get("/approvals").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 12, asked


def test_an_empty_page_says_what_will_come_and_others_do_not_enter(cast: Cast, enter: Enter) -> None:
    assert "На согласовании пусто" in enter("anna").get("/approvals").text
    for login in ("dmitry", "galina", "elena"):
        assert enter(login).get("/approvals").status_code == 403


def test_words_that_came_after_the_text_are_shown_and_must_be_read_before_it_is_approved(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    appeal = hand_in(session, cast, settings)
    seen = {"version": str(appeal.version), "answer_version": "1", "next": "/approvals"}
    client = enter("anna")
    now = datetime.now(UTC)
    early = now - timedelta(minutes=9)
    before = intake.Incoming(Network.VK, Place.COMMENT, "Это на Кирова", early, author_name="Олег Т.")
    intake.join(session, appeal, before, Actor("network:vk"), now=early)
    seen["version"] = str(appeal.version)
    session.commit()
    page = client.get("/approvals").text
    assert "Это на Кирова" in page
    assert "дописал после этого текста" not in page
    more = intake.Incoming(Network.VK, Place.COMMENT, "И у детского сада тоже", now, author_name="Олег Т.")
    intake.join(session, appeal, more, Actor("network:vk"), now=now)
    session.commit()
    refused = send(client, f"/appeals/{appeal.number}/approval", page="/approvals", **seen)
    assert refused.status_code == 409
    assert "Гражданин тем временем написал ещё" in refused.text
    page = client.get("/approvals").text
    assert "дописал после этого текста" in page
    assert "И у детского сада тоже" in page
    session.refresh(appeal)
    agreed = seen | {"version": str(appeal.version)}
    session.commit()
    assert send(client, f"/appeals/{appeal.number}/approval", page="/approvals", **agreed).status_code == 303
    session.refresh(appeal)
    assert appeal.status is Status.PUBLISHING


@pytest.mark.parametrize("four_eyes", ["press"], indirect=True)
def test_an_approver_mends_in_place_the_author_sees_the_difference_agrees_and_the_approver_publishes(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    appeal = hand_in(session, cast, settings, text="Подсыпали утром, приходите ещё.")
    anna, dmitry = enter("anna"), enter("dmitry")
    seen = {"version": str(appeal.version), "answer_version": "1", "next": "/approvals?next=0"}
    act = f"/appeals/{appeal.number}"
    mended = send(anna, f"{act}/wording", page="/approvals", text="Подсыпали утром. Телефон 05.", **seen)
    assert (mended.status_code, mended.location) == (303, "/approvals?next=0")
    page = anna.get("/approvals?next=0").text
    assert "<del>утром, приходите ещё.</del><ins>утром. Телефон 05.</ins>" in page
    assert f'id="a{appeal.number}" aria-labelledby="t{appeal.number}" tabindex="-1" data-takes-focus' in page
    assert "когда с ним согласится другой его автор" in page
    card = dmitry.get(act).text
    assert "<ins>утром. Телефон 05.</ins>" in card
    assert "Согласующий изменил ваш текст" in dmitry.get("/notices").text
    agreed = {"version": str(appeal.version), "answer_version": "2"}
    refused = send(anna, f"{act}/approval", page="/approvals", **agreed)
    assert refused.status_code == 422
    assert send(dmitry, f"{act}/agreement", page="/profile", **agreed).status_code == 303
    assert "С этим текстом согласны: Дмитрий" in anna.get("/approvals").text
    assert send(anna, f"{act}/approval", page="/approvals", **agreed, next="/approvals?next=0").status_code == 303
    session.refresh(appeal)
    assert appeal.status is Status.PUBLISHING
    story = dmitry.get(act).text
    assert "<b>Дмитрий</b> подтверждает этот текст, редакция 2" in story


@pytest.mark.parametrize("four_eyes", ["press"], indirect=True)
def test_the_author_reads_from_when_he_may_publish_himself_and_then_does_so_by_a_click(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    session.info["town"] = settings.town
    early = hand_in(session, cast, settings, ago=60, by_press=True)
    late = hand_in(session, cast, settings, ago=115, by_press=True, handed_in_ago=30)
    anna, zoya = enter("anna"), enter("zoya")
    page = anna.get("/approvals").text
    assert "own-name" not in zoya.get("/approvals").text
    first, second = page.index(f'id="a{late.number}"'), page.index(f'id="a{early.number}"')
    may, may_not = page[first:second], page[second:]
    assert 'type="submit" aria-describedby="own' in may
    assert "согласующий молчал" in may
    assert 'type="submit" disabled aria-describedby="own' in may_not
    assert "можно с" in may_not
    seen = {"answer_version": "1", "next": "/approvals?next=0"}
    refused = send(anna, f"/appeals/{early.number}/own-name", page="/approvals", **seen)
    assert refused.status_code == 422
    assert "Опубликовать под своим именем можно с" in refused.text
    assert send(anna, f"/appeals/{late.number}/own-name", page="/approvals", **seen).status_code == 303
    assert "под своим именем: согласующий молчал 30 мин" in anna.get(f"/appeals/{late.number}").text.replace(
        "\xa0", " "
    )


def test_the_answer_is_shown_as_the_network_shows_it_with_its_links(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    hand_in(session, cast, settings, text="Подробно: https://town.example/roads.\n[club1|Город] <b>05</b>")
    page = enter("anna").get("/approvals").text
    assert '<span class="seen-link">https://town.example/roads</span>.' in page
    assert '<span class="seen-link">Город</span> &lt;b&gt;05&lt;/b&gt;' in page


def test_twenty_texts_stand_on_a_page_and_the_rest_behind_it(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    numbers = {hand_in(session, cast, settings, ago=ago).number for ago in range(10, 32)}
    client = enter("anna")
    first = client.get("/approvals").text
    behind = html.unescape(re.findall(r'href="(/approvals\?after=[^"]+)"', first)[0])
    second = client.get(behind).text
    shown = [
        {int(each) for each in re.findall(r'<article class="task texts" id="a(\d+)"', page)} for page in (first, second)
    ]
    assert (len(shown[0]), len(shown[1])) == (20, 2)
    assert shown[0] | shown[1] == numbers
    assert "<b>22</b>" in second
    for odd in ("x", "none_", "2026-13-01_5", "2026-01-01T00:00:00_5"):
        assert client.get("/approvals", query_string={"after": odd}).status_code == 200
