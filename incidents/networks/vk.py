"""ВКонтакте, inbound: the Callback API's envelopes as events.

Facts: reference/networks.md, section 1 (VK API schema 5.199, dev.vk.com). Comments and wall posts, dialogs, and comments
under photos, videos, goods and in discussions, which a community's token cannot answer: those are answered by hand.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from incidents.networks.events import UNREADABLE, Deleted, Edited, Event, Ignored, Page, Posted, Restored, Said, Unknown
from incidents.networks.posts import vk_key
from incidents.rules.places import Place

#: Kinds of comments beside the wall: the fields of the owner and of the thing, and how their links are written.
_BESIDE = {
    "board_post": ("topic_owner_id", "topic_id", "topic{owner}_{thing}?post={id}"),
    "photo_comment": ("photo_owner_id", "photo_id", "photo{owner}_{thing}?reply={id}"),
    "video_comment": ("video_owner_id", "video_id", "video{owner}_{thing}?reply={id}"),
    "market_comment": ("market_owner_id", "item_id", "product{owner}_{thing}?reply={id}"),
}

#: Events that a community may have switched on and that say nothing a citizen wants answered.
_NOTHING_TO_US = frozenset(
    [
        "message_allow",
        "message_deny",
        "message_read",
        "message_typing_state",
        "message_event",
        "message_reaction_event",
        "wall_repost",
        "wall_schedule_post_new",
        "wall_schedule_post_delete",
        "photo_new",
        "video_new",
        "audio_new",
        "poll_vote_new",
        "group_join",
        "group_leave",
        "user_block",
        "user_unblock",
        "group_officers_edit",
        "group_change_settings",
        "group_change_photo",
        "like_add",
        "like_remove",
        "lead_forms_new",
        "app_payload",
        "donut_subscription_create",
        "donut_subscription_prolonged",
        "donut_subscription_expired",
        "donut_subscription_cancelled",
        "donut_subscription_price_changed",
        "donut_money_withdraw",
        "donut_money_withdraw_error",
        "market_order_new",
        "market_order_edit",
        "vkpay_transaction",
    ]
)


def read(payload: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    """The event in one envelope. What cannot be read is `Unknown`, never an error: it is kept for a person."""
    kind = str(payload.get("type"))
    if kind in _NOTHING_TO_US:
        return Ignored(kind)
    try:
        return _reader(kind)(kind, payload["object"], page, received_at)
    except UNREADABLE:
        return Unknown(kind)


def _reader(kind: str) -> Callable[[str, Mapping[str, Any], Page, datetime], Event]:
    if kind == "wall_post_new":
        return _post
    if kind in ("message_new", "message_reply", "message_edit"):
        return _message
    stem, _, change = kind.rpartition("_")
    if stem in _BESIDE or stem == "wall_reply":
        return {"new": _comment, "edit": _comment, "restore": _comment, "delete": _deleted}[change]
    raise KeyError(kind)


def _post(kind: str, post: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    author = int(post["from_id"])
    owner = post.get("owner_id") or -page.external_id
    if author == -page.external_id:
        link = f"{page.web_url}/wall{owner}_{post['id']}"
        return Posted(vk_key(owner, int(post["id"])), _text(post), _moment(post["date"]), link)
    return Said(
        object_key=f"vk:wall{owner}:p{int(post['id'])}",
        place=Place.POST,
        conversation=f"wall{owner}_{post['id']}:{author}",
        branch=None,
        author_id=str(author),
        author_url=_profile(page, author),
        text=_text(post),
        posted_at=_moment(post["date"]),
        permalink=f"{page.web_url}/wall{owner}_{post['id']}",
        reply_to={"owner_id": owner, "post_id": post["id"]},
        attachments=_attachments(post),
    )


def _comment(kind: str, comment: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    stem, _, change = kind.rpartition("_")
    key, owner, thing = _comment_key(stem, comment, page)
    if change == "restore":
        return Restored(key, received_at)
    author = int(comment["from_id"])
    if change == "edit":
        return Ignored("own_edit") if author == -page.external_id else Edited(key, _text(comment), received_at)
    number = int(comment["id"])
    stack = comment.get("parents_stack") or []
    above = comment.get("reply_to_comment") or (stack[-1] if stack else None)
    return Said(
        object_key=key,
        place=Place.COMMENT,
        conversation=f"{stem}{owner}_{thing}:{author}",
        branch=f"{stem}{owner}_{thing}:{stack[0] if stack else number}",
        author_id=str(author),
        author_url=_profile(page, author),
        text=_text(comment),
        posted_at=_moment(comment["date"]),
        permalink=_comment_link(stem, page, owner, thing, number, stack),
        reply_to=_comment_target(stem, owner, thing, number),
        attachments=_attachments(comment),
        is_ours=author == -page.external_id,
        external_id=str(number),
        answers=_key(stem, owner, thing, above) if above else None,
    )


def _deleted(kind: str, comment: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    return Deleted(_comment_key(kind.rpartition("_")[0], comment, page)[0], received_at)


def _message(kind: str, envelope: Mapping[str, Any], page: Page, received_at: datetime) -> Event:
    # Since 5.103 message_new wraps the message; message_reply and message_edit never do, and old samples do not either.
    message = envelope.get("message") or envelope
    peer = int(message.get("peer_id") or message["user_id"])
    author = int(message.get("from_id") or peer)
    number = message.get("conversation_message_id") or message["id"]
    key = f"vk:dm{page.external_id}:{peer}:{number}"
    is_ours = bool(message.get("out")) or kind == "message_reply" or author == -page.external_id
    if kind == "message_edit":
        return Ignored("own_edit") if is_ours else Edited(key, _text(message), received_at)
    return Said(
        object_key=key,
        place=Place.MESSAGE,
        conversation=f"dm:{peer}" if author == peer else f"dm:{peer}:{author}",
        branch=f"dm:{peer}",
        author_id=str(author),
        author_url=_profile(page, author),
        text=_text(message),
        posted_at=_moment(message["date"]),
        permalink=f"{page.web_url}/gim{page.external_id}?sel={peer}",
        reply_to={"peer_id": peer, "group_id": page.external_id},
        attachments=_attachments(message),
        is_ours=is_ours,
        external_id=str(message.get("id") or number),
        random_id=message.get("random_id") or None,
    )


def _comment_key(stem: str, comment: Mapping[str, Any], page: Page) -> tuple[str, int, int]:
    """The comment's key, the owner's id and the id of what it stands under."""
    if stem == "wall_reply":
        owner = int(comment.get("post_owner_id") or comment.get("owner_id") or -page.external_id)
        thing = int(comment["post_id"])
    else:
        owner_field, thing_field, _ = _BESIDE[stem]
        owner = int(comment.get(owner_field) or comment.get("owner_id") or -page.external_id)
        thing = int(comment[thing_field])
    return _key(stem, owner, thing, int(comment["id"])), owner, thing


def _key(stem: str, owner: int, thing: int, number: int) -> str:
    # The ids of wall comments are unique on their wall; those beside it only under their thing.
    return f"vk:wall{owner}:r{number}" if stem == "wall_reply" else f"vk:{stem}{owner}_{thing}:r{number}"


def _comment_link(stem: str, page: Page, owner: int, thing: int, number: int, stack: list[int]) -> str:
    if stem == "wall_reply":
        thread = f"&thread={stack[0]}" if stack else ""
        return f"{page.web_url}/wall{owner}_{thing}?reply={number}{thread}"
    return f"{page.web_url}/" + _BESIDE[stem][2].format(owner=owner, thing=thing, id=number)


def _comment_target(stem: str, owner: int, thing: int, number: int) -> dict[str, Any]:
    if stem == "wall_reply":
        return {"owner_id": owner, "post_id": thing, "comment_id": number}
    # board.createComment, photos.createComment and the like take a person's token only.
    return {"by_hand": stem}


def _text(thing: Mapping[str, Any]) -> str:
    return str(thing.get("text") or "").replace("<br>", "\n")


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _profile(page: Page, author: int) -> str:
    return f"{page.web_url}/id{author}" if author > 0 else f"{page.web_url}/club{-author}"


def _attachments(thing: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    found = []
    for attachment in thing.get("attachments") or []:
        kind = str(attachment.get("type"))
        inner = attachment.get(kind) or {}
        sizes = inner.get("sizes") or []
        url = max(sizes, key=lambda size: size.get("width") or 0).get("url") if sizes else inner.get("url")
        found.append({"type": kind, "url": url})
    return tuple(found)
