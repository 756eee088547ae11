"""What the citizens of some appeals said beyond their first words, and showed: for decisions that stand in full."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import picturing
from incidents.records.appeals import Message

#: Pictures shown beside the words; the card has all.
MOST_PICTURES = 3


class Words(NamedTuple):
    """Of one appeal: what was written after the first words, the ids of the pictures shown, and what else is attached."""

    later: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()
    attached: int = 0


def of(session: Session, numbers: Collection[int]) -> dict[int, Words]:
    """By number, in two questions."""
    query = select(Message).where(Message.appeal_number.in_(list(numbers))).order_by(Message.posted_at, Message.id)
    messages = list(session.scalars(query)) if numbers else []
    kept = picturing.of(session, messages)
    found: dict[int, Words] = {}
    for message in messages:
        is_first = message.appeal_number not in found
        later, pictures, attached = found.get(message.appeal_number, Words())
        text = message.edited_text or message.text
        if not is_first and text.strip() and message.deleted_at is None:
            later = (*later, text)
        shown = [picture.id for (message_id, _), picture in sorted(kept.items()) if message_id == message.id]
        shown = shown[: MOST_PICTURES - len(pictures)]
        attached += len(message.attachments) - len(shown)
        found[message.appeal_number] = Words(later, (*pictures, *shown), attached)
    return found
