"""What an answer is for decides which clocks it meets, starts or pauses: question, interim, deferral, final."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, overdue, publishing, routing
from incidents.flow.answering import Intent
from incidents.networks.events import Receipt
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose, Refused, Reject, Status
from incidents.rules.norms import ClockName, Kind
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town
from tests.flow.deliveries import NETWORK, acts, entries, incoming, register
from tests.flow.lives import DAY, HOUR, INTERIM, MINUTE, QUESTION, clocks, deferral, enact_all_clocks, say

SOON, FINAL = NOW + 20 * MINUTE, Intent(Purpose.FINAL)
#: Seven whole days after the day of the first answer, to their last midnight in the town (UTC+10).
FINAL_DUE = NOW.replace(hour=14, minute=0) + 7 * DAY


@pytest.fixture
def appeal(session: Session, town: Town, settings: Settings) -> Appeal:
    enact_all_clocks(session)
    return register(session, settings, posted_at=NOW - 5 * MINUTE)


@pytest.mark.parametrize(
    ("intent", "status"),
    [
        (FINAL, Status.ANSWERED),
        (INTERIM, Status.INTERIM_ANSWERED),
        (QUESTION, Status.AWAITING_AUTHOR),
        (deferral(date(2026, 11, 9)), Status.DEFERRED),
    ],
)
def test_each_visible_answer_meets_the_first_clock(
    session: Session, appeal: Appeal, cast: Cast, intent: Intent, status: Status
) -> None:
    say(session, appeal, cast.anna, intent, SOON)
    assert (appeal.status, appeal.answered_at, appeal.due_at) == (status, SOON, NOW + TERM)
    assert clocks(session, appeal)["first"].stopped_at == SOON
    overdue.raise_alarms(session, now=NOW + TERM + HOUR)
    assert "overdue" not in acts(session, appeal.number)


def test_an_interim_answer_starts_the_final_clock_and_the_last_word_meets_it(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    say(session, appeal, cast.anna, INTERIM, SOON)
    assert (appeal.next_clock, appeal.next_due_at) == (ClockName.FINAL, FINAL_DUE)
    say(session, appeal, cast.anna, INTERIM, SOON + DAY, link="https://vk.com/wall-1_3")
    assert clocks(session, appeal)["final"].due_at == FINAL_DUE
    say(session, appeal, cast.anna, FINAL, SOON + 2 * DAY)
    assert clocks(session, appeal)["final"].stopped_at == SOON + 2 * DAY
    assert (appeal.status, appeal.next_clock, appeal.answered_at) == (Status.ANSWERED, None, SOON)


def test_a_question_pauses_the_final_clock_until_the_author_writes(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    say(session, appeal, cast.anna, QUESTION, SOON)
    assert (appeal.paused_at, appeal.next_clock) == (SOON, None)
    overdue.raise_alarms(session, now=SOON + 60 * DAY)
    assert "overdue" not in acts(session, appeal.number)
    replied = SOON + 3 * DAY
    intake.follow_up(session, appeal, incoming("Дом 40", received_at=replied), NETWORK, now=replied)
    session.commit()
    assert (appeal.status, appeal.paused_at) == (Status.IN_PROGRESS, None)
    # Three days of waiting are three more days; what the author wrote wants an answer in two hours.
    assert clocks(session, appeal)["final"].due_at == FINAL_DUE + 3 * DAY
    assert (appeal.next_clock, appeal.next_due_at) == (ClockName.NEXT, replied + TERM)


def test_who_takes_over_what_waits_for_the_author_does_not_end_the_waiting(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    say(session, appeal, cast.anna, QUESTION, SOON)
    routing.take(session, appeal, cast.zoya, now=SOON + HOUR)
    assert (appeal.status, appeal.paused_at, appeal.assignee_id) == (Status.AWAITING_AUTHOR, SOON, cast.zoya.id)


def test_handing_in_a_text_ends_the_waiting(session: Session, appeal: Appeal, cast: Cast) -> None:
    say(session, appeal, cast.anna, QUESTION, SOON)
    answering.submit(session, appeal, cast.anna, "Нашли сами, уберём", now=SOON + DAY, seen=None)
    session.commit()
    assert (appeal.status, appeal.paused_at) == (Status.ON_APPROVAL, None)
    assert clocks(session, appeal)["final"].due_at == FINAL_DUE + DAY


def test_a_promise_is_due_at_the_end_of_its_day_and_a_later_one_takes_its_place(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    say(session, appeal, cast.anna, deferral(date(2026, 11, 2)), SOON)
    assert (appeal.next_clock, appeal.next_due_at) == (
        ClockName.PROMISE,
        NOW.replace(day=2, month=11, hour=14, minute=0),
    )
    say(session, appeal, cast.anna, deferral(date(2026, 11, 9)), SOON + DAY, link="https://vk.com/wall-1_3")
    told = clocks(session, appeal)
    assert told["promise"].ended_at == SOON + DAY
    assert appeal.next_due_at == told["promise/2"].due_at == NOW.replace(day=9, month=11, hour=14, minute=0)
    say(session, appeal, cast.anna, FINAL, SOON + 2 * DAY, link="https://vk.com/wall-1_4")
    told = clocks(session, appeal)
    assert (told["promise"].stopped_at, told["promise/2"].stopped_at) == (None, SOON + 2 * DAY)
    assert appeal.next_clock is None


@pytest.mark.parametrize(
    ("intent", "code"),
    [
        (Intent(Purpose.DEFERRAL), "promise_needed"),
        (deferral(date(2026, 10, 28)), "promise_past"),
        (deferral(date(2026, 12, 28)), "promise_far"),
    ],
)
def test_a_deferral_names_a_day_that_is_near_and_not_over(
    session: Session, appeal: Appeal, cast: Cast, intent: Intent, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        approving.confirm_by_hand(
            session, appeal, cast.anna, now=SOON, link="https://vk.com/wall-1_2", at=SOON, intent=intent
        )


def test_a_promise_recorded_late_was_still_a_promise(session: Session, appeal: Appeal, cast: Cast) -> None:
    """Published on Wednesday, promised for Friday, recorded on Monday: the journal tells what was."""
    now, intent = SOON + 5 * DAY, deferral(date(2026, 10, 30))
    approving.confirm_by_hand(
        session, appeal, cast.anna, now=now, link="https://vk.com/wall-1_2", at=SOON, intent=intent
    )
    assert appeal.status is Status.DEFERRED
    assert appeal.next_due_at
    assert appeal.next_due_at < now


def test_under_a_law_nothing_but_the_answer_is_one(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    formal = register(session, settings, kind=Kind.FORMAL)
    for intent in (INTERIM, QUESTION, deferral(date(2026, 11, 9))):
        with pytest.raises(Refused, match="only_final"):
            say(session, formal, cast.anna, intent, SOON)


def test_the_network_confirms_what_the_text_was_for(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    intent = deferral(date(2026, 11, 9))
    draft = answering.save(session, appeal, cast.anna, "Решим к 9 ноября", now=NOW, seen=None, intent=intent)
    answer = approving.approve(session, appeal, cast.anna, settings, now=NOW, version=draft.version)
    session.commit()
    publishing.record(session, answer.id, Receipt("5", "https://vk.com/wall-1_5", SOON), now=SOON)
    session.commit()
    (entry,) = entries(session, appeal.number, "defer")
    assert (entry.data["promised_on"], entry.data["by_hand"]) == ("2026-11-09", False)
    assert (appeal.status, appeal.next_clock) == (Status.DEFERRED, ClockName.PROMISE)


def test_another_purpose_is_another_version_and_who_read_the_old_one_is_refused(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    draft = answering.submit(session, appeal, cast.anna, "Проверим", now=NOW, seen=None, intent=FINAL)
    read = draft.version
    answering.save(session, appeal, cast.anna, "Проверим", now=NOW, seen=read, intent=INTERIM)
    assert (draft.version, draft.purpose) == (read + 1, Purpose.INTERIM)
    with pytest.raises(Refused, match="text_changed"):
        approving.approve(session, appeal, cast.zoya, settings, now=NOW, version=read)
    # The approver may say it too: what it is for is the press sector's decision, and makes nobody a writer.
    asked = settings.model_copy(update={"four_eyes": "press"})
    approving.approve(session, appeal, cast.zoya, asked, now=NOW, version=draft.version, intent=QUESTION)
    (entry,) = entries(session, appeal.number, "approve")
    assert (entry.data["purpose"], entry.data["own"]) == ("question", False)


def test_an_interim_answer_by_a_colleague_leaves_the_final_text_with_its_writer(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    draft = answering.submit(session, appeal, cast.anna, "Убрали", now=NOW, seen=None)
    say(session, appeal, cast.anna, INTERIM, SOON)
    assert (draft.state, draft.text, draft.permalink) == ("draft", "Убрали", None)
    say(session, appeal, cast.anna, FINAL, SOON + HOUR, link="https://vk.com/wall-1_3")
    assert (draft.state, draft.permalink) == ("published", "https://vk.com/wall-1_3")


@pytest.mark.parametrize("text", ["Спасибо большое!", "спасибо 👍"])
def test_thanks_start_no_clock(session: Session, appeal: Appeal, cast: Cast, text: str) -> None:
    say(session, appeal, cast.anna, FINAL, SOON)
    later = SOON + HOUR
    intake.follow_up(session, appeal, incoming(text, received_at=later), NETWORK, now=later)
    session.commit()
    assert (appeal.status, appeal.next_clock) == (Status.ANSWERED, None)
    assert len(appeal.messages) == 2


def test_words_of_the_author_are_brought_in_by_hand_too(session: Session, appeal: Appeal, cast: Cast) -> None:
    by, later = cast.anna.actor, SOON + HOUR

    def bring(text: str, at: datetime = later) -> bool:
        return intake.hear_by_hand(session, appeal, incoming(text, received_at=at), by, now=later)

    assert bring("И ещё лавка сломана", NOW + MINUTE) is False
    say(session, appeal, cast.anna, QUESTION, SOON)
    assert bring("Спасибо!") is False
    assert appeal.status is Status.AWAITING_AUTHOR
    assert bring("Дом 40, второй подъезд") is True
    assert (appeal.status, appeal.paused_at, appeal.next_due_at) == (Status.IN_PROGRESS, None, later + TERM)
    assert acts(session, appeal.number) == ["register", "join", "ask_author", "join", "follow_up"]
    for text, at, code in (
        ("  ", later, "words_needed"),
        ("Дом 40", later + MINUTE, "future_time"),
        ("Дом 40", NOW - HOUR, "words_before"),
    ):
        with pytest.raises(Refused, match=code):
            bring(text, at)


def test_what_was_answered_is_not_rejected_any_more(session: Session, appeal: Appeal, cast: Cast) -> None:
    late = NOW + TERM + timedelta(seconds=1)
    say(session, appeal, cast.anna, FINAL, late)
    intake.follow_up(session, appeal, incoming("Неправда!", received_at=late), NETWORK, now=late)
    with pytest.raises(Refused, match="answered_already"):
        approving.reject(session, appeal, cast.anna, Reject.SPAM, now=late)
    assert appeal.is_late(late)
