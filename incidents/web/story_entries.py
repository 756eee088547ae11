"""The journal of one appeal as it is kept: read once, told as a story (`story`) and counted as clocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.journal import Entry, EntryText
from incidents.rules.life import Event


class Told(NamedTuple):
    """An entry with what somebody wrote to it, if anything (`has_text`); what was erased is empty."""

    seq: int
    act: str
    by: str
    happened_at: datetime
    noticed_at: datetime
    data: dict[str, Any]
    has_text: int | None
    text: str | None


_ENTRIES = (
    select(Entry.seq, Entry.act, Entry.by, Entry.happened_at, Entry.noticed_at, Entry.data)
    .add_columns(EntryText.entry_id, EntryText.text)
    .outerjoin(EntryText, EntryText.entry_id == Entry.id)
    .where(Entry.stream == bindparam("stream"))
    .order_by(Entry.seq.desc())
)


def entries(session: Session, number: int) -> list[Told]:
    """The appeal's journal as it is kept, newest first."""
    return [Told(*row) for row in session.execute(_ENTRIES, {"stream": gate.stream(number)})]


def events(entries: Sequence[Told]) -> list[Event]:
    """The same as the clocks are counted from, oldest first."""
    return [Event(each.act, each.happened_at, each.seq, each.by, each.data) for each in reversed(entries)]
