"""The journal's arithmetic: every field counts, order counts, and a digest tells nobody the text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from incidents.rules.chain import NOTHING, Fields, entry_hash, seal_digest, text_digest

MOMENT = datetime(2026, 10, 28, 2, 30, tzinfo=UTC)
ENTRY = Fields("appeal:1", 1, "assign", "person:7", MOMENT, MOMENT, {"department": 3, "from": None}, None)


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "appeal:2"},
        {"seq": 2},
        {"act": "take"},
        {"by": "person:8"},
        {"happened_at": MOMENT + timedelta(microseconds=1)},
        {"noticed_at": MOMENT + timedelta(microseconds=1)},
        {"data": {"department": 4, "from": None}},
        {"data": {"department": 3}},
        {"data": {"department": "3", "from": None}},
        {"text_digest": text_digest(b"", "")},
    ],
)
def test_every_field_changes_the_hash(change: dict[str, Any]) -> None:
    assert entry_hash(replace(ENTRY, **change), NOTHING) != entry_hash(ENTRY, NOTHING)


def test_the_entry_before_changes_the_hash() -> None:
    assert entry_hash(ENTRY, "1" * 64) != entry_hash(ENTRY, NOTHING)


def test_the_order_of_keys_and_the_zone_of_a_time_change_nothing() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=10)))
    same = replace(ENTRY, data={"from": None, "department": 3}, happened_at=elsewhere)
    assert entry_hash(same, NOTHING) == entry_hash(ENTRY, NOTHING)


def test_the_hash_is_the_same_in_ten_years() -> None:
    assert entry_hash(ENTRY, NOTHING) == "be59ee3ee62dfa6363ac51628da829872d759cd18423c5f4bea38a90025003b0"


def test_salt_hides_a_text_that_could_be_guessed() -> None:
    assert text_digest(b"one", "спам") != text_digest(b"two", "спам")
    assert text_digest(b"one", "спам") == text_digest(b"one", "спам")


def test_a_seal_covers_every_head_in_whatever_order_they_come() -> None:
    heads = [("appeal:2", 3, "b" * 64), ("appeal:1", 5, "a" * 64)]
    assert seal_digest(NOTHING, heads) == seal_digest(NOTHING, reversed(heads))
    assert seal_digest(NOTHING, heads) != seal_digest(NOTHING, heads[:1])
    assert seal_digest(NOTHING, heads) != seal_digest("1" * 64, heads)
