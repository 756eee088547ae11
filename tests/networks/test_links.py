"""Pasted links: however a link was copied, it leads to the same key that the webhook gives; anything odd is refused or kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.networks import telegram, vk
from incidents.networks.events import Said
from incidents.networks.links import LONGEST_KEY, BadLink, Link, recognise
from incidents.rules.places import Network, Place
from tests.cast import NOW
from tests.networks.payloads import TELEGRAM_PAGE, VK_PAGE, telegram_comment, vk_comment
from tests.networks.payloads import vk as envelope

COMMENT = Link(Network.VK, Place.COMMENT, "vk:wall-1234:r9", -1234, {"owner_id": -1234, "post_id": 6, "comment_id": 9})
POST = Link(Network.VK, Place.POST, "vk:wall-1234:p6", -1234, {"owner_id": -1234, "post_id": 6})


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://vk.com/wall-1234_6?reply=9", COMMENT),
        ("http://m.vk.com/wall-1234_6?reply=9&thread=4", COMMENT),
        ("https://vk.ru/wall-1234_6?thread=4&reply=9", COMMENT),
        ("  https://www.vk.com/town?w=wall-1234_6_r9  ", COMMENT),
        ("https://VK.com/feed?w=wall-1234_6", POST),
        ("https://vkontakte.ru/wall-1234_6", POST),
        ("https://vk.com/wall-1234_6?reply=", POST),
    ],
)
def test_a_vk_link_is_read_however_it_was_copied(url: str, link: Link) -> None:
    assert recognise(url) == link


def test_the_link_of_a_webhooks_words_leads_back_to_them() -> None:
    post = envelope("wall_post_new", {"id": 5, "from_id": 77, "owner_id": -1234, "date": 1, "text": "Яма"})
    for said in (
        vk.read(vk_comment(9, "Яма", NOW, parents_stack=[4]), VK_PAGE, NOW),
        vk.read(post, VK_PAGE, NOW),
        telegram.read(telegram_comment(9, "Яма", NOW), TELEGRAM_PAGE, NOW),
    ):
        assert isinstance(said, Said)
        assert said.permalink
        link = recognise(said.permalink)
        assert (link.key, link.place) == (said.object_key, said.place)
        assert set(link.reply_to.items()) <= set(said.reply_to.items())


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://ok.ru/group/1/topic/2", Network.OK),
        ("https://t.me/town/12?comment=3", Network.TELEGRAM),
        ("https://max.ru/x", Network.MAX),
        ("https://my.mail.ru/x", Network.MY_WORLD),
        ("https://vk.com/topic-1_2", Network.VK),
        ("https://evil.example/vk.com/wall-1_2", Network.OTHER),
        ("https://vk.com.evil.example/wall-1_2", Network.OTHER),
    ],
)
def test_other_places_are_known_by_their_network_and_link(url: str, network: Network) -> None:
    link = recognise(url)
    assert (link.network, link.place, link.reply_to) == (network, Place.ELSEWHERE, {})
    assert link.key.startswith("url:")


def test_the_simulators_addresses_are_the_networks_too() -> None:
    hosts = {"127.0.0.1:5000/vk": Network.VK, "127.0.0.1:5000/telegram": Network.TELEGRAM}
    assert recognise("http://127.0.0.1:5000/vk/wall-1234_6?reply=9", hosts) == COMMENT
    assert recognise("http://127.0.0.1:5000/telegram/c/55/7", hosts).key == "telegram:-10055:7"
    assert recognise("http://127.0.0.1:5001/vk/wall-1234_6", hosts).network is Network.OTHER


@pytest.mark.parametrize(
    "url",
    [
        "",
        "vk.com/wall-1_2",
        "javascript:alert(1)",
        "ftp://vk.com/wall-1_2",
        "https://",
        "http://[::1",
        "http://[vk]/",
        "https://vk.com/\x00wall-1_2",
        "https://vk.com/a\nb",
        "https://vk.com/" + "x" * 1000,
    ],
)
def test_what_is_no_link_is_refused_in_one_way(url: str) -> None:
    with pytest.raises(BadLink):
        recognise(url)


def test_a_number_too_long_to_be_one_is_no_comment() -> None:
    link = recognise("https://vk.com/wall-1_2?reply=" + "9" * 500)
    assert link.place is Place.ELSEWHERE
    assert len(link.key) == LONGEST_KEY


def test_two_long_links_that_begin_alike_are_two() -> None:
    start = "https://town.example/" + "x" * 300
    assert recognise(start + "?id=1").key != recognise(start + "?id=2").key


@given(st.one_of(st.text(), st.text().map("https://vk.com/wall-1_2".__add__), st.text().map("https://".__add__)))
def test_a_link_is_read_or_refused_and_nothing_else(url: str) -> None:
    try:
        link = recognise(url)
    except BadLink:
        return
    assert 0 < len(link.key) <= LONGEST_KEY
    assert "\x00" not in link.key
