"""The citizen's words that came after an answer was written: whoever approves it must see them first."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import Message
from incidents.records.journal import Entry
from incidents.rules.acts import Act


def since(session: Session, written: Mapping[int, datetime]) -> dict[int, list[Message]]:
    """Of each appeal (number -> when its answer got its last wording) the messages that came to us later, oldest first.

    By the journal: when a citizen wrote and when we had it are two things. Two questions, however many appeals.
    """
    of = {gate.stream(number): number for number in written}
    query = (
        select(Entry.stream, Entry.noticed_at, Entry.data)
        .where(Entry.stream.in_(list(of)), Entry.act.in_([Act.JOIN, Act.FOLLOW_UP]))
        .order_by(Entry.stream, Entry.seq)
    )
    came: dict[int, int] = {}
    for stream, noticed_at, data in session.execute(query) if of else ():
        number = of[stream]
        if noticed_at > written[number] and "message" in data and not data.get("completed"):
            came[data["message"]] = number
    found: dict[int, list[Message]] = {}
    messages = select(Message).where(Message.id.in_(list(came))).order_by(Message.id)
    for message in session.scalars(messages) if came else ():
        found.setdefault(came[message.id], []).append(message)
    return found
