"""What the community itself wrote is never an appeal: ours is recognised however it comes back, a colleague's is recorded."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, publishing
from incidents.networks.events import Failure, Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.sources import InboxState, Source
from incidents.rules.acts import Status
from incidents.settings import Settings
from tests.cast import GROUP_ID, NOW, Cast, Town, here
from tests.flow.deliveries import Sessions, acts, approved, deliver, entries, only
from tests.networks.payloads import telegram_comment, vk_comment, vk_message

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE
UNDER_IT: dict[str, Any] = {"parents_stack": [9], "reply_to_comment": 9}


def ours(number: int, text: str, **more: Any) -> dict[str, Any]:
    return vk_comment(number, text, LATER, author=-GROUP_ID, event_id=f"own{number}", **UNDER_IT, **more)


def asked(sessions: Sessions, session: Session, source: Source, payload: dict[str, Any], settings: Settings) -> Appeal:
    deliver(sessions, source, payload, settings)
    return only(session)


def comment(sessions: Sessions, session: Session, town: Town, settings: Settings) -> Appeal:
    return asked(sessions, session, town.vk, vk_comment(9, "Что-то", NOW, event_id="1"), settings)


def sent(session: Session, outcome: Receipt | Failure | None) -> None:
    """The outbox claims the one answer, and hears this (None: nothing yet)."""
    answer_id = publishing.claim(session, "worker", now=NOW)
    assert answer_id
    session.commit()
    if outcome:
        publishing.record(session, answer_id, outcome, now=LATER)
        session.commit()


def test_our_comment_that_comes_back_by_its_number_changes_nothing(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    approved(session, appeal, cast.anna, settings)
    sent(session, Receipt("12", "https://vk.com/wall-1234_6?reply=12", LATER))
    history = acts(session, appeal.number)
    session.commit()
    deliver(sessions, town.vk, ours(12, "Убрали"), settings, LATER)
    assert acts(session, only(session).number) == history


def test_an_event_that_overtakes_the_answer_to_our_call_confirms_it_once(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    answer = approved(session, appeal, cast.anna, settings, "Убрали\n\nвчера")
    sent(session, None)
    deliver(sessions, town.vk, ours(12, "Убрали вчера"), settings, LATER)
    session.expire_all()
    assert (appeal.status, appeal.answered_at) == (Status.ANSWERED, LATER)
    assert (answer.state, answer.external_id) == (AnswerState.PUBLISHED, "12")
    session.commit()
    publishing.record(session, answer.id, Receipt("12", "https://vk.com/other", LATER + MINUTE), now=LATER + MINUTE)
    session.commit()
    assert (appeal.answered_at, answer.published_at) == (LATER, LATER)
    publishing.record(session, answer.id, Failure("unknown", "no_answer"), now=LATER + MINUTE)
    session.commit()
    assert answer.state is AnswerState.PUBLISHED
    assert acts(session, appeal.number).count("confirm") == 1


def test_an_unknown_outcome_is_settled_by_the_event(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    answer = approved(session, appeal, cast.anna, settings)
    sent(session, Failure("unknown", "no_answer"))
    assert answer.state is AnswerState.UNKNOWN
    deliver(sessions, town.vk, ours(12, "Убрали"), settings, LATER)
    session.expire_all()
    assert appeal.status is Status.ANSWERED


def test_our_message_is_recognised_by_its_random_id(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = asked(sessions, session, town.vk, vk_message(1, "Вода?", NOW), settings)
    answer = approved(session, appeal, cast.anna, settings)
    sent(session, None)
    back = vk_message(2, "переписано сетью", LATER, kind="message_reply", out=1, random_id=answer.guid)
    deliver(sessions, town.vk, back, settings, LATER)
    session.expire_all()
    assert (appeal.status, answer.state) == (Status.ANSWERED, AnswerState.PUBLISHED)


@pytest.mark.parametrize("place", ["comment", "dialog", "telegram"])
def test_a_colleagues_answer_is_recorded_as_answered_outside(
    sessions: Sessions, session: Session, town: Town, settings: Settings, place: str
) -> None:
    if place == "comment":
        source, said, back = town.vk, vk_comment(9, "Что-то", NOW, event_id="1"), ours(12, "Уберём")
    elif place == "dialog":
        source, said = town.vk, vk_message(1, "Вода?", NOW)
        back = vk_message(2, "Уберём", LATER, kind="message_reply", out=1, admin_author_id=5)
    else:
        source, said = town.telegram, telegram_comment(9, "Что-то", NOW)
        chat = said["message"]["chat"]
        above: dict[str, Any] = {"reply_to_message": {"message_id": 9, "chat": chat}, "sender_chat": chat}
        back = telegram_comment(10, "Уберём", LATER, **above)
    appeal = asked(sessions, session, source, said, settings)
    session.commit()
    deliver(sessions, source, back, settings, LATER)
    deliver(sessions, source, {**back, "event_id": "again", "update_id": 5}, settings, LATER)
    session.expire_all()
    assert only(session).answered_outside_at == LATER
    assert (appeal.status, appeal.answered_at) == (Status.NEW, None)
    (answer,) = session.scalars(select(Answer))
    assert (answer.text, answer.is_outside, answer.state) == ("Уберём", True, AnswerState.PUBLISHED)
    assert acts(session, appeal.number) == ["register", "answered_outside"]


def test_a_dialogs_number_is_not_mistaken_for_a_comments(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    approved(session, appeal, cast.anna, settings)
    sent(session, Receipt("902", "https://vk.com/wall-1234_6?reply=902", LATER))
    deliver(sessions, town.vk, vk_message(1, "Вода?", NOW, peer=78), settings)
    back = vk_message(2, "Есть", LATER, peer=78, kind="message_reply", out=1)
    assert back["object"]["id"] == 902
    deliver(sessions, town.vk, back, settings, LATER)
    dialog = session.scalars(select(Appeal).order_by(Appeal.number.desc()).limit(1)).one()
    assert dialog.answered_outside_at == LATER


@pytest.mark.parametrize(
    "payload",
    [
        ours(12, "Никому"),
        vk_comment(12, "Сами", NOW, author=-GROUP_ID),
        vk_message(1, "Рассылка", NOW, kind="message_reply", out=1),
    ],
)
def test_our_words_to_nobody_are_no_appeal(
    sessions: Sessions, session: Session, town: Town, settings: Settings, payload: dict[str, Any]
) -> None:
    assert deliver(sessions, town.vk, payload, settings) == [InboxState.PROCESSED]
    assert session.scalars(select(Appeal)).all() == []


def test_a_text_taken_back_that_stands_in_the_network_all_the_same_is_told(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = asked(sessions, session, town.vk, vk_message(1, "Вода?", NOW), settings)
    answer = approved(session, appeal, cast.anna, settings)
    sent(session, Failure("unknown", "no_answer"))
    answering.send_back(session, appeal, here(session, cast.zoya), now=LATER, reason="не то")
    session.commit()
    back = vk_message(2, "Убрали", LATER, kind="message_reply", out=1, random_id=answer.guid)
    deliver(sessions, town.vk, back, settings, LATER)
    session.expire_all()
    assert (appeal.status, appeal.answered_outside_at) == (Status.IN_PROGRESS, LATER)
    assert len(entries(session, appeal.number, "answered_outside")) == 1
