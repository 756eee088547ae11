"""The clock where several write at once: a sweep meets an answer, new words meet its confirmation."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, closing, overdue, publishing
from incidents.networks.events import Receipt
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.sources import InboxState
from incidents.rules.acts import Refused, Status
from incidents.rules.norms import ClockName
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, here
from tests.flow.deliveries import Sessions, acts, approved, keep, only, register
from tests.flow.test_at_the_same_moment import SEVERAL_WRITERS, inbox, meanwhile
from tests.flow.test_own_words import LATER, comment
from tests.networks.payloads import vk_comment

SECOND = timedelta(seconds=1)
DUE = NOW + TERM


@SEVERAL_WRITERS
def test_a_sweep_and_an_answer_do_not_wait_for_each_other_and_the_alarm_is_corrected(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    number, late = register(session, settings).number, DUE + SECOND
    failed: list[Exception] = []

    def record() -> None:
        try:
            with sessions() as page:
                anna, appeal = here(page, cast.anna), page.get_one(Appeal, number)
                link = "https://vk.com/wall-1234_6?reply=99"
                approving.confirm_by_hand(page, appeal, anna, now=late, link=link, at=DUE)
                page.commit()
        except Exception as error:  # a thread's error is told by the test
            failed.append(error)

    with sessions() as sweep:
        # The sweep holds the alarms, and will want the appeal's journal; the person has come between the two.
        sweep.scalars(select(Alarm.id).where(Alarm.appeal_number == number).with_for_update()).all()
        thread = meanwhile(record)
        raised = overdue.raise_alarms(sweep, now=late)
        sweep.commit()
    thread.join()
    session.expire_all()
    assert failed == []
    assert len(raised.alarms) == 3
    assert acts(session, number) == ["register", "warn", "warn", "overdue", "confirm", "correct"]


@SEVERAL_WRITERS
def test_words_that_arrive_while_an_answer_is_confirmed_follow_it(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = comment(sessions, session, town, settings)
    answer = approved(session, appeal, cast.anna, settings)
    assert publishing.claim(session, "worker", now=NOW) == answer.id
    session.commit()
    keep(sessions, town.vk, vk_comment(10, "А когда?", LATER, event_id="2", parents_stack=[9]), LATER)
    states: list[InboxState] = []
    with sessions() as outbox:
        outbox.get_one(Answer, answer.id, with_for_update=True)
        publishing.record(outbox, answer.id, Receipt("12", None, LATER - SECOND), now=LATER)
        thread: threading.Thread = meanwhile(inbox(sessions, settings, states))
        outbox.commit()
        thread.join()
    session.expire_all()
    appeal = only(session)
    assert states == [InboxState.PROCESSED]
    assert acts(session, appeal.number)[-2:] == ["confirm", "follow_up"]
    assert appeal.status is Status.IN_PROGRESS


@pytest.mark.parametrize("minutes", [-1, 0])
def test_an_answer_from_before_the_reopening_is_refused(
    session: Session, town: Town, cast: Cast, settings: Settings, minutes: int
) -> None:
    from_old, again = NOW + timedelta(hours=1), NOW + timedelta(days=5)
    appeal = register(session, settings)
    link = "https://vk.com/wall-1234_6?reply=9"
    approving.confirm_by_hand(session, appeal, cast.anna, now=from_old, link=link, at=from_old)
    closing.reopen(session, appeal, cast.anna, now=again, reason="не убрали")
    session.commit()
    at, now = again + timedelta(minutes=minutes), again + timedelta(hours=1)
    if minutes < 0:
        with pytest.raises(Refused, match="before_reopened"):
            approving.confirm_by_hand(session, appeal, cast.anna, now=now, link=link + "1", at=at)
        session.rollback()
        assert acts(session, appeal.number)[-1] == "reopen"
        return
    approving.confirm_by_hand(session, appeal, cast.anna, now=now, link=link + "1", at=at)
    session.commit()
    clock = session.scalars(select(ClockRow).where(ClockRow.cycle == 2, ClockRow.name == ClockName.FIRST)).one()
    assert clock.stopped_at == again
    assert appeal.answered_at == from_old
