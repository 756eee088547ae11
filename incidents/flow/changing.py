"""What becomes of a citizen's words after we have them: edited, deleted or restored in the network, or, where a person had
entered them by their link, completed by the network's own event."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, intake, picturing
from incidents.networks.events import Deleted, Edited, Restored
from incidents.records.appeals import Appeal, Message
from incidents.rules.acts import Act, Actor


def complete(session: Session, appeal: Appeal, words: intake.Incoming, by: Actor, *, now: datetime) -> None:
    """Words entered by hand by their link arrive by themselves: now we can answer there."""
    for message in appeal.messages:
        if message.object_key == words.object_key and not message.reply_to:
            message.reply_to, message.source_id = dict(words.reply_to), words.source_id
            if not message.attachments:
                message.attachments = [dict(attachment) for attachment in words.attachments]
                picturing.want(session, message, now=now)
            author = intake.author_of(session, words)
            changes = {
                "source_id": words.source_id,
                "conversation_id": words.conversation_id,
                "place": words.place,
                "branch": words.branch,
                "author": author or appeal.author,
            }
            data = {"message": message.id, "completed": True, "place": words.place, "source": words.source_id}
            gate.act(session, appeal, Act.JOIN, by, now=now, changes=changes, data=data)


def mark(session: Session, event: Edited | Deleted | Restored, by: Actor, *, now: datetime) -> None:
    """The author changed, deleted or restored words that we have; of words we do not have there is nothing to mark.

    An edit that is told late, after a newer one, changes nothing.
    """
    message = session.scalar(select(Message).where(Message.object_key == event.object_key))
    if message is None:
        return
    appeal = session.get_one(Appeal, message.appeal_number, with_for_update=True)
    data = {"message": message.id}
    if isinstance(event, Edited):
        is_older = message.edited_at is not None and event.at < message.edited_at
        if is_older or event.text == (message.edited_text or message.text):
            return
        message.edited_text, message.edited_at = event.text, event.at
        gate.act(session, appeal, Act.SOURCE_EDITED, by, now=now, happened_at=event.at, data=data)
        return
    gone = isinstance(event, Deleted)
    if gone == (message.deleted_at is not None):
        return
    message.deleted_at = event.at if gone else None
    what, changes = Act.SOURCE_DELETED if gone else Act.SOURCE_RESTORED, {"source_deleted_at": message.deleted_at}
    gate.act(session, appeal, what, by, now=now, happened_at=event.at, data=data, changes=changes)
