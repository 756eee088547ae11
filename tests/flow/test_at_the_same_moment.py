"""Two hands on one row in the same moment: a person and a worker, the outbox and the inbox, the sweep and a new topic."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, classifying, enacting, overdue, publishing, reading
from incidents.networks.events import Failure, Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.sources import InboxState, Source
from incidents.records.topics import Topic
from incidents.rules.acts import Refused, Status
from incidents.rules.norms import Hours, Kind, Norm, Start
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, here
from tests.databases import POSTGRESQL
from tests.flow.deliveries import Sessions, acts, appeals, approved, deliver, keep, only, register
from tests.flow.test_own_words import LATER, comment, ours
from tests.flow.test_publishing import SECOND, SOON, Desk, desk
from tests.networks.payloads import vk, vk_comment, vk_message

__all__ = ["desk"]

#: SQLite has one writer at a time; these moments are there only where there are several.
SEVERAL_WRITERS = pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
RECEIPT = Receipt("12", "https://vk.com/wall-1234_6?reply=12", LATER)


def meanwhile(do: Callable[[], Any]) -> threading.Thread:
    """It begins, and has come as far as it can."""
    thread = threading.Thread(target=do)
    thread.start()
    time.sleep(0.4)
    return thread


def inbox(sessions: Sessions, settings: Settings, states: list[InboxState]) -> Callable[[], None]:
    def work() -> None:
        with sessions() as session:
            event_id = reading.claim(session, now=LATER)
            assert event_id
            session.commit()
            states.append(reading.process(session, event_id, settings, now=LATER))
            session.commit()

    return work


@SEVERAL_WRITERS
@pytest.mark.parametrize("is_written", [False, True], ids=["the row is held", "all but committed"])
def test_our_own_event_waits_for_the_outbox_and_knows_the_answer(
    is_written: bool, sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    answer = approved(session, appeal, cast.anna, settings)
    assert publishing.claim(session, "worker", now=NOW) == answer.id
    session.commit()
    keep(sessions, town.vk, ours(12, "Убрали"), LATER)
    states: list[InboxState] = []
    with sessions() as outbox:
        outbox.get_one(Answer, answer.id, with_for_update=True)
        if is_written:
            publishing.record(outbox, answer.id, RECEIPT, now=LATER)
        thread = meanwhile(inbox(sessions, settings, states))
        publishing.record(outbox, answer.id, RECEIPT, now=LATER)
        outbox.commit()
        thread.join()
    session.expire_all()
    assert states == [InboxState.PROCESSED]
    assert acts(session, appeal.number) == ["register", "approve", "confirm"]
    assert [each.is_outside for each in session.scalars(select(Answer))] == [False]


@SEVERAL_WRITERS
def test_what_a_worker_has_just_taken_up_is_not_sent_a_second_time(desk: Desk) -> None:
    answer = desk.answer(77, "telegram")
    desk.claim()
    number = desk.hear(answer, Failure("retry", "telegram:429", "", 1.0), NOW).number
    later = NOW + 120 * SECOND
    with desk.sessions() as page:
        appeal, stopped = page.get_one(Appeal, number), page.get_one(Answer, answer.id)
        assert stopped.state is AnswerState.RETRY
        assert desk.claim(later) == answer.id
        with pytest.raises(Refused, match="nothing_to_resend"):
            publishing.resend(page, appeal, stopped, here(page, desk.cast.anna), now=later)
    assert desk.claim(later + 2 * SECOND) is None
    assert answer.state is AnswerState.SENDING


@SEVERAL_WRITERS
def test_what_was_placed_by_hand_in_this_moment_does_not_go_out_with_its_source(desk: Desk) -> None:
    answer = desk.answer()
    desk.claim()
    number = desk.hear(answer, Failure("admin", "vk:5", "no"), NOW).number
    with desk.sessions() as hand:
        link = "https://vk.com/wall-1234_6?reply=99"
        anna = here(hand, desk.cast.anna)
        approving.confirm_by_hand(hand, hand.get_one(Appeal, number), anna, now=SOON, link=link, at=SOON)
        hand.flush()
        resumed: list[int] = []

        def resume() -> None:
            with desk.sessions() as page:
                resumed.append(publishing.resume(page, page.get_one(Source, desk.town.vk.id), now=SOON))
                page.commit()

        thread = meanwhile(resume)
        hand.commit()
        thread.join()
    desk.session.expire_all()
    assert (resumed, answer.state) == ([0], AnswerState.PUBLISHED)
    assert desk.claim(NOW + 60 * SECOND) is None


@SEVERAL_WRITERS
def test_an_alarm_raised_while_the_topic_was_chosen_belongs_to_the_old_deadline(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    number, late = register(session, settings).number, NOW + TERM + SECOND
    longer = Norm(0, Kind.SOCIAL, 1440, Hours.CALENDAR, Start.RECEIVED, NOW.date(), topic_id=town.lamps.id)
    enacting.put(session, longer, cast.elena.actor, now=NOW, note="")
    session.commit()
    with sessions() as page:
        appeal = page.get_one(Appeal, number)
        overdue.raise_alarms(session, now=late)
        session.commit()
        topic, anna = page.get_one(Topic, town.lamps.id), here(page, cast.anna)
        classifying.classify(page, appeal, topic, anna.actor, now=late)
        page.commit()
    session.expire_all()
    appeal = only(session)
    assert appeal.due_at == NOW + timedelta(days=1)
    waiting = session.scalars(select(Alarm).where(Alarm.raised_at.is_(None)))
    assert {alarm.due_at for alarm in waiting} == {appeal.due_at}


def test_a_text_that_was_taken_back_does_not_stand_for_the_one_that_goes_out_now(desk: Desk) -> None:
    session, anna = desk.session, desk.cast.anna
    deliver(desk.sessions, desk.town.vk, vk_message(5, "Что-то", NOW, event_id="m"), desk.settings)
    appeal = appeals(session)[-1]
    first = approved(session, appeal, anna, desk.settings)
    desk.claim()
    desk.hear(first, Failure("unknown", "no_answer"), NOW)
    person = here(session, anna)
    answering.send_back(session, appeal, person, now=SOON, reason="не тот двор")
    draft = answering.current(session, appeal)
    assert draft
    draft = answering.save(session, appeal, person, "Другой текст", now=SOON, seen=draft.version)
    second = approving.approve(session, appeal, person, desk.settings, now=SOON, version=draft.version)
    session.commit()
    assert desk.hear(first, Receipt("55", None, SOON)).status is Status.PUBLISHING
    assert desk.claim(NOW + timedelta(minutes=5)) == second.id
    assert desk.hear(second, Receipt("56", None, SOON)).status is Status.ANSWERED
    assert acts(session, appeal.number)[-3:] == ["approve", "answered_outside", "confirm"]


@pytest.mark.parametrize("change", ["wall_reply_edit", "wall_reply_delete"])
def test_a_change_that_overtakes_its_words_is_not_lost(
    change: str, sessions: Sessions, session: Session, town: Town, settings: Settings, cast: Cast
) -> None:
    keep(sessions, town.vk, vk_comment(9, "Что-то", NOW, event_id="1"))
    keep(sessions, town.vk, vk(change, vk_comment(9, "Совсем другое", NOW)["object"], event_id="2"))
    with sessions() as worker:
        first, second = reading.claim(worker, now=NOW), reading.claim(worker, now=NOW)
        worker.commit()
        assert first
        assert second
        assert reading.process(worker, second, settings, now=NOW) is InboxState.PENDING
        worker.commit()
        assert reading.process(worker, first, settings, now=NOW) is InboxState.PROCESSED
        worker.commit()
        again = NOW + timedelta(minutes=1)
        assert reading.claim(worker, now=again) == second
        assert reading.process(worker, second, settings, now=again) is InboxState.PROCESSED
        worker.commit()
    (message,) = only(session).messages
    assert (message.edited_text == "Совсем другое") is (change == "wall_reply_edit")
    assert (message.deleted_at is not None) is (change == "wall_reply_delete")


def test_a_change_of_words_that_nobody_sent_is_let_go_after_some_tries(
    sessions: Sessions, session: Session, town: Town, settings: Settings, cast: Cast
) -> None:
    keep(sessions, town.vk, vk_comment(9, "Что-то", NOW, event_id="1"), NOW + timedelta(days=2))
    keep(sessions, town.vk, vk("wall_reply_edit", vk_comment(8, "Другое", NOW)["object"], event_id="2"))
    tries, at = 0, NOW
    while tries <= reading.MOST_ATTEMPTS:
        tries, at = tries + 1, at + timedelta(hours=1)
        event_id = reading.claim(session, now=at)
        assert event_id
        if reading.process(session, event_id, settings, now=at) is InboxState.PROCESSED:
            break
        session.commit()
    assert tries == reading.MOST_ATTEMPTS
