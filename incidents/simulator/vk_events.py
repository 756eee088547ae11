"""VK's words for what happens: posts, comments and messages as JSON, and the envelope of the Callback API around them.

Pure; communities.py calls it. Shapes after VK's published schema 5.199 and the fields which real events add to it.
"""

from dataclasses import dataclass, field

from incidents.simulator.gallery import Shot

VERSION = "5.199"

JSON = dict[str, object]


@dataclass(eq=False)
class Post:
    """A post; `owner_id` is the wall's (negative for a community), `is_closed` forbids comments."""

    id: int
    owner_id: int
    from_id: int
    date: int
    text: str
    post_type: str = "post"
    is_closed: bool = False
    pictures: tuple[Shot, ...] = ()


@dataclass(eq=False)
class Comment:
    """A comment; `parents_stack` holds the first comment of the branch it stands in."""

    id: int
    post_id: int
    owner_id: int
    from_id: int
    date: int
    text: str
    parents_stack: list[int] = field(default_factory=list)
    reply_to_comment: int = 0
    reply_to_user: int = 0
    is_deleted: bool = False
    pictures: tuple[Shot, ...] = ()


@dataclass(eq=False)
class Message:
    """A message of a dialog; `out` as the community sees it."""

    id: int
    conversation_message_id: int
    peer_id: int
    from_id: int
    date: int
    text: str
    random_id: int = 0
    admin_author_id: int = 0
    reply_to: "Message | None" = None
    pictures: tuple[Shot, ...] = ()

    @property
    def out(self) -> int:
        """1: the community wrote it."""
        return int(self.from_id < 0)


def envelope(kind: str, thing: JSON, group_id: int, event_id: str, secret: str) -> JSON:
    """The body which VK posts; the secret travels in clear in the body, and only if one is set."""
    body: JSON = {"type": kind, "object": thing, "group_id": group_id, "event_id": event_id, "v": VERSION}
    if secret:
        body["secret"] = secret
    return body


def post_object(post: Post, comments: int) -> JSON:
    """`object` of wall_post_new."""
    seen: JSON = {
        "id": post.id,
        "from_id": post.from_id,
        "owner_id": post.owner_id,
        "date": post.date,
        "text": post.text,
        "attachments": _attached(post),
        "post_type": post.post_type,
        "marked_as_ads": 0,
        "comments": {"count": comments, "can_post": int(not post.is_closed), "groups_can_post": True},
        "is_favorite": False,
    }
    if post.from_id > 0:
        seen["created_by"] = post.from_id
    return seen


def comment_object(comment: Comment, owner_field: str = "owner_id") -> JSON:
    """`object` of wall_reply_new, _edit and _restore; events of older communities name the wall `post_owner_id`."""
    seen: JSON = {
        "id": comment.id,
        "from_id": comment.from_id,
        "date": comment.date,
        "text": comment.text,
        "post_id": comment.post_id,
        owner_field: comment.owner_id,
        "parents_stack": list(comment.parents_stack),
        "is_from_post_author": False,
    }
    if comment.reply_to_comment:
        seen["reply_to_comment"] = comment.reply_to_comment
        seen["reply_to_user"] = comment.reply_to_user
    if comment.pictures:
        seen["attachments"] = _attached(comment)
    if not comment.parents_stack:
        seen["thread"] = {"count": 0, "items": [], "can_post": True, "show_reply_button": True, "groups_can_post": True}
    return seen


def deletion_object(comment: Comment, deleter_id: int) -> JSON:
    """`object` of wall_reply_delete, with `deleter_id` as real events have it (the schema says `user_id`)."""
    where = {"owner_id": comment.owner_id, "id": comment.id, "post_id": comment.post_id}
    return {**where, "deleter_id": deleter_id}


def new_message_object(message: Message) -> JSON:
    """`object` of message_new: the message wrapped together with what the citizen's client can show."""
    client: JSON = {
        "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
        "keyboard": True,
        "inline_keyboard": True,
        "carousel": True,
        "lang_id": 0,
    }
    return {"message": message_object(message), "client_info": client}


def message_object(message: Message) -> JSON:
    """`object` of message_reply and the inner part of message_new. Messages of the community alone carry its random_id."""
    seen: JSON = {
        "date": message.date,
        "from_id": message.from_id,
        "id": message.id,
        "version": 10_000_000 + message.id,
        "out": message.out,
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "attachments": _attached(message),
        "conversation_message_id": message.conversation_message_id,
        "text": message.text,
        "peer_id": message.peer_id,
        "random_id": message.random_id,
    }
    if message.admin_author_id:
        seen["admin_author_id"] = message.admin_author_id
    if message.reply_to is not None:
        earlier = message.reply_to
        same = {"date": earlier.date, "from_id": earlier.from_id, "id": earlier.id, "text": earlier.text}
        place = {"conversation_message_id": earlier.conversation_message_id, "peer_id": earlier.peer_id}
        seen["reply_message"] = {**same, **place, "attachments": []}
    return seen


def _attached(thing: Post | Comment | Message) -> list[JSON]:
    """The pictures as attachments. Real ones come in many sizes; here the small one is the picture itself too."""
    return [{"type": "photo", "photo": _photo(thing, shot)} for shot in thing.pictures]


def _photo(thing: Post | Comment | Message, shot: Shot) -> JSON:
    sizes = [
        {"type": kind, "url": shot.url, "width": shot.width // part, "height": shot.height // part}
        for kind, part in (("m", 4), ("x", 1))
    ]
    number = 456_000_000 + int(shot.id[:6], 16)
    names = {"id": number, "owner_id": thing.from_id, "album_id": -8, "access_key": shot.id[:18]}
    return {**names, "date": thing.date, "text": "", "has_tags": False, "sizes": sizes}
