"""Registering by hand: what a link says, what is known already, what is typed twice."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incidents.records.appeals import Appeal, Message
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
