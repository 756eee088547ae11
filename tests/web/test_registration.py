"""Registering by hand: what a link says, what is known already, what is typed twice."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incidents.flow import routing
from incidents.records.appeals import Appeal, Message
from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.web.registration import own_hosts
from tests.cast import GROUP_ID, Cast, Town
from tests.web.conftest import Enter, token

LINK = f"https://vk.com/wall-{GROUP_ID}_5?reply=17"


def register(client: FlaskClient, **fields: str) -> TestResponse:
    """Fill in the form and send it."""
    page = client.get("/registration").text
    name = page.partition('name="token" type="hidden" value="')[2].partition('"')[0]
    given = {"text": "Не горит фонарь", "token": name, **fields}
    return client.post("/registration", data={"csrf_token": token(client, "/registration"), **given})


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Appeal)) or 0


def test_a_link_to_our_page_tells_network_place_and_where_the_answer_goes(
    session: Session, town: Town, enter: Enter
) -> None:
    answer = register(enter("anna"), link=LINK, author_name="Марина К.", address="ул. Кирова")
    appeal = session.scalars(select(Appeal)).one()
    assert (answer.status_code, answer.location) == (303, f"/appeals/{appeal.number}")
    assert (appeal.network, appeal.place, appeal.source_id) == (Network.VK, Place.COMMENT, town.vk.id)
    message = session.scalars(select(Message)).one()
    assert message.reply_to == {"owner_id": -GROUP_ID, "post_id": 5, "comment_id": 17}
    assert appeal.object_key == f"vk:wall-{GROUP_ID}:r17"
    assert (appeal.author.name if appeal.author else "", appeal.address) == ("Марина К.", "ул. Кирова")


def test_a_link_to_a_strangers_page_is_answered_by_hand(session: Session, town: Town, enter: Enter) -> None:
    register(enter("anna"), link="https://vk.com/wall-99_5")
    appeal = session.scalars(select(Appeal)).one()
    assert (appeal.network, appeal.source_id) == (Network.VK, None)
    assert session.scalars(select(Message)).one().reply_to == {}


def test_a_known_post_is_shown_instead_of_a_second_appeal(session: Session, town: Town, enter: Enter) -> None:
    client = enter("anna")
    first = register(client, link=LINK)
    # The same comment, copied from the mobile site.
    again = register(client, link=LINK.replace("vk.com", "m.vk.ru"), text="Другие слова")
    assert again.location == first.location
    assert count(session) == 1
    page = client.get("/queue").text
    assert "Второго обращения нет" in page
    said = client.get("/registration/check", query_string={"link": LINK}).text
    assert f'href="{first.location}"' in said
    assert "Это уже зарегистрировано" in said


def test_a_link_counts_only_where_the_appeal_came_from_a_network(session: Session, town: Town, enter: Enter) -> None:
    """Its field is folded away elsewhere; what was pasted is kept for who comes back to it, and decides nothing."""
    client = enter("anna")
    register(client, link=LINK)
    register(client, link=LINK, channel="call", text="Звонят про то же")
    spoken = session.execute(select(Appeal.permalink, Appeal.network).where(Appeal.text == "Звонят про то же")).one()
    session.rollback()
    assert tuple(spoken) == (None, Network.OTHER)
    refused = register(client, link="ещё не ссылка", channel="call", text="")
    assert "ещё не ссылка" in refused.text


def test_a_form_sent_twice_is_one_appeal_also_without_a_link(session: Session, town: Town, enter: Enter) -> None:
    client = enter("anna")
    same = {"token": "a" * 32}
    first, second = register(client, **same), register(client, **same)
    assert first.location == second.location
    register(client)
    assert count(session) == 2


def test_a_call_is_no_network_and_its_clock_runs(session: Session, town: Town, enter: Enter) -> None:
    register(enter("anna"), topic=str(town.snow.id))
    appeal = session.scalars(select(Appeal)).one()
    assert (appeal.network, appeal.place) == (Network.OTHER, Place.ELSEWHERE)
    assert (appeal.topic_id, appeal.department_id) == (town.snow.id, town.snow.department_id)
    assert appeal.due_at == appeal.received_at + timedelta(hours=2)


def test_the_time_in_the_form_is_the_towns(session: Session, town: Town, enter: Enter, settings: Settings) -> None:
    local = (datetime.now(settings.town_zone) - timedelta(hours=3)).replace(second=0, microsecond=0)
    register(enter("anna"), posted_at=f"{local:%Y-%m-%dT%H:%M}")
    assert session.scalars(select(Appeal)).one().posted_at == local.astimezone(UTC)


def test_what_does_not_fit_is_said_beside_the_field_and_nothing_typed_is_lost(
    session: Session, town: Town, enter: Enter, settings: Settings
) -> None:
    later = datetime.now(settings.town_zone) + timedelta(hours=1)
    answer = register(
        enter("anna"), text="", link="ftp://vk.com/wall", author_name="Олег", posted_at=f"{later:%Y-%m-%dT%H:%M}"
    )
    assert answer.status_code == 422
    for words in ("Впишите, что гражданин", 'value="ftp://vk.com/wall"', 'value="Олег"', "Это время ещё не наступило"):
        assert words in answer.text, words
    assert count(session) == 0


def test_the_link_is_read_while_it_is_typed(town: Town, enter: Enter) -> None:
    client = enter("anna")

    def said(link: str) -> str:
        return client.get("/registration/check", query_string={"link": link}).text

    assert "звонок или личный приём" in said("")
    assert "ещё не ссылка" in said("vk.co")
    assert "от имени «ВК»" in said(LINK)
    assert "Ответ там разместит человек" in said("https://t.me/c/5/6")
    assert "Другой сайт" in said("https://example.org/news?id=1")


def test_a_mirror_or_simulator_in_the_settings_is_its_network(settings: Settings) -> None:
    assert own_hosts(settings) == {}
    played = settings.model_copy(update={"vk_web_url": "http://127.0.0.1:9/vk"})
    assert own_hosts(played) == {"127.0.0.1:9/vk": Network.VK}


def test_only_the_press_sector_registers(cast: Cast, enter: Enter) -> None:
    for login in ("boris", "dmitry", "vera", "galina", "elena"):
        client = enter(login)
        for path in ("/registration", "/registration/check?link=x"):
            assert client.get(path).status_code == 403, login
        assert client.post("/registration", data={"csrf_token": token(client, "/profile")}).status_code == 403


def help_with(client: FlaskClient, **typed: str) -> str:
    """What the page tells while this stands in the form."""
    return client.post("/registration/help", data={"csrf_token": token(client, "/registration"), **typed}).text


def test_while_one_types_the_topic_the_author_and_like_appeals_are_told(
    session: Session, town: Town, enter: Enter
) -> None:
    client = enter("anna")
    assert "появятся тема" in help_with(client)
    words = "Во дворе снег, сугроб по колено, трактор не приезжал"
    first = register(client, text=words, channel="call", author_name="Марина Калинина", phone="8 (914) 123-45-67")
    told = help_with(client, text="Снег во дворе, сугроб, трактор не едет", phone="+7 914 123 45 67")
    assert f'data-topic="{town.snow.id}"' in told
    assert "1 похожее обращение за две недели" in told
    assert "похоже, оно же" in help_with(client, text=words)
    assert 'data-address="ул. Кирова, 40"' in help_with(client, text="Темно на улице Кирова 40, фонарь")
    assert f'href="{first.location}"' in told
    assert 'data-author_name="Марина Калинина" data-phone="+79141234567"' in told
    assert "Марина Калинина" in help_with(client, author_name="калинина")
    assert "Марина" not in help_with(client, author_name="Ольга", text="Когда откроют бассейн на набережной?")


def test_a_caller_is_known_again_by_the_telephone_and_can_be_called_back(
    session: Session, town: Town, enter: Enter
) -> None:
    client = enter("anna")
    first = register(client, channel="call", author_name="Олег", phone="89141234567")
    register(client, channel="call", author_name="Олег Т.", phone="+7 (914) 123-45-67")
    appeals = session.scalars(select(Appeal).order_by(Appeal.number)).all()
    session.commit()
    assert [each.kind for each in appeals] == [Kind.HOT_LINE] * 2
    assert appeals[0].author_id == appeals[1].author_id is not None
    card = client.get(first.location).text
    assert '<a href="tel:+79141234567">+79141234567</a>' in card
    assert "<b>Анна</b> регистрирует звонок" in card
    refused = register(client, channel="call", phone="позвоню сам")
    assert refused.status_code == 422
    assert "Это не номер телефона" in refused.text
    assert 'value="позвоню сам"' in refused.text


def test_a_hot_line_keeps_its_name_way_and_time_and_each_question_can_be_taken_back(
    session: Session, town: Town, enter: Enter, settings: Settings
) -> None:
    client = enter("anna")
    began = (datetime.now(settings.town_zone) - timedelta(hours=1)).replace(second=0, microsecond=0)
    common = {
        "line": "1",
        "line_name": "Прямая линия главы",
        "channel": "call",
        "received_at": f"{began:%Y-%m-%dT%H:%M}",
    }
    for words in ("Нет света на Кирова", "Не ходит автобус"):
        answer = register(client, text=words, then="next", **common)
        assert answer.location == "/registration?line=1"
    page = client.get("/registration?line=1").text
    assert 'value="Прямая линия главы"' in page
    assert f'value="{began:%Y-%m-%dT%H:%M}"' in page
    assert 'value="call" checked' in page
    assert "Только что введены: 2" in page
    last, first = session.scalars(select(Appeal).order_by(Appeal.number.desc())).all()
    assert page.index(f"№ {last.number}") < page.index(f"№ {first.number}")
    assert last.received_at == began.astimezone(UTC)
    session.commit()
    assert "Прямая линия главы" in client.get(f"/appeals/{last.number}").text
    undo = {"csrf_token": token(client, "/registration"), "line": "1"}
    zoya = enter("zoya")
    zoya.post(f"/registration/{last.number}/undo", data={"csrf_token": token(zoya, "/registration")})
    assert "Отменить может тот, кто ввёл" in zoya.get("/registration").text
    back = client.post(f"/registration/{last.number}/undo", data=undo)
    assert back.location == f"/registration?line=1&again={last.number}"
    again = client.get(back.location).text
    assert "Не ходит автобус</textarea>" in again
    assert "отменено" in again
    session.refresh(last)
    session.refresh(first)
    session.commit()
    assert (last.status, first.status) == (Status.REJECTED, Status.NEW)
    client.post("/registration/end", data={"csrf_token": undo["csrf_token"]})
    assert "Прямая линия главы" not in client.get("/registration?line=1").text


def test_what_somebody_works_on_is_not_taken_back(session: Session, town: Town, cast: Cast, enter: Enter) -> None:
    client = enter("anna")
    register(client)
    appeal = session.scalars(select(Appeal)).one()
    routing.take(session, appeal, cast.zoya, now=datetime.now(UTC))
    session.commit()
    client.post(f"/registration/{appeal.number}/undo", data={"csrf_token": token(client, "/registration")})
    assert "Отменить можно 10 минут" in client.get("/registration").text
    session.refresh(appeal)
    assert appeal.status is Status.IN_PROGRESS
    session.commit()
    assert client.post("/registration/999/undo", data={"csrf_token": token(client, "/registration")}).status_code == 404
