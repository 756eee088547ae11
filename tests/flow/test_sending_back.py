"""Back to the writer, rejected, restored: what was written stays, and what may be on its way is not touched."""

import time
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, publishing, routing
from incidents.networks.events import Failure
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused, Reject, Status
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, here
from tests.databases import SQLITE
from tests.flow.deliveries import Sessions, acts, approved, deliver, entries, only
from tests.networks.payloads import vk_comment


@pytest.fixture
def appeal(sessions: Sessions, session: Session, town: Town, settings: Settings) -> Appeal:
    deliver(sessions, town.vk, vk_comment(9, "Что-то", NOW, event_id="1"), settings)
    return only(session)


def states(session: Session) -> list[AnswerState]:
    return list(session.scalars(select(Answer.state).order_by(Answer.id)))


def test_what_waits_for_approval_goes_back_with_a_reason(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    answering.submit(session, appeal, cast.dmitry, "Уберём", now=NOW, seen=None)
    approving.endorse(session, appeal, cast.boris, now=NOW, version=1)
    with pytest.raises(Refused, match="reason_needed"):
        answering.send_back(session, appeal, cast.anna, now=NOW, reason=" ")
    answering.send_back(session, appeal, cast.anna, now=NOW, reason="когда?")
    assert (appeal.status, states(session)) == (Status.IN_PROGRESS, [AnswerState.DRAFT])
    draft = answering.current(session, appeal)
    assert draft
    assert (draft.text, draft.endorsed_version) == ("Уберём", None)


def test_an_approved_answer_comes_back_as_a_draft_that_its_writer_still_cannot_approve(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    rules = settings.model_copy(update={"four_eyes": "press"})
    draft = answering.save(session, appeal, cast.anna, "Уберём", now=NOW, seen=None)
    approving.approve(session, appeal, cast.zoya, rules, now=NOW, version=draft.version)
    answering.send_back(session, appeal, cast.zoya, now=NOW, reason="опечатка")
    assert (appeal.status, states(session)) == (Status.IN_PROGRESS, [AnswerState.WITHDRAWN, AnswerState.DRAFT])
    again = answering.current(session, appeal)
    assert again
    assert (again.text, again.version, answering.writers(session, again)) == ("Уберём", 1, {cast.anna.id})
    assert publishing.claim(session, "worker", now=NOW) is None
    with pytest.raises(Refused, match="needs_other_eyes"):
        approving.approve(session, appeal, cast.anna, rules, now=NOW, version=again.version)
    answering.save(session, appeal, cast.anna, "Уберём!", now=NOW, seen=again.version)
    approving.approve(session, appeal, cast.zoya, rules, now=NOW, version=again.version)


def test_what_a_worker_holds_is_neither_sent_back_nor_confirmed_by_hand(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    answer = approved(session, appeal, cast.anna, settings)
    publishing.claim(session, "worker", now=NOW)
    session.commit()
    with pytest.raises(Refused, match="being_sent"):
        answering.send_back(session, appeal, cast.anna, now=NOW, reason="стойте")
    with pytest.raises(Refused, match="being_sent"):
        approving.confirm_by_hand(session, appeal, cast.anna, now=NOW, link="https://vk.com/x", at=NOW)
    session.rollback()
    session.refresh(answer)
    assert answer.state is AnswerState.SENDING


def test_a_worker_that_claims_in_this_very_moment_wins_or_loses_whole(
    sessions: Sessions, session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    approved(session, appeal, cast.anna, settings)
    outcome: list[str] = []

    def back() -> None:
        with sessions() as other:
            his = other.get_one(Appeal, appeal.number)
            try:
                answering.send_back(other, his, here(other, cast.zoya), now=NOW, reason="стойте")
                other.commit()
            except Refused as error:
                outcome.append(error.code)

    assert publishing.claim(session, "worker", now=NOW)
    thread = Thread(target=back)
    thread.start()
    time.sleep(0.2)
    session.commit()
    thread.join(10)
    assert outcome == ["being_sent"]
    assert states(session) == [AnswerState.SENDING]


def test_a_slow_workers_last_word_does_not_bring_back_what_was_taken_out(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    answer = approved(session, appeal, cast.anna, settings)
    publishing.claim(session, "worker", now=NOW)
    publishing.record(session, answer.id, Failure("unknown", "no_answer"), now=NOW)
    answering.send_back(session, appeal, cast.anna, now=NOW, reason="стойте")
    publishing.record(session, answer.id, Failure("retry", "vk:6", "", 1.0), now=NOW)
    session.commit()
    assert states(session) == [AnswerState.WITHDRAWN, AnswerState.DRAFT]
    assert publishing.claim(session, "worker", now=NOW + TERM) is None


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize("why", list(Reject))
def test_what_is_no_incident_is_rejected_with_a_reason_and_can_be_restored(
    session: Session, appeal: Appeal, cast: Cast, why: Reject
) -> None:
    due_at = appeal.due_at
    approving.reject(session, appeal, cast.anna, why, now=NOW, note=" пояснение ")
    assert (appeal.status, appeal.reject_reason) == (Status.REJECTED, why)
    assert not appeal.is_overdue(NOW + 9 * TERM)
    (entry,) = entries(session, appeal.number, "reject")
    assert entry.note
    assert (entry.data["reason"], entry.note.text) == (why, "пояснение")
    with pytest.raises(Refused, match="not_allowed"):
        approving.restore(session, appeal, cast.boris, now=NOW)
    approving.restore(session, appeal, cast.anna, now=NOW)
    assert (appeal.status, appeal.reject_reason, appeal.due_at) == (Status.NEW, None, due_at)
    assert acts(session, appeal.number) == ["register", "reject", "restore"]
