"""Under which post of the page do words stand? The one name of a post, from what is needed to answer under it."""

from collections.abc import Mapping
from typing import Any


def vk_key(owner: int, post: int) -> str:
    """A post on a wall of ВКонтакте."""
    return f"vk:wall{owner}_{post}"


def telegram_key(chat: int, message: int) -> str:
    """A channel's post as its copy in the discussion group: comments name it as their thread."""
    return f"telegram:{chat}:{message}"


def key_of(reply_to: Mapping[str, Any]) -> str | None:
    """The post above words that are answered so (`Message.reply_to`); None where they stand under none."""
    if reply_to.get("comment_id") and reply_to.get("post_id"):
        return vk_key(reply_to.get("owner_id", 0), reply_to["post_id"])
    if reply_to.get("thread_id") and reply_to.get("chat_id"):
        return telegram_key(reply_to["chat_id"], reply_to["thread_id"])
    return None
