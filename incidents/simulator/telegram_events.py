"""Telegram's words for what happens: users, chats, messages and updates as JSON of the Bot API.

Pure; channels.py (what happens) and telegram.py (answers of the API) call it.
"""

from dataclasses import dataclass, field

from incidents.simulator.gallery import Shot
from incidents.simulator.towns import Person

JSON = dict[str, object]

#: The account which brings a channel's post into its discussion group.
SERVICE: JSON = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
#: The account behind which administrators of a group write anonymously.
ANONYMOUS: JSON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@dataclass(eq=False)
class Chat:
    """A private chat, a channel or a discussion group; `messages` by message_id."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    person: Person | None = None
    members: int = 2
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_id: int = 0


@dataclass(eq=False)
class Message:
    """A message; `thread` is the id of the copy of the channel's post it stands under, `origin` the post itself in that copy."""

    id: int
    chat: Chat
    date: int
    text: str
    author: JSON | None = None
    sender_chat: Chat | None = None
    reply_to: "Message | None" = None
    thread: int = 0
    origin: "Message | None" = None
    edit_date: int = 0
    picture: Shot | None = None

    @property
    def is_ours(self) -> bool:
        """Was it written by the bot?"""
        return self.author is not None and bool(self.author["is_bot"]) and self.author["id"] != ANONYMOUS["id"]


def user_json(person: Person) -> JSON:
    """A citizen as a User."""
    seen: JSON = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "ru"}
    if person.last_name:
        seen["last_name"] = person.last_name
    return seen


def chat_json(chat: Chat) -> JSON:
    """A chat as it stands in messages."""
    seen: JSON = {"id": chat.id, "type": chat.type}
    if chat.person is not None:
        names = {"first_name": chat.person.first_name, "last_name": chat.person.last_name}
        return seen | {key: value for key, value in names.items() if value}
    seen["title"] = chat.title
    if chat.username:
        seen["username"] = chat.username
    return seen


def full_chat_json(chat: Chat, linked: Chat | None) -> JSON:
    """A chat as getChat gives it, with the other half of a channel and its discussion group."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    seen = chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if linked is not None:
        seen["linked_chat_id"] = linked.id
    return seen


def message_json(message: Message, *, is_inner: bool = False) -> JSON:
    """A Message; inside another one (`is_inner`) what it answers itself is left out, as Telegram does."""
    seen: JSON = {"message_id": message.id, "chat": chat_json(message.chat), "date": message.date, "text": message.text}
    if message.picture is not None:
        seen |= {"photo": _sizes(message.picture), "caption": seen.pop("text")}
    if message.author is not None:
        seen["from"] = message.author
    if message.sender_chat is not None:
        seen["sender_chat"] = chat_json(message.sender_chat)
    if message.edit_date:
        seen["edit_date"] = message.edit_date
    if message.thread:
        seen["message_thread_id"] = message.thread
    if message.origin is not None:
        post = message.origin
        seen["is_automatic_forward"] = True
        source = {"chat": chat_json(post.chat), "message_id": post.id, "date": post.date}
        seen["forward_origin"] = {"type": "channel", **source}
    if message.reply_to is not None and not is_inner:
        seen["reply_to_message"] = message_json(message.reply_to, is_inner=True)
    return seen


def _sizes(shot: Shot) -> list[JSON]:
    """A picture in its sizes, the smallest first, as Telegram orders them."""
    smaller = {"width": shot.width // 4, "height": shot.height // 4, "file_size": shot.size}
    whole = {"width": shot.width, "height": shot.height, "file_size": shot.size}
    return [
        {"file_id": shot.id, "file_unique_id": f"{shot.id[:12]}{letter}", **size}
        for letter, size in (("s", smaller), ("x", whole))
    ]


def file_json(shot: Shot) -> JSON:
    """What getFile tells of a picture."""
    names = {"file_id": shot.id, "file_unique_id": f"{shot.id[:12]}x"}
    return {**names, "file_size": shot.size, "file_path": f"photos/{shot.id}.jpg"}


def update_json(number: int, kind: str, message: Message) -> JSON:
    """An Update with its one event."""
    return {"update_id": number, kind: message_json(message)}
