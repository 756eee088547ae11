"""The journal: append-only by the database's own hand, erasable where the law asks for it, one chain whoever appends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append, append_many
from incidents.records.journal import Entry, EntryText, Stream
from tests.cast import NOW
from tests.databases import EVERYWHERE
from tests.flow.deliveries import Sessions, faults, write_two_streams

REFUSAL = "append-only"


@pytest.fixture
def written(session: Session) -> None:
    """Two streams of three entries each, one with a text, under one seal."""
    write_two_streams(session)


COMMANDS = [
    "UPDATE entries SET by = 'person:8'",
    "UPDATE entries SET hash = hash WHERE seq = 1",
    "DELETE FROM entries WHERE seq = 3",
    "DELETE FROM entry_texts",
    "UPDATE entry_texts SET text = 'другое'",
    "UPDATE entry_texts SET text = NULL",
    "UPDATE entry_texts SET salt = NULL",
    "UPDATE seals SET digest = 'x'",
    "DELETE FROM seals",
    "UPDATE sealed_heads SET seq = 9",
    "DELETE FROM sealed_heads",
]
ONLY_SQLITE = [
    "REPLACE INTO entries SELECT * FROM entries WHERE seq = 2",
    "INSERT OR REPLACE INTO entries SELECT id + 100, stream, seq, 'x', by, happened_at, noticed_at, data, text_digest, "
    "previous_hash, hash FROM entries WHERE seq = 2",
    "REPLACE INTO entry_texts SELECT entry_id, salt, 'другое' FROM entry_texts",
    "REPLACE INTO seals SELECT id, sealed_at, heads, previous_digest, 'x' FROM seals",
    "REPLACE INTO sealed_heads SELECT seal_id, stream, 9, hash FROM sealed_heads",
]
ONLY_POSTGRESQL = [
    "TRUNCATE entries CASCADE",
    "TRUNCATE entry_texts",
    "TRUNCATE seals CASCADE",
    "TRUNCATE sealed_heads",
    "INSERT INTO entries SELECT * FROM entries WHERE seq = 2 ON CONFLICT (id) DO UPDATE SET act = 'x'",
]


@pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)
def test_the_database_refuses_every_change_to_what_is_written(engine: Engine, session: Session, written: None) -> None:
    special = ONLY_SQLITE if engine.dialect.name == "sqlite" else ONLY_POSTGRESQL
    for command in COMMANDS + special:
        # Past SQLAlchemy too: whoever has the database open.
        raw = engine.raw_connection()
        try:
            with pytest.raises(Exception, match=REFUSAL):
                raw.cursor().execute(command)
        finally:
            raw.rollback()
            raw.close()
    assert faults(session) == []


def test_replace_is_refused_also_without_the_pragma_that_helps_us(
    engine: Engine, session: Session, written: None
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA recursive_triggers = OFF")
    for command in ONLY_SQLITE:
        with pytest.raises(Exception, match=REFUSAL):
            raw.cursor().execute(command)
        raw.rollback()
    raw.detach()
    raw.close()
    assert faults(session) == []


def test_an_erased_text_leaves_the_chain_valid_and_shows_that_it_was_erased(session: Session, written: None) -> None:
    session.execute(update(EntryText).values(text=None, salt=None))
    session.commit()
    assert faults(session) == []
    entry = session.scalars(select(Entry).where(Entry.text_digest.is_not(None))).one()
    assert entry.note
    assert (entry.note.text, entry.note.salt) == (None, None)
    with pytest.raises(DBAPIError, match=REFUSAL):
        session.execute(update(EntryText).values(text="назад", salt=b"x"))


def test_threads_that_append_to_one_stream_make_one_chain(sessions: Sessions, session: Session) -> None:
    def write(writer: int) -> None:
        for number in range(5):
            with sessions() as own:
                append(own, Draft("system", "beat", f"machine:{writer}", NOW, {"n": number}), now=NOW)
                own.commit()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(write, writer) for writer in range(4)]:
            future.result()
    assert list(session.scalars(select(Entry.seq).order_by(Entry.seq))) == list(range(1, 21))
    assert session.scalar(select(Stream.head_seq)) == 20
    assert faults(session) == []


def test_threads_that_append_to_two_streams_in_either_order_never_wait_in_a_circle(sessions: Sessions) -> None:
    def write(names: list[str]) -> None:
        for _ in range(8):
            with sessions() as own:
                append_many(own, [Draft(name, "beat", "machine:x", NOW) for name in names], now=NOW)
                own.commit()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(write, ["a", "b"]), pool.submit(write, ["b", "a"])]:
            future.result(60)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 32
        assert faults(session) == []


def test_what_is_undone_leaves_no_hole(session: Session, written: None) -> None:
    append(session, Draft("appeal:1", "take", "person:7", NOW), now=NOW)
    session.rollback()
    append(session, Draft("appeal:1", "return", "person:7", NOW, text="не наше"), now=NOW)
    session.commit()
    assert faults(session) == []
    assert session.scalar(select(Stream.head_seq).where(Stream.name == "appeal:1")) == 4
