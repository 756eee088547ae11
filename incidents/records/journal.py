"""The journal: one hash chain a stream, appended under the stream's own row; the database refuses every change to it.

An entry holds codes and ids. Free text lies in `entry_texts`; the entry's hash covers `sha256(salt || text)`, so that
text and salt can be erased (152-ФЗ) while the chain stays valid and shows that something was erased.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from incidents.records.database import Base, big_identity, words


class Stream(Base):
    """The head of one chain: `appeal:27349`, `norms`, `people`, `system`."""

    __tablename__ = "streams"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    head_seq: Mapped[int]
    #: SHA-256 of the last entry, in hex; of nothing at seq 0.
    head_hash: Mapped[str] = mapped_column(String(64))
    #: The seq that the last seal covered: what differs is what the next seal must cover.
    sealed_seq: Mapped[int] = mapped_column(default=0, index=True)


class Entry(Base):
    """One thing that happened. `happened_at` is when it was true, `noticed_at` when we knew."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index("ix_entries_noticed_at", "noticed_at"),
    )

    id: Mapped[big_identity]
    stream: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    act: Mapped[str] = mapped_column(String(24))
    #: `person:7`, `machine:routing`, `token:3`, `network:vk`.
    by: Mapped[str] = mapped_column(String(64))
    happened_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
    #: Codes, ids and times only; never a citizen's word.
    data: Mapped[dict[str, Any]]
    #: SHA-256 of salt and text of the side table, or nothing where there is no text.
    text_digest: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    note: Mapped["EntryText | None"] = relationship(back_populates="entry", lazy="selectin")


class _Whose(FunctionElement[int]):
    """The expression of the index `ix_entries_whose` (migration 0039), to the letter."""

    inherit_cache = True
    type = Integer()


@compiles(_Whose)
def _of_json(element: _Whose, compiler: SQLCompiler, **options: Any) -> str:
    act, data = (compiler.process(each, **options) for each in element.clauses)
    given, gave = (f"({data} ->> '{key}')::integer" for key in ("department", "from_department"))
    return f"CASE {act} WHEN 'assign' THEN {given} ELSE {gave} END"


@compiles(_Whose, "sqlite")
def _of_json_on_sqlite(element: _Whose, compiler: SQLCompiler, **options: Any) -> str:
    act, data = (compiler.process(each, **options) for each in element.clauses)
    given, gave = (f"json_extract({data}, '$.{key}')" for key in ("department", "from_department"))
    return f"CASE {act} WHEN 'assign' THEN {given} ELSE {gave} END"


#: The department to which an entry gives an appeal, or from which one takes it.
WHOSE: ColumnElement[int] = _Whose(Entry.act, Entry.data)
#: An appeal comes to a department or is given back by it: what the same index holds, in its very words.
PASSES: ColumnElement[bool] = literal_column("(entries.act IN ('assign', 'return'))")


class EntryText(Base):
    """The free text of an entry (a reason), apart from it, so that it can be erased."""

    __tablename__ = "entry_texts"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="RESTRICT"), primary_key=True)
    entry: Mapped[Entry] = relationship(back_populates="note")
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    text: Mapped[words | None]


class Seal(Base):
    """A day's seal over the heads of all streams that moved since the last one; seals are chained too, so that a
    removed stream or a cut tail shows."""

    __tablename__ = "seals"

    id: Mapped[big_identity]
    sealed_at: Mapped[datetime]
    heads: Mapped[int]
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class SealedHead(Base):
    """One stream's head under a seal."""

    __tablename__ = "sealed_heads"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id", ondelete="RESTRICT"), primary_key=True)
    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
