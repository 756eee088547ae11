"""Pictures that citizens attach: fetched from their network over a real socket, made anew, and never from anywhere else."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import lookups
from incidents.flow import cleaning, picturing, vault
from incidents.networks import fetching, telegram, vk
from incidents.networks.events import Said
from incidents.records.appeals import Appeal
from incidents.records.pictures import Picture
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.simulator import Simulator, telegram_events, vk_events
from tests.cast import GROUP_ID, NOW, Town
from tests.flow.conftest import Shop
from tests.flow.test_attaching import photo
from tests.networks.payloads import TELEGRAM_PAGE, VK_PAGE
from tests.networks.payloads import vk as envelope
from tests.web.cards import arrive

BOT_TOKEN = "7000:letters"


def pictures(session: Session) -> list[Picture]:
    found = list(session.scalars(select(Picture).order_by(Picture.id).execution_options(populate_existing=True)))
    session.commit()
    return found


def with_photo(session: Session, town: Town, settings: Settings, url: str) -> Appeal:
    return arrive(session, town, settings, attachments=({"type": "photo", "url": url},))


@pytest.fixture
def town_of_sim(settings: Settings, sim: Simulator) -> Settings:
    return settings.model_copy(update={"vk_api_url": sim.vk_url, "telegram_api_url": sim.telegram_url})


def test_the_pictures_of_a_comment_come_are_cleaned_and_kept_once(
    session: Session, town: Town, town_of_sim: Settings, sim: Simulator, shop: Shop
) -> None:
    group = sim.vk_community(group_id=GROUP_ID, token="group-token")
    comment = group.comment(group.post("Снег"), "Мария", "Двор", pictures=(photo(2_000, 1_000), photo(90, 60)))
    said = vk.read(envelope("wall_reply_new", vk_events.comment_object(comment)), VK_PAGE, NOW)
    assert isinstance(said, Said)
    # A video and a second time the same event change nothing.
    arrive(session, town, town_of_sim, attachments=(*said.attachments, {"type": "video", "url": None}))
    assert [each.digest for each in pictures(session)] == [None, None]
    assert lookups.fetch_pictures(shop(town_of_sim)) == 2
    large, small = pictures(session)
    assert (large.width, large.height, large.ask_at, large.code) == (800, 1_600, None, None)
    for kept, longest in ((large.picture, 1_600), (large.thumbnail, 320), (small.picture, 90)):
        again = Image.open(BytesIO(kept or b""))
        assert (again.format, max(again.size), dict(again.getexif())) == ("JPEG", longest, {})
    session.commit()
    assert lookups.fetch_pictures(shop(town_of_sim)) == 0


@pytest.mark.parametrize("as_file", [False, True], ids=["as a photo", "as a file"])
def test_telegram_is_asked_for_its_file_in_the_name_of_the_bot(
    session: Session, town: Town, town_of_sim: Settings, sim: Simulator, shop: Shop, as_file: bool
) -> None:
    town.telegram.sealed_token = vault.seal(town_of_sim.key, BOT_TOKEN)
    message = sim.telegram_bot(token=BOT_TOKEN).message("Мария", "Двор", picture=photo(90, 60))
    update: dict[str, Any] = telegram_events.update_json(1, "message", message)
    if as_file:
        largest = update["message"].pop("photo")[-1]
        update["message"]["document"] = {**largest, "mime_type": "image/jpeg", "file_name": "двор.jpg"}
    said = telegram.read(update, TELEGRAM_PAGE, NOW)
    assert isinstance(said, Said)
    place = {"network": Network.TELEGRAM, "place": Place.MESSAGE, "source_id": town.telegram.id, "permalink": None}
    arrive(session, town, town_of_sim, **place, object_key=said.object_key, attachments=said.attachments)
    assert lookups.fetch_pictures(shop(town_of_sim)) == 1
    [kept] = pictures(session)
    assert (kept.width, kept.height) == (60, 90), "upright, as the camera says"


@pytest.mark.parametrize(
    "url",
    [
        "http://sun9-1.userapi.com/a.jpg",
        "https://userapi.com.elsewhere.example/a.jpg",
        "https://notuserapi.com/a.jpg",
        "https://userapi.com@127.0.0.1/a.jpg",
        "https://userapi.com:8443/a.jpg",
        "https://169.254.169.254/latest",
        "https://[::1/a.jpg",
        "file:///etc/passwd",
    ],
)
def test_no_other_address_is_asked_whatever_an_event_says(
    session: Session, town: Town, settings: Settings, shop: Shop, url: str
) -> None:
    # The seals would stop a request too, but by an error and not by this code.
    with_photo(session, town, settings, url)
    assert lookups.fetch_pictures(shop(settings)) == 1
    [given_up] = pictures(session)
    assert (given_up.code, given_up.ask_at, given_up.digest) == ("picture_elsewhere", None, None)


@pytest.mark.parametrize(
    "url", ["https://sun9-1.userapi.com/a.jpg", "https://userapi.com/a.jpg", "https://USERAPI.com./a"]
)
def test_hosts_of_the_network_and_all_below_them_are_known(url: str) -> None:
    assert fetching.is_of(url, ("userapi.com", "vkuserphoto.ru"))


def test_a_busy_server_is_asked_again_later_and_at_last_no_more(
    session: Session, town: Town, settings: Settings, shop: Shop, httpserver: HTTPServer
) -> None:
    here = settings.model_copy(update={"vk_api_url": httpserver.url_for("/vk")})
    httpserver.expect_request("/vk/a.jpg").respond_with_data("busy", status=503)
    with_photo(session, town, here, httpserver.url_for("/vk/a.jpg"))
    pauses: list[timedelta | None] = []
    for _ in range(len(picturing.PAUSES) + 1):
        before = datetime.now(UTC)
        assert lookups.fetch_pictures(shop(here)) == 1
        assert lookups.fetch_pictures(shop(here)) == 0, "it waits"
        [waiting] = pictures(session)
        assert waiting.code == "http_503"
        pauses.append(waiting.ask_at - before if waiting.ask_at else None)
        if waiting.ask_at:
            waiting.ask_at = before - timedelta(seconds=1)
            session.commit()
    assert pauses[-1] is None, "given up"
    for pause, meant in zip(pauses[:-1], picturing.PAUSES, strict=True):
        assert pause is not None
        assert meant <= pause < meant + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("status", "body", "code"), [(200, b"<html>", "photo_unread"), (404, b"", "http_404"), (302, b"", "http_302")]
)
def test_what_is_no_picture_is_given_up_at_once(
    session: Session,
    town: Town,
    settings: Settings,
    shop: Shop,
    httpserver: HTTPServer,
    status: int,
    body: bytes,
    code: str,
) -> None:
    here = settings.model_copy(update={"vk_api_url": httpserver.url_for("/vk")})
    httpserver.expect_request("/vk/a.jpg").respond_with_data(body, status=status, headers={"Location": "/vk/b.jpg"})
    with_photo(session, town, here, httpserver.url_for("/vk/a.jpg"))
    assert lookups.fetch_pictures(shop(here)) == 1
    [given_up] = pictures(session)
    assert (given_up.code, given_up.ask_at) == (code, None)
    assert len(httpserver.log) == 1, "nobody is followed elsewhere"


def test_no_more_is_read_than_a_picture_may_hold(
    session: Session,
    town: Town,
    settings: Settings,
    shop: Shop,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 1_000)
    here = settings.model_copy(update={"vk_api_url": httpserver.url_for("/vk")})
    httpserver.expect_request("/vk/a.jpg").respond_with_data(photo(900, 600))
    with_photo(session, town, here, httpserver.url_for("/vk/a.jpg"))
    lookups.fetch_pictures(shop(here))
    assert [each.code for each in pictures(session)] == ["picture_large"]


def test_a_file_that_breaks_the_decoder_is_given_up_and_stops_no_other(
    session: Session, town: Town, town_of_sim: Settings, sim: Simulator, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean, poison = cleaning.clean, photo(90, 60)

    def fragile(data: bytes) -> cleaning.Cleaned:
        if data == poison:
            raise EOFError("a decoder's own words")
        return clean(data)

    monkeypatch.setattr(cleaning, "clean", fragile)
    shots = sim.gallery.keep_all((poison, photo(120, 60)))
    arrive(session, town, town_of_sim, attachments=[{"type": "photo", "url": shot.url} for shot in shots])
    assert lookups.fetch_pictures(shop(town_of_sim)) == 2
    broken, good = pictures(session)
    assert (broken.code, broken.ask_at, broken.digest) == ("stumbled", None, None)
    assert good.digest is not None
