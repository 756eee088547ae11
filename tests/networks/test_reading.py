"""What readers make of what networks send: never an error, whatever arrives, and one key for one thing."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.networks import telegram, vk
from incidents.networks.events import Deleted, Edited, Event, Ignored, Page, Posted, Restored, Said, Unknown
from incidents.networks.posts import key_of
from incidents.rules.places import Place
from tests.cast import BOT_ID, GROUP_ID, NOW
from tests.networks.payloads import (
    ADMIN_OF_GROUP,
    SUPERGROUP,
    TELEGRAM_PAGE,
    VK_PAGE,
    Payload,
    samples,
    telegram_comment,
    telegram_message,
    vk_comment,
    vk_message,
)
from tests.networks.payloads import vk as envelope

Read = Callable[[Payload, Page, datetime], Event]
EVENTS = Said | Posted | Edited | Deleted | Restored | Ignored | Unknown


def read_vk(payload: Payload) -> Event:
    return vk.read(payload, VK_PAGE, NOW)


def read_telegram(payload: Payload) -> Event:
    return telegram.read(payload, TELEGRAM_PAGE, NOW)


def test_every_sample_of_vk_is_read() -> None:
    for name, payload in samples("vk"):
        event = read_vk(payload)
        assert isinstance(event, EVENTS), name
        if payload.get("type") in ("wall_reply_new", "message_new", "board_post_new", "photo_comment_new"):
            assert isinstance(event, Said), name


def test_every_sample_of_telegram_is_read() -> None:
    for name, payload in samples("telegram"):
        assert isinstance(read_telegram(payload), EVENTS), name


WORDS = [
    vk_comment(9, "Яма", NOW, attachments=[{"type": "photo", "photo": {"sizes": [{"width": 1, "url": "https://x"}]}}]),
    vk_comment(9, "Яма", NOW, parents_stack=[4], reply_to_comment=4),
    vk_comment(9, "Яма", NOW, kind="wall_reply_edit"),
    vk_comment(9, "", NOW, kind="wall_reply_delete"),
    vk_comment(9, "Яма", NOW, kind="photo_comment_new", photo_id=3, photo_owner_id=-GROUP_ID),
    vk_message(9, "Яма", NOW),
    envelope("wall_post_new", {"id": 5, "from_id": 77, "owner_id": -GROUP_ID, "date": 1, "text": "Яма"}),
    telegram_message(9, "Яма", NOW),
    telegram_comment(9, "Яма", NOW, sender_chat={"id": -1005, "title": "Канал", "username": "u"}),
    telegram_message(9, "Яма", NOW, "edited_message", edit_date=5),
    telegram_message(9, "", NOW, photo=[{"file_id": "x"}], caption="Яма"),
]
HUGE = 10**400
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 2**31, 2**63, 10**18, HUGE, -HUGE, 1e308, float("inf"), "", "\x00", "12", "²", "x" * 3000]),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"id": None, "from_id": {}, "text": []}),
)


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a JSON value."""
    found = [above] if above else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found += places(inner, (*above, name))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Payload:
    """A payload with one to three values replaced by what does not belong there, or gone."""
    payload = copy.deepcopy(draw(st.sampled_from(WORDS)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(payload)))
        inside: Any = payload
        try:
            for step in way:
                inside = inside[step]
            if draw(st.booleans()):
                inside[last] = copy.deepcopy(draw(STRANGE))
            else:
                del inside[last]
        except (LookupError, TypeError):
            continue
        if not places(payload):
            break
    return payload


@settings(max_examples=600)
@given(mutated())
def test_no_mutation_is_an_error(payload: Payload) -> None:
    assert isinstance(read_vk(payload), EVENTS)
    assert isinstance(read_telegram(payload), EVENTS)


@given(st.recursive(STRANGE, lambda inner: st.dictionaries(st.text(max_size=3), inner), max_leaves=8))
def test_nothing_at_all_is_an_error(thing: Any) -> None:
    for kind in ("wall_reply_new", "message_new", "wall_post_new", "wall_reply_delete", "board_post_edit"):
        assert isinstance(read_vk({"type": kind, "object": thing}), EVENTS)
    for kind in ("message", "edited_message", "channel_post"):
        assert isinstance(read_telegram({"update_id": 1, kind: thing}), EVENTS)


@pytest.mark.parametrize("name", ["id", "from_id", "date", "post_id"])
@pytest.mark.parametrize("value", [None, [], {}, "x", float("inf")])
def test_a_comment_without_its_bones_is_unknown(name: str, value: Any) -> None:
    payload = vk_comment(9, "Яма", NOW)
    payload["object"][name] = value
    assert read_vk(payload) == Unknown("wall_reply_new")


@pytest.mark.parametrize("name", ["message_id", "date", "chat"])
@pytest.mark.parametrize("value", [None, [], "x", float("inf")])
def test_a_message_without_its_bones_is_unknown(name: str, value: Any) -> None:
    payload = telegram_message(9, "Яма", NOW)
    payload["message"][name] = value
    assert read_telegram(payload) == Unknown("message")


def test_a_comment_is_told_whole() -> None:
    said = read_vk(vk_comment(9, "Яма<br>во дворе", NOW, parents_stack=[4], reply_to_comment=4))
    assert isinstance(said, Said)
    assert (said.object_key, said.place, said.text) == (f"vk:wall-{GROUP_ID}:r9", Place.COMMENT, "Яма\nво дворе")
    assert said.permalink == f"https://vk.com/wall-{GROUP_ID}_6?reply=9&thread=4"
    assert said.reply_to == {"owner_id": -GROUP_ID, "post_id": 6, "comment_id": 9}
    assert (said.answers, said.branch) == (f"vk:wall-{GROUP_ID}:r4", f"wall_reply-{GROUP_ID}_6:4")
    assert said.posted_at == NOW
    assert not said.is_ours


@pytest.mark.parametrize(
    ("payload", "is_ours"),
    [
        (vk_comment(9, "Ответ", NOW, author=-GROUP_ID), True),
        (vk_comment(9, "Слово", NOW, author=-99), False),
        (vk_message(9, "Ответ", NOW, out=1, kind="message_reply"), True),
        (vk_message(9, "Ответ", NOW, out=1), True),
        (vk_message(9, "Слово", NOW), False),
    ],
)
def test_what_the_community_wrote_itself_is_ours(payload: Payload, is_ours: bool) -> None:
    said = read_vk(payload)
    assert isinstance(said, Said)
    assert said.is_ours is is_ours


@pytest.mark.parametrize(
    ("more", "is_ours"),
    [
        ({}, False),
        ({"sender_chat": {"id": SUPERGROUP}, "from": {"id": ADMIN_OF_GROUP}}, True),
        ({"sender_chat": {"id": -100777}}, True),
        ({"sender_chat": {"id": -100888}}, False),
        ({"from": {"id": BOT_ID}}, True),
    ],
)
def test_an_anonymous_administrator_and_the_channel_are_ours(more: Payload, is_ours: bool) -> None:
    said = read_telegram(telegram_comment(9, "Слово", NOW, **more))
    assert isinstance(said, Said)
    assert said.is_ours is is_ours


@pytest.mark.parametrize(
    "payload",
    [
        {"update_id": 1, "my_chat_member": {"chat": {"id": 1}}},
        telegram_message(1, "/start", NOW),
        telegram_message(1, "", NOW, new_chat_members=[{}]),
        telegram_message(1, "Пост", NOW) | {"message": {"date": 1, "from": {"id": 777000}, "text": "Пост"}},
    ],
)
def test_what_says_nothing_to_us_is_ignored(payload: Payload) -> None:
    assert isinstance(read_telegram(payload), Ignored)


def test_a_post_of_the_page_is_kept_under_the_name_its_comments_give_it() -> None:
    post = envelope("wall_post_new", {"id": 5, "owner_id": -GROUP_ID, "from_id": -GROUP_ID, "date": 9, "text": "Снег"})
    comment = read_vk(vk_comment(9, "Яма", NOW, post_id=5))
    copied = read_telegram(telegram_message(4, "Пост", NOW, is_automatic_forward=True, chat={"id": SUPERGROUP}))
    under = read_telegram(telegram_comment(9, "Яма", NOW, message_thread_id=4))
    for posted, said in ((read_vk(post), comment), (copied, under)):
        assert isinstance(posted, Posted)
        assert isinstance(said, Said)
        assert posted.key == key_of(said.reply_to)
    assert key_of({"peer_id": 7}) is None


def test_edits_deletions_and_returns_name_the_words_they_mean() -> None:
    key = f"vk:wall-{GROUP_ID}:r9"
    assert read_vk(vk_comment(9, "Иначе", NOW, kind="wall_reply_edit")) == Edited(key, "Иначе", NOW)
    assert read_vk(vk_comment(9, "", NOW, kind="wall_reply_delete")) == Deleted(key, NOW)
    assert read_vk(vk_comment(9, "Яма", NOW, kind="wall_reply_restore")) == Restored(key, NOW)
    edited = read_telegram(telegram_message(9, "Иначе", NOW, "edited_message", edit_date=5))
    assert edited == Edited("telegram:77:9", "Иначе", datetime.fromtimestamp(5, UTC))
