"""The promise ledger: noted when the citizen can read it, settled by a person, by the deferral's own clock, or by nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, promises, recording
from incidents.flow.answering import Intent
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.promises import Promise
from incidents.rules.acts import Purpose, Refused
from incidents.rules.promise_clock import PromiseState, Reminder
from incidents.settings import Settings
from tests.cast import GROUP_ID, NOW, Cast, Town
from tests.flow.alarms import with_housing

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return with_housing(session, cast, settings)


def say(
    session: Session, appeal: Appeal, cast: Cast, text: str, *, at: datetime = LATER, intent: Intent | None = None
) -> Answer:
    """The citizen can read a text of ours since `at`: recorded by hand, with its words."""
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply={int(at.timestamp())}"
    intent = intent or Intent(Purpose.INTERIM)
    return recording.record(session, appeal, cast.anna, now=at, link=link, at=at, intent=intent, text=text)


def test_what_a_published_answer_promises_is_noted_with_its_day_place_and_department(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    answer = say(session, appeal, cast, "Кабель заменим до 10 ноября, свет будет в пятницу.")
    first, second = promises.of_appeal(session, appeal.number)
    assert (first.due_on, second.due_on) == (date(2026, 10, 30), date(2026, 11, 10))
    assert answer.text[second.span_start : second.span_end] == "до 10 ноября"
    assert (first.state, first.is_machine, first.department_id) == (PromiseState.OPEN, True, appeal.department_id)
    # Friday's promise speaks on Thursday as work begins.
    assert (first.next_voice, first.next_at) == (Reminder.BEFORE, datetime(2026, 10, 28, 23, tzinfo=UTC))
    acts = session.scalars(select(Entry.act).where(Entry.stream == f"appeal:{appeal.number}").order_by(Entry.seq)).all()
    assert acts[-3:] == ["answer_interim", "promise", "promise"]
    assert promises.note(session, appeal, answer, at=LATER, now=LATER) == []


def test_a_day_that_a_person_dismissed_is_not_owed_and_one_that_was_looked_at_is_not_the_machines(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    answer = answering.save(session, appeal, cast.anna, "Сделаем до 10 ноября, не до 2 ноября.", now=NOW, seen=None)
    answer.followed = {"2026-11-02": False, "2026-11-10": True}
    approving.approve(session, appeal, cast.anna, settings, now=NOW, version=answer.version)
    recording.record(session, appeal, cast.anna, now=LATER, link=f"https://vk.com/wall-{GROUP_ID}_1?reply=9", at=LATER)
    rows = promises.of_appeal(session, appeal.number)
    assert [(row.due_on, row.is_machine) for row in rows] == [(date(2026, 11, 10), False)]


def test_a_promise_is_kept_by_a_person_with_the_answer_that_says_so(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    say(session, appeal, cast, "Уберём до 10 ноября.")
    (promise,) = promises.of_appeal(session, appeal.number)
    done = say(session, appeal, cast, "Убрали.", at=NOW + timedelta(days=1), intent=Intent())
    assert promise.state is PromiseState.OPEN
    with pytest.raises(Refused, match="no_such_answer"):
        promises.keep(session, appeal, promise, cast.anna, now=LATER, answer=promise.answer)
    promises.keep(session, appeal, promise, cast.anna, now=NOW + timedelta(days=3), answer=done)
    assert (promise.state, promise.kept_on, promise.next_at) == (PromiseState.KEPT, date(2026, 10, 29), None)
    with pytest.raises(Refused, match="promise_settled"):
        promises.drop(session, appeal, promise, cast.anna, now=LATER, reason="зачем")


def test_a_promise_moves_only_to_a_day_that_the_citizen_was_told(session: Session, cast: Cast, appeal: Appeal) -> None:
    say(session, appeal, cast, "Уберём до 10 ноября.")
    (promise,) = promises.of_appeal(session, appeal.number)
    with pytest.raises(Refused, match="no_later_promise"):
        promises.move(session, appeal, promise, cast.anna, now=LATER, to=None)
    say(session, appeal, cast, "Простите, уберём до 20 ноября.", at=NOW + timedelta(days=2))
    later = promises.later_ones(session, promise)[0]
    promises.move(session, appeal, promise, cast.anna, now=NOW + timedelta(days=2), to=later)
    assert (promise.state, promise.moved_to_id) == (PromiseState.MOVED, later.id)


def test_dropping_needs_a_reason_and_the_press_sector(session: Session, cast: Cast, appeal: Appeal) -> None:
    say(session, appeal, cast, "Уберём до 10 ноября.")
    (promise,) = promises.of_appeal(session, appeal.number)
    with pytest.raises(Refused, match="reason_needed"):
        promises.drop(session, appeal, promise, cast.anna, now=LATER, reason=" ")
    with pytest.raises(Refused, match="not_allowed"):
        promises.drop(session, appeal, promise, cast.vera, now=LATER, reason="не наше")
    promises.drop(session, appeal, promise, cast.anna, now=LATER, reason="это не обещание")
    assert promise.state is PromiseState.DROPPED


def test_a_deferral_is_in_the_ledger_moved_by_a_later_one_and_kept_by_the_last_word(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    say(session, appeal, cast, "Решим.", intent=Intent(Purpose.DEFERRAL, date(2026, 11, 5)))
    later = NOW + timedelta(days=1)
    say(session, appeal, cast, "Ещё нет.", at=later, intent=Intent(Purpose.DEFERRAL, date(2026, 11, 9)))
    first, second = promises.of_appeal(session, appeal.number)
    assert (first.is_decision, first.state, first.moved_to_id) == (True, PromiseState.MOVED, second.id)
    # Its own clock speaks for it.
    assert (second.next_at, second.is_machine) == (None, False)
    with pytest.raises(Refused, match="decision_stands"):
        promises.drop(session, appeal, second, cast.anna, now=later, reason="нет")
    say(session, appeal, cast, "Решили.", at=NOW + timedelta(days=13), intent=Intent())
    session.refresh(second)
    assert (second.state, second.kept_on) == (PromiseState.KEPT, date(2026, 11, 10))
    assert session.scalars(select(Promise).where(Promise.state == PromiseState.OPEN)).all() == []
