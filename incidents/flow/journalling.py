"""Appending to the journal: many entries at once or one, each chained to the one before it in its stream.

Two workers that append to one stream wait for each other on that stream's own row, and on no other.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from incidents.records.database import insert_missing
from incidents.records.journal import Entry, EntryText, Stream
from incidents.rules.chain import NOTHING, Fields, entry_hash, text_digest

_SALT_BYTES = 16
_STREAMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written. `happened_at` is when it was true; `data` holds codes, ids and ISO times, no floats, no words.

    `text` (a reason) goes to the side table and can be erased.
    """

    stream: str
    act: str
    by: str
    happened_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    #: When we knew, if that was not now: history that is written in bulk.
    noticed_at: datetime | None = None


def append(session: Session, draft: Draft, *, now: datetime) -> None:
    """Append one entry to its stream, within the caller's transaction."""
    append_many(session, [draft], now=now)


def hold(session: Session, stream: str) -> None:
    """Wait for one's turn: until this transaction ends nobody else appends to the stream.

    For what is computed from all that was entered before: two who compute at once would not know of each other.
    """
    _heads(session, [stream])


def append_many(session: Session, drafts: Sequence[Draft], *, now: datetime) -> None:
    """Append entries in the order given, within the caller's transaction.

    1. Make the rows of streams that do not exist yet.
    2. Lock the streams' rows in the order of their names, so that two appenders never wait for each other in a circle.
    3. Chain the entries, insert them, and move the heads.
    """
    names = sorted({draft.stream for draft in drafts})
    heads = _heads(session, names)
    bare, worded, sides = [], [], []
    for draft in drafts:
        row, side = _chain(draft, heads, now)
        if side is None:
            bare.append(row)
        else:
            worded.append(row)
            sides.append(side)
    if bare:
        # Nobody asks for their ids: one statement for all, where RETURNING in order would be one a row on SQLite.
        session.connection().execute(insert(Entry.__table__), bare)  # type: ignore[arg-type]  # a Table is meant
    if worded:
        ids = session.scalars(insert(Entry).returning(Entry.id, sort_by_parameter_order=True), worded).all()
        session.execute(insert(EntryText), [{"entry_id": id_, **side} for id_, side in zip(ids, sides, strict=True)])
    session.connection().execute(
        update(Stream.__table__)  # type: ignore[arg-type]  # a Table is what the bulk form takes
        .where(Stream.__table__.c.name == bindparam("stream"))
        .values(head_seq=bindparam("seq"), head_hash=bindparam("hash")),
        [{"stream": name, "seq": heads[name][0], "hash": heads[name][1]} for name in names],
    )


def _make(session: Session, names: Sequence[str]) -> None:
    insert_missing(session, Stream, [{"name": n, "head_seq": 0, "head_hash": NOTHING, "sealed_seq": 0} for n in names])


def _heads(session: Session, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The locked heads of the streams, the missing ones made.

    Nearly always they are all there, so that an attempt to make them would be work for nothing. Of many none is locked
    before all are there: a lock that is held while a row is made would let two appenders wait for each other.
    """
    is_lone = len(names) == 1
    heads = _read(session, names, lock=is_lone)
    missing = [name for name in names if name not in heads]
    if missing:
        _make(session, missing)
    return heads if is_lone and not missing else _read(session, names, lock=True)


def _read(session: Session, names: Sequence[str], *, lock: bool) -> dict[str, tuple[int, str]]:
    heads: dict[str, tuple[int, str]] = {}
    for part in _parts(names):
        query = select(Stream.name, Stream.head_seq, Stream.head_hash).where(Stream.name.in_(part))
        query = query.order_by(Stream.name)
        rows = session.execute(query.with_for_update() if lock else query)
        heads |= {name: (seq, digest) for name, seq, digest in rows}
    return heads


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + _STREAMS_AT_ONCE] for start in range(0, len(names), _STREAMS_AT_ONCE))


def _chain(
    draft: Draft, heads: dict[str, tuple[int, str]], now: datetime
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The entry's row and its side text's, and the head moved on."""
    seq, previous = heads[draft.stream]
    salt = os.urandom(_SALT_BYTES)
    digest = text_digest(salt, draft.text) if draft.text else None
    fields = Fields(
        draft.stream, seq + 1, draft.act, draft.by, draft.happened_at, draft.noticed_at or now, draft.data, digest
    )
    own = entry_hash(fields, previous)
    heads[draft.stream] = (seq + 1, own)
    row = {
        "stream": fields.stream,
        "seq": fields.seq,
        "act": fields.act,
        "by": fields.by,
        "happened_at": fields.happened_at,
        "noticed_at": fields.noticed_at,
        "data": dict(fields.data),
        "text_digest": digest,
        "previous_hash": previous,
        "hash": own,
    }
    return row, {"salt": salt, "text": draft.text} if draft.text else None
