"""What the networks send, as they send it: envelopes for the tests, and the sample files of others where they are at hand."""

import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from incidents.networks.events import Page
from tests.cast import BOT_ID, GROUP_ID

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "payloads"
VK_PAGE = Page(GROUP_ID, None, "https://vk.com")
TELEGRAM_PAGE = Page(BOT_ID, "town_bot", "https://t.me")
POST, CITIZEN, ADMIN_OF_GROUP = 6, 77, 1087968824
SUPERGROUP = -1001234567890

Payload = dict[str, Any]


def vk(kind: str, thing: Payload, **more: Any) -> Payload:
    """An envelope of VK's Callback API."""
    return {"type": kind, "object": thing, "group_id": GROUP_ID, "v": "5.199", **more}


def vk_comment(
    number: int, text: str, at: datetime, *, author: int = CITIZEN, kind: str = "wall_reply_new", **more: Any
) -> Payload:
    """A comment under a post of the town's page."""
    thing = {"id": number, "from_id": author, "date": int(at.timestamp()), "text": text, "post_id": POST}
    return vk(kind, {**thing, "owner_id": -GROUP_ID, "parents_stack": [], **more})


def vk_message(
    number: int, text: str, at: datetime, *, peer: int = CITIZEN, kind: str = "message_new", **more: Any
) -> Payload:
    """A message of a citizen to the community, or (out) of the community to a citizen."""
    author = -GROUP_ID if more.get("out") else peer
    message: Payload = {"id": 900 + number, "conversation_message_id": number, "from_id": author, "peer_id": peer}
    message |= {"date": int(at.timestamp()), "text": text, "random_id": 0, "out": 0, **more}
    return vk(kind, {"message": message, "client_info": {}} if kind == "message_new" else message)


def telegram_message(number: int, text: str, at: datetime, kind: str = "message", /, **more: Any) -> Payload:
    """A private message to the bot; `more` overrides, for instance the chat."""
    author = {"id": CITIZEN, "is_bot": False, "first_name": "Мария", "last_name": "Иванова"}
    message: Payload = {"message_id": number, "date": int(at.timestamp()), "text": text, "from": author}
    message |= {"chat": {"id": CITIZEN, "type": "private", "first_name": "Мария"}, **more}
    return {"update_id": 1000 + number, kind: message}


def telegram_comment(number: int, text: str, at: datetime, *, under: int = 50, **more: Any) -> Payload:
    """A message in the discussion group, under the copy of the channel's post."""
    copy: Payload = {"message_id": under, "date": 0, "is_automatic_forward": True, "chat": {"id": SUPERGROUP}}
    copy |= {"sender_chat": {"id": -100777, "type": "channel", "title": "Город"}}
    chat = {"id": SUPERGROUP, "type": "supergroup", "title": "Обсуждение"}
    place: Payload = {"chat": chat, "message_thread_id": under, "reply_to_message": copy}
    return telegram_message(number, text, at, **(place | more))


def samples(network: str) -> list[tuple[str, Payload]]:
    """Every sample file of a network by its name, wrapped as the network would send it; skips the test where none are at hand."""
    files = sorted((SAMPLES / network).glob("*.json"))
    if not files:
        pytest.skip(f"no samples of others here: {SAMPLES.name}/{network}")
    return [(file.stem, wrapped(network, file)) for file in files]


def wrapped(network: str, file: Path) -> Payload:
    """One file as its network would send it: VK adds event_id and secret, a bare Telegram message goes into an update."""
    body: Payload = json.loads(file.read_text(encoding="utf-8"))
    if network == "vk":
        return {**body, "event_id": f"sample-{file.stem}"[:70], "secret": "vk-secret"}
    return body if "update_id" in body else {"update_id": zlib.crc32(file.stem.encode()), "message": body}
