"""A text that nobody decides about: who is told before the deadline, and when its author may publish it himself."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import agreeing, answering, approving, gathering, routing, silence, wording
from incidents.records.answers import Alone, Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry
from incidents.records.notices import Channel, Letter, Notice, NoticeWay
from incidents.records.people import Person
from incidents.rules.acts import Refused, Status
from incidents.rules.silence import read_steps
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town
from tests.databases import SQLITE, TOWN
from tests.flow.deliveries import acts, entries, register
from tests.flow.test_overdue import sweep

MINUTE = timedelta(minutes=1)
DUE = NOW + TERM
STEPS = read_steps("head:20,press:15,manager:10,responder:10")


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """Of housing, in a town that tells of silence; nothing is written yet."""
    session.info["town"] = replace(TOWN, silence=STEPS)
    appeal = register(session, settings)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    session.commit()
    return appeal


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=f"^{code}$")


def hand_in(session: Session, appeal: Appeal, person: Person, at: datetime, text: str = "Подсыпали") -> Answer:
    current = answering.current(session, appeal)
    answer = answering.submit(session, appeal, person, text, now=at, seen=current.version if current else None)
    session.commit()
    return answer


def told(session: Session, step: str) -> set[str]:
    query = select(Person.login).join(Notice, Notice.person_id == Person.id).join(Alarm, Alarm.id == Notice.alarm_id)
    return set(session.scalars(query.where(Alarm.step == step)))


def test_before_the_deadline_each_is_told_once_dated_when_it_was_due_also_after_a_standstill(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    hand_in(session, appeal, cast.dmitry, NOW + 30 * MINUTE)
    assert "silence" not in [act for act, _ in sweep(session, DUE - 20 * MINUTE)]
    # The worker stood still until two minutes before the deadline.
    raised = [act for act, _ in sweep(session, DUE - 2 * MINUTE)]
    assert raised.count("silence") == 4
    assert sweep(session, DUE - MINUTE) == []
    written = entries(session, appeal.number, "silence")
    assert [entry.happened_at for entry in written] == [DUE - m * MINUTE for m in (20, 15, 10, 10)]
    assert {entry.noticed_at for entry in written} == {DUE - 2 * MINUTE}
    assert told(session, "silence:head:20") == {"boris"}
    assert told(session, "silence:press:15") == {"anna", "zoya"}
    assert told(session, "silence:manager:10") == {"galina"}
    assert told(session, "silence:responder:10") == {"dmitry"}


def test_who_has_decided_or_agreed_is_not_told_and_a_second_text_has_its_own_moments(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    hand_in(session, appeal, cast.dmitry, NOW + 30 * MINUTE)
    approving.endorse(session, appeal, cast.boris, now=NOW + 40 * MINUTE, version=1)
    session.commit()
    sweep(session, DUE - 14 * MINUTE)
    assert told(session, "silence:head:20") == set()
    assert told(session, "silence:press:15") == {"anna", "zoya"}
    answering.send_back(session, appeal, cast.anna, now=DUE - 13 * MINUTE, reason="Нет срока")
    session.commit()
    assert "silence" not in [act for act, _ in sweep(session, DUE - 9 * MINUTE)]
    # Handed in again eight minutes before the deadline: five minutes of patience a step, beyond the deadline.
    hand_in(session, appeal, cast.dmitry, DUE - 8 * MINUTE, "Подсыпали до 18:00")
    unraised = select(Alarm).where(Alarm.raised_at.is_(None), Alarm.step.like("silence:%")).order_by(Alarm.happens_at)
    coming = [(each.step, each.happens_at) for each in session.scalars(unraised)]
    assert coming[0] == ("silence:head:20:2", DUE - 3 * MINUTE)
    assert coming[1] == ("silence:press:15:2", DUE + 2 * MINUTE)
    assert {at for _, at in coming[2:]} == {DUE + 7 * MINUTE}
    wait = silence.waits(session, [appeal.number])[appeal.number]
    assert wait == silence.Wait(DUE - 8 * MINUTE, DUE + 7 * MINUTE)


def test_the_author_publishes_under_his_own_name_only_after_the_last_moment_and_it_is_written_down(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    settings = settings.model_copy(update={"four_eyes": "press"})
    handed_in_at = NOW + 80 * MINUTE
    answer = hand_in(session, appeal, cast.dmitry, handed_in_at)
    begins = DUE - 10 * MINUTE

    def publish(person: Person, at: datetime, version: int = 1, rules: Settings = settings) -> Answer:
        return silence.publish_alone(session, appeal, person, rules, now=at, version=version)

    with refused("not_silent_yet"):
        publish(cast.dmitry, begins - timedelta(seconds=1))
    # No sweep has run: what an author may do does not hang on the worker.
    for person in (cast.anna, cast.boris):
        with refused("not_a_writer"):
            publish(person, begins)
    with refused("text_changed"):
        publish(cast.dmitry, begins, version=7)
    with refused("silence_off"):
        publish(cast.dmitry, begins, rules=settings.model_copy(update={"publish_on_silence": False}))
    session.rollback()
    assert publish(cast.dmitry, DUE - 8 * MINUTE).id == answer.id
    session.commit()
    session.refresh(answer)
    assert (appeal.status, answer.state, answer.alone) == (
        Status.PUBLISHING,
        AnswerState.NEEDS_OPERATOR if answer.source_id is None else AnswerState.APPROVED,
        Alone.SILENCE,
    )
    last = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (last.act, last.by, last.data["silent_minutes"]) == ("own_name", cast.dmitry.actor.name, 32)
    assert "silence" not in [act for act, _ in sweep(session, DUE + MINUTE)]


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_nothing_is_ever_published_by_itself_and_not_at_all_where_no_clock_runs(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    hand_in(session, appeal, cast.dmitry, NOW + 30 * MINUTE)
    sweep(session, DUE + timedelta(days=2))
    session.refresh(appeal)
    assert appeal.status is Status.ON_APPROVAL
    session.info["town"] = TOWN
    answering.send_back(session, appeal, cast.anna, now=DUE + timedelta(days=2), reason="Ещё раз")
    hand_in(session, appeal, cast.dmitry, DUE + timedelta(days=3))
    with refused("never_silent"):
        silence.publish_alone(session, appeal, cast.dmitry, settings, now=DUE + timedelta(days=9), version=1)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_a_letter_says_what_waits_and_is_not_sent_once_somebody_has_decided(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    hand_in(session, appeal, cast.dmitry, NOW + 30 * MINUTE)
    sweep(session, DUE - 14 * MINUTE)
    alarm = session.scalars(select(Alarm).where(Alarm.step == "silence:press:15")).one()
    assert gathering.settled(session, [alarm]) == set()
    notice = session.scalars(select(Notice).where(Notice.alarm_id == alarm.id, Notice.person_id == cast.anna.id)).one()
    letter = Letter(person=cast.anna, channel=Channel.EMAIL, key="k", created_at=NOW, queued_at=NOW, is_test=False)
    session.add(letter)
    session.flush()
    session.add(NoticeWay(notice_id=notice.id, channel=Channel.EMAIL, ready_at=NOW, letter_id=letter.id))
    session.flush()
    said = wording.compose(session, letter, settings, now=DUE - 14 * MINUTE)
    assert "текст ждёт согласования, срок в 14:30" in said.text
    answering.send_back(session, appeal, cast.anna, now=DUE - 13 * MINUTE, reason="Нет срока")
    session.flush()
    assert gathering.settled(session, [alarm]) == {alarm.id}


@pytest.mark.parametrize("four_eyes", ["press", "head_then_press"])
@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_an_approver_who_mends_a_text_publishes_it_once_its_author_agrees_to_that_very_wording(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings, four_eyes: str
) -> None:
    rules = settings.model_copy(update={"four_eyes": four_eyes})
    hand_in(session, appeal, cast.dmitry, NOW)
    agreeing.mend(session, appeal, cast.anna, "Подсыпали утром", now=NOW, seen=1)
    session.commit()
    approving.endorse(session, appeal, cast.boris, now=NOW, version=2)
    with refused("needs_other_eyes"):
        approving.approve(session, appeal, cast.anna, rules, now=NOW, version=2)
    with refused("not_a_writer"):
        agreeing.agree(session, appeal, cast.boris, now=NOW, version=2)
    with refused("text_changed"):
        agreeing.agree(session, appeal, cast.dmitry, now=NOW, version=1)
    agreeing.agree(session, appeal, cast.dmitry, now=NOW, version=2)
    # A second click changes nothing.
    agreeing.agree(session, appeal, cast.dmitry, now=NOW, version=2)
    assert acts(session, appeal.number).count("agree") == 2
    answer = approving.approve(session, appeal, cast.anna, rules, now=NOW, version=2)
    assert (appeal.status, answer.alone) == (Status.PUBLISHING, None)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_a_wording_after_the_agreement_needs_another_one_and_an_unchanged_one_is_none(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    rules = settings.model_copy(update={"four_eyes": "press"})
    hand_in(session, appeal, cast.dmitry, NOW)
    with refused("nothing_changed"):
        agreeing.mend(session, appeal, cast.anna, "Подсыпали", now=NOW, seen=1)
    with refused("empty_answer"):
        agreeing.mend(session, appeal, cast.anna, " ", now=NOW, seen=1)
    agreeing.mend(session, appeal, cast.anna, "Подсыпали утром", now=NOW, seen=1)
    agreeing.agree(session, appeal, cast.dmitry, now=NOW, version=2)
    agreeing.mend(session, appeal, cast.anna, "Подсыпали вечером", now=NOW, seen=2)
    session.commit()
    with refused("needs_other_eyes"):
        approving.approve(session, appeal, cast.anna, rules, now=NOW, version=3)
    session.rollback()
    answering.send_back(session, appeal, cast.zoya, now=NOW, reason="Не то")
    with refused("not_waiting"):
        agreeing.mend(session, appeal, cast.anna, "Что-то", now=NOW, seen=3)
