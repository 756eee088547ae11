"""What becomes of words after they arrived: edited, deleted, restored; and the inbox, which drops nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import reading, receiving
from incidents.records.sources import InboxEvent, InboxState
from incidents.rules.places import Network
from incidents.settings import Settings
from tests.cast import NOW, Town
from tests.databases import SQLITE
from tests.flow.deliveries import Sessions, acts, deliver, entries, keep, only, work
from tests.networks.payloads import telegram_message, vk_comment

LATER = NOW + timedelta(minutes=30)


def test_an_edit_keeps_the_first_wording_and_is_told_once(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"), settings)
    for number in (2, 3):
        edit = vk_comment(9, "Яма засыпана", NOW, kind="wall_reply_edit", event_id=str(number))
        deliver(sessions, town.vk, edit, settings, LATER)
    appeal = only(session)
    (message,) = appeal.messages
    assert (appeal.text, message.text, message.edited_text) == ("Яма", "Яма", "Яма засыпана")
    assert acts(session, appeal.number) == ["register", "source_edited"]


def test_an_edit_that_is_told_late_does_not_bring_an_older_wording_back(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"), settings)
    newer = vk_comment(9, "Яма засыпана", NOW, kind="wall_reply_edit", event_id="3")
    deliver(sessions, town.vk, newer, settings, LATER)
    older = vk_comment(9, "Яма стала больше", NOW, kind="wall_reply_edit", event_id="2")
    keep(sessions, town.vk, older, LATER - timedelta(minutes=5))
    assert work(sessions, settings, LATER) == [InboxState.PROCESSED]
    appeal = only(session)
    assert appeal.messages[0].edited_text == "Яма засыпана"
    assert acts(session, appeal.number) == ["register", "source_edited"]


def test_a_deleted_comment_is_marked_and_its_return_clears_the_mark(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"), settings)
    gone = vk_comment(9, "", NOW, kind="wall_reply_delete", event_id="2")
    deliver(sessions, town.vk, gone, settings, LATER)
    appeal = only(session)
    assert (appeal.text, appeal.source_deleted_at) == ("Яма", LATER)
    session.commit()
    back = vk_comment(9, "Яма", NOW, kind="wall_reply_restore", event_id="3")
    deliver(sessions, town.vk, back, settings, LATER)
    session.expire_all()
    assert appeal.source_deleted_at is None
    assert acts(session, appeal.number) == ["register", "source_deleted", "source_restored"]
    assert entries(session, appeal.number, "source_deleted")[0].happened_at == LATER


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize("kind", ["wall_reply_edit", "wall_reply_delete", "wall_reply_restore"])
def test_a_change_of_words_we_never_saw_harms_nothing(
    sessions: Sessions, town: Town, settings: Settings, kind: str
) -> None:
    payload = vk_comment(9, "Яма", NOW, kind=kind, event_id="1")
    assert deliver(sessions, town.vk, payload, settings) == [InboxState.PROCESSED]


def test_an_edited_message_of_telegram_is_the_same_message(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.telegram, telegram_message(9, "Яма", NOW), settings)
    edit = telegram_message(9, "Яма!", NOW, "edited_message", edit_date=int(LATER.timestamp()), update_id=1)
    deliver(sessions, town.telegram, {**edit, "update_id": 5}, settings, LATER)
    (message,) = only(session).messages
    assert (message.edited_text, message.edited_at) == ("Яма!", LATER)


STRANGE: list[dict[str, Any]] = [
    {"type": "brand_new_kind", "object": {}, "event_id": "\x00\ud800"},
    {"type": None, "object": None, "event_id": None},
    {},
    vk_comment(9, "Яма\x00 \ud83d\ude00 \ud800", NOW, event_id="é" * 70),
    vk_comment(9, "x" * 100_000, NOW, event_id="1" * 200),
    vk_comment(9, "Яма", NOW, attachments=[None, {"type": "photo", "photo": None}]),
    vk_comment(2**70, "Яма", NOW),
    {"nested": {"deep": [[[{}]]]}},
]


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_the_strangest_event_is_kept_and_settled(
    sessions: Sessions, session: Session, town: Town, settings: Settings, number: int
) -> None:
    assert keep(sessions, town.vk, STRANGE[number])
    assert not keep(sessions, town.vk, STRANGE[number])
    (state,) = work(sessions, settings)
    assert state in (InboxState.PROCESSED, InboxState.UNKNOWN)
    row = session.scalars(select(InboxEvent)).one()
    assert row.state is state


def test_an_event_nested_too_deep_to_be_read_is_unknown(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    body = b'{"type": "wall_reply_new", "object": ' + b"[" * 700 + b"]" * 700 + b"}"
    payload = receiving.parse(body)
    key = receiving.dedupe_key(Network.VK, payload, body)
    assert receiving.keep(session.connection(), town.vk.id, key, payload, NOW)
    session.commit()
    assert work(sessions, settings) == [InboxState.UNKNOWN]


def test_the_networks_secret_is_not_kept(sessions: Sessions, session: Session, town: Town) -> None:
    keep(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1", secret="vk-secret"))
    keep(sessions, town.vk, {"type": "x", "secret": "vk-secret"})
    for row in session.scalars(select(InboxEvent)):
        if "object" not in row.raw:
            assert "vk-secret" not in row.raw


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000, b'"x"'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(receiving.NotAnObject):
        receiving.parse(body)


def test_an_event_that_fails_is_tried_ever_later_and_then_left_to_a_person(
    sessions: Sessions, session: Session, town: Town
) -> None:
    keep(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"))
    now, waits = NOW, []
    for _ in range(reading.MOST_ATTEMPTS):
        event_id = reading.claim(session, now=now)
        assert event_id
        session.commit()
        assert reading.claim(session, now=now) is None
        session.expire_all()
        reading.fail(session, event_id, "broken", now=now)
        session.commit()
        row = session.get_one(InboxEvent, event_id)
        waits.append(row.next_at - now)
        now = row.next_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert (row.state, row.error) == (InboxState.FAILED, "broken")
    assert reading.claim(session, now=now + timedelta(days=9)) is None


def test_an_event_whose_worker_died_is_claimed_by_the_next(sessions: Sessions, session: Session, town: Town) -> None:
    keep(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"))
    first = reading.claim(session, now=NOW)
    session.commit()
    assert reading.claim(session, now=NOW + reading.CLAIM - timedelta(seconds=1)) is None
    assert reading.claim(session, now=NOW + reading.CLAIM) == first
