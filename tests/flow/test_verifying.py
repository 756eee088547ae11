"""Verifying the journal: whoever takes the guards off and changes what is written is found out."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from incidents.flow import sealing
from incidents.flow.journalling import Draft, append
from incidents.records.journal import Seal, SealedHead
from tests.cast import NOW
from tests.flow.deliveries import faults, write_two_streams


@pytest.fixture(autouse=True)
def _unguarded(engine: Engine, session: Session) -> None:
    """The database as somebody has it who took the guards off."""
    write_two_streams(session)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            guards = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for guard in guards:
                connection.execute(text(f"DROP TRIGGER {guard}"))
        else:
            for table in ("entries", "entry_texts", "seals", "sealed_heads"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def after(session: Session, *commands: str) -> list[str]:
    """What verifying finds after these commands, which are then undone."""
    for command in commands:
        assert session.connection().execute(text(command)).rowcount, command
    session.expire_all()
    found = faults(session)
    session.rollback()
    return found


CHANGES = {
    "UPDATE entries SET data = '{\"department\": 9}' WHERE stream = 'appeal:1' AND seq = 2": "entry 2: was changed",
    "UPDATE entries SET act = 'reject' WHERE stream = 'appeal:1' AND seq = 3": "entry 3: was changed",
    "UPDATE entries SET by = 'person:8' WHERE stream = 'appeal:1' AND seq = 1": "entry 1: was changed",
    "UPDATE entries SET happened_at = '2026-10-28 02:29:59' WHERE stream = 'appeal:2' AND seq = 1": "1: was changed",
    "UPDATE entries SET noticed_at = '2026-10-28 02:29:59' WHERE stream = 'appeal:2' AND seq = 1": "1: was changed",
    "UPDATE entries SET previous_hash = hash WHERE stream = 'appeal:2' AND seq = 2": "does not follow",
    "UPDATE entry_texts SET text = 'другое'": "its text was changed",
    "DELETE FROM entry_texts": "appeal:1 entry 2: its text was removed",
    "DELETE FROM entries WHERE stream = 'appeal:2' AND seq = 2": "appeal:2 entry 3: entries 2 to 2 are missing",
    "DELETE FROM entries WHERE stream = 'appeal:2' AND seq = 3": "appeal:2: the tail is cut",
    "UPDATE streams SET head_seq = 2 WHERE name = 'appeal:1'": "appeal:1: the tail is cut",
    "DELETE FROM streams WHERE name = 'appeal:1'": "appeal:1: has entries but no head",
    "UPDATE seals SET digest = previous_digest": "was changed after it was set",
    "UPDATE seals SET heads = 1": "was changed after it was set",
    "DELETE FROM sealed_heads WHERE stream = 'appeal:2'": "was changed after it was set",
}


def test_verify_finds_every_single_change(session: Session) -> None:
    assert faults(session) == []
    for command, finding in CHANGES.items():
        found = after(session, command)
        assert any(finding in fault for fault in found), (command, found)
    assert faults(session) == []


def test_an_erased_text_is_no_fault(session: Session) -> None:
    assert after(session, "UPDATE entry_texts SET text = NULL, salt = NULL") == []


def test_a_removed_stream_shows_under_the_seal(session: Session) -> None:
    found = after(
        session, "DELETE FROM entries WHERE stream = 'appeal:2'", "DELETE FROM streams WHERE name = 'appeal:2'"
    )
    assert found == ["appeal:2: entry 3, covered by seal 1, is gone or another one stands there"]


def test_a_tail_cut_with_its_head_mended_shows_under_the_seal(session: Session) -> None:
    head = "(SELECT hash FROM entries WHERE stream = 'appeal:2' AND seq = 2)"
    found = after(
        session,
        "DELETE FROM entries WHERE stream = 'appeal:2' AND seq = 3",
        f"UPDATE streams SET head_seq = 2, head_hash = {head} WHERE name = 'appeal:2'",
    )
    assert found == ["appeal:2: entry 3, covered by seal 1, is gone or another one stands there"]


def test_a_whole_chain_written_anew_shows_under_the_seal(session: Session) -> None:
    after_it = "DELETE FROM entries WHERE stream = 'appeal:2'", "DELETE FROM streams WHERE name = 'appeal:2'"
    for command in after_it:
        session.execute(text(command))
    for _ in range(3):
        append(session, Draft("appeal:2", "take", "person:8", NOW, {"person": 8}), now=NOW)
    session.flush()
    assert faults(session) == ["appeal:2: entry 3, covered by seal 1, is gone or another one stands there"]


def test_a_seal_covers_what_moved_since_the_last_and_no_more(session: Session) -> None:
    assert sealing.seal(session, now=NOW) == 0
    append(session, Draft("appeal:2", "take", "person:7", NOW), now=NOW)
    append(session, Draft("norms", "enact", "person:7", NOW), now=NOW)
    assert sealing.seal(session, now=NOW + timedelta(days=1)) == 2
    session.commit()
    last = session.scalars(select(Seal).order_by(Seal.id.desc())).first()
    assert last
    heads = select(SealedHead.stream, SealedHead.seq).where(SealedHead.seal_id == last.id).order_by(SealedHead.stream)
    assert [tuple(row) for row in session.execute(heads)] == [("appeal:2", 4), ("norms", 1)]
    assert faults(session) == []
