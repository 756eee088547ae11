"""Telegram, inbound: Updates of a bot as events. Facts: reference/networks.md, section 2 (Bot API 10.1).

Private messages to the bot, and messages of the discussion group, where comments under a channel's posts live. Telegram
says nothing of deleted messages.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from incidents.networks.events import UNREADABLE, Edited, Event, Ignored, Page, Posted, Said, Unknown
from incidents.networks.posts import telegram_key
from incidents.rules.places import Place

_NOTHING_TO_US = (
    "channel_post",
    "edited_channel_post",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "chat_boost",
    "removed_chat_boost",
    "shipping_query",
    "pre_checkout_query",
)
_MEDIA = ("photo", "video", "document", "voice", "audio", "video_note", "sticker", "animation", "location", "contact")
#: Telegram itself, which copies a channel's posts into the discussion group.
_TELEGRAM = 777000


def read(payload: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    """The event in one update. What cannot be read is `Unknown`, never an error: it is kept for a person."""
    for kind in _NOTHING_TO_US:
        if payload.get(kind):
            return Ignored(kind)
    try:
        if payload.get("edited_message"):
            return _edited(payload["edited_message"], page)
        if payload.get("message"):
            return _message(payload["message"], page)
    except UNREADABLE:
        return Unknown("message")
    return Unknown(next((key for key in payload if key != "update_id"), "empty"))


def message_link(page: Page, chat: Mapping[str, Any], message_id: int, thread: int | None) -> str | None:
    """Where people open a message of a group; private dialogs have no address."""
    if chat.get("type") == "private":
        return None
    tail = f"?thread={thread}" if thread else ""
    if chat.get("username"):
        return f"{page.web_url}/{chat['username']}/{message_id}{tail}"
    return f"{page.web_url}/c/{str(chat['id']).removeprefix('-100')}/{message_id}{tail}"


def _edited(message: Mapping[str, Any], page: Page) -> Event:
    if message.get("is_automatic_forward") or _is_ours(message, page):
        return Ignored("own_edit")
    at = message.get("edit_date") or message["date"]
    return Edited(_key(message), _text(message), _moment(at))


def _message(message: Mapping[str, Any], page: Page) -> Event:
    text, attachments = _text(message), _attachments(message)
    if message.get("is_automatic_forward") or (message.get("from") or {}).get("id") == _TELEGRAM:
        return _posted(message, page, text)
    if not text and not attachments:
        return Ignored("service")
    chat = message["chat"]
    is_private = chat.get("type") == "private"
    if is_private and text.startswith("/start"):
        return Ignored("command")
    author = message.get("sender_chat") or message.get("from") or chat
    thread = message.get("message_thread_id")
    return Said(
        object_key=_key(message),
        place=Place.MESSAGE if is_private else Place.COMMENT,
        conversation=f"dm:{chat['id']}" if is_private else f"chat{chat['id']}:{thread or ''}:{author['id']}",
        branch=f"dm:{chat['id']}" if is_private else _branch(message),
        author_id=str(author["id"]),
        author_name=_name(author),
        author_url=f"{page.web_url}/{author['username']}" if author.get("username") else None,
        text=text,
        posted_at=_moment(message["date"]),
        permalink=message_link(page, chat, message["message_id"], thread),
        reply_to={
            "chat_id": chat["id"],
            "message_id": message["message_id"],
            "chat_type": chat.get("type"),
            "username": chat.get("username"),
            "thread_id": thread,
        },
        attachments=attachments,
        is_ours=_is_ours(message, page),
        external_id=str(message["message_id"]),
        answers=_answered_key(message),
    )


def _posted(message: Mapping[str, Any], page: Page, text: str) -> Event:
    """The copy of a channel's post in the discussion group: the comments that follow stand under it."""
    chat = message.get("chat")
    if not chat:
        return Ignored("own_post")
    key = telegram_key(int(chat["id"]), int(message["message_id"]))
    return Posted(key, text, _moment(message["date"]), message_link(page, chat, message["message_id"], None))


def _is_ours(message: Mapping[str, Any], page: Page) -> bool:
    """The bot, or the group or its channel speaking: an administrator who answers anonymously."""
    sender_chat = message.get("sender_chat") or {}
    if sender_chat.get("id") == message["chat"]["id"]:
        return True
    above = message.get("reply_to_message") or {}
    speaks_as_channel = bool(sender_chat) and sender_chat.get("id") == (above.get("sender_chat") or {}).get("id")
    # A citizen's own channel may answer itself; only the copy of an official post proves that the channel is ours.
    return (message.get("from") or {}).get("id") == page.external_id or (
        speaks_as_channel and bool(above.get("is_automatic_forward"))
    )


def _branch(message: Mapping[str, Any]) -> str:
    """A reply to a message stands in its branch; a reply to the post's copy begins a branch of its own."""
    above = message.get("reply_to_message") or {}
    is_under_words = above and not above.get("is_automatic_forward") and not above.get("forum_topic_created")
    root = above["message_id"] if is_under_words else message["message_id"]
    return f"chat{message['chat']['id']}:{root}"


def _answered_key(message: Mapping[str, Any]) -> str | None:
    above = message.get("reply_to_message")
    return f"telegram:{message['chat']['id']}:{above['message_id']}" if above else None


def _key(message: Mapping[str, Any]) -> str:
    return f"telegram:{int(message['chat']['id'])}:{int(message['message_id'])}"


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _name(author: Mapping[str, Any]) -> str:
    if author.get("title"):
        return str(author["title"])
    return f"{author.get('first_name') or ''} {author.get('last_name') or ''}".strip()


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _attachments(message: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    # Telegram gives files by id and the bot's token only: the link leads to the message itself.
    return tuple(_attached(kind, message[kind]) for kind in _MEDIA if message.get(kind))


def _attached(kind: str, thing: Any) -> Mapping[str, Any]:
    """A picture with the id of its largest size, also where it was sent as a file; of anything else the kind."""
    if kind == "document" and str(thing.get("mime_type")).startswith("image/"):
        kind, thing = "photo", [thing]
    if kind != "photo":
        return {"type": kind, "url": None}
    largest = max(thing, key=lambda size: size.get("width") or 0)
    return {"type": kind, "url": None, "file_id": str(largest["file_id"])}
