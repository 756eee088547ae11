"""The end of an appeal and its return: closing, reopening, and what of the clocks stays for ever."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.flow import answering, closing, intake, recomputing, recording, timing, tokens
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.people import ApiToken
from incidents.rules.acts import Outcome, Purpose, Refused, Status
from incidents.rules.clock import Verdict
from incidents.rules.norms import ClockName
from incidents.settings import Settings
from tests.cast import FOUNDER, NOW, TERM, Cast, Town
from tests.flow.deliveries import NETWORK, acts, entries, incoming, register
from tests.flow.lives import DAY, HOUR, INTERIM, MINUTE, QUESTION, clocks, enact_all_clocks, say

LATE, FINAL = NOW + TERM + MINUTE, Intent(Purpose.FINAL)
LINK = "https://ok.ru/group/1/topic/2"


@pytest.fixture
def appeal(session: Session, town: Town, settings: Settings) -> Appeal:
    enact_all_clocks(session)
    return register(session, settings)


@pytest.fixture
def program(session: Session, cast: Cast) -> ApiToken:
    """Another program that may record acts."""
    plain = tokens.add_token(session, "Инцидент-менеджмент", ["acts"], FOUNDER, now=NOW)
    session.commit()
    owner = tokens.token_owner(session, plain)
    assert owner is not None
    return owner


def test_nothing_is_closed_before_the_citizen_has_seen_an_answer(session: Session, appeal: Appeal, cast: Cast) -> None:
    with pytest.raises(Refused, match="not_answered_yet"):
        closing.close(session, appeal, cast.anna, now=NOW, outcome=Outcome.SOLVED, reason="и так всё ясно")
    assert appeal.status is Status.NEW


def test_an_answered_appeal_is_closed_with_what_came_of_it(session: Session, appeal: Appeal, cast: Cast) -> None:
    say(session, appeal, cast.anna, FINAL, LATE)
    closing.close(session, appeal, cast.anna, now=LATE + HOUR, outcome=Outcome.SOLVED)
    session.commit()
    assert (appeal.status, appeal.outcome, appeal.is_late(LATE)) == (Status.CLOSED, Outcome.SOLVED, True)
    (entry,) = entries(session, appeal.number, "close")
    assert entry.data["outcome"] == "solved"


@pytest.mark.parametrize("intent", [INTERIM, QUESTION])
def test_before_the_last_word_closing_needs_a_reason_and_ends_the_final_clock(
    session: Session, appeal: Appeal, cast: Cast, intent: Intent
) -> None:
    say(session, appeal, cast.anna, intent, NOW + MINUTE)
    with pytest.raises(Refused, match="reason_needed"):
        closing.close(session, appeal, cast.anna, now=NOW + DAY, outcome=Outcome.EXPLAINED)
    closing.close(session, appeal, cast.anna, now=NOW + DAY, outcome=Outcome.EXPLAINED, reason="автор удалил страницу")
    session.commit()
    final = clocks(session, appeal)["final"]
    assert (final.stopped_at, final.ended_at) == (None, NOW + DAY)
    assert (appeal.next_clock, appeal.paused_at) == (None, None)


def test_what_the_author_wrote_again_may_need_no_answer(session: Session, appeal: Appeal, cast: Cast) -> None:
    say(session, appeal, cast.anna, FINAL, NOW + MINUTE)
    again = NOW + HOUR
    intake.follow_up(session, appeal, incoming("Ну ладно, увидим", received_at=again), NETWORK, now=again)
    session.commit()
    assert (appeal.status, appeal.next_clock) == (Status.IN_PROGRESS, ClockName.NEXT)
    closing.close(session, appeal, cast.anna, now=again + MINUTE, reason="ответа не требует")
    session.commit()
    assert clocks(session, appeal)["next"].ended_at == again + MINUTE
    assert appeal.next_clock is None


def test_a_reopened_appeal_has_clocks_of_its_own_and_the_old_verdict_stays(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    say(session, appeal, cast.anna, FINAL, LATE)
    closing.close(session, appeal, cast.anna, now=LATE + HOUR, outcome=Outcome.SOLVED)
    session.commit()
    with pytest.raises(Refused, match="reason_needed"):
        closing.reopen(session, appeal, cast.anna, now=LATE + DAY, reason=" ")
    closing.reopen(session, appeal, cast.anna, now=LATE + DAY, reason="яма на месте")
    session.commit()
    assert (appeal.status, appeal.cycle, appeal.outcome) == (Status.IN_PROGRESS, 2, None)
    told = clocks(session, appeal)
    assert told["first:2"].due_at == appeal.next_due_at == LATE + DAY + TERM
    assert (told["first"].stopped_at, appeal.answered_at, appeal.due_at) == (LATE, LATE, NOW + TERM)
    say(session, appeal, cast.anna, FINAL, LATE + DAY + HOUR, link="https://vk.com/wall-1_9")
    told = clocks(session, appeal)
    now = LATE + 2 * DAY
    assert (told["first"].verdict(now), told["first:2"].verdict(now)) == (Verdict.LATE, Verdict.IN_TIME)
    assert appeal.is_late(now)
    assert list(recomputing.differences(session, [appeal.number], timing.rules(session), now=now)) == []


def test_a_stored_clock_says_the_same_as_the_rules(session: Session, appeal: Appeal, cast: Cast) -> None:
    first = clocks(session, appeal)["first"]
    assert (first.verdict(NOW + TERM), first.verdict(LATE)) == (Verdict.RUNNING, Verdict.OVERDUE)
    say(session, appeal, cast.anna, QUESTION, NOW + MINUTE)
    told = clocks(session, appeal)
    assert (told["first"].verdict(LATE), told["final"].verdict(LATE)) == (Verdict.IN_TIME, Verdict.PAUSED)
    assert told["first"].verdict(LATE, is_void=True) is Verdict.ENDED


def test_another_program_says_what_it_published_and_its_word_stands_in_the_journal(
    session: Session, appeal: Appeal, program: ApiToken
) -> None:
    at, now = NOW + MINUTE, NOW + HOUR
    answer = recording.record(session, appeal, program, now=now, link=LINK, at=at, intent=INTERIM, text="Проверяем")
    session.commit()
    (entry,) = entries(session, appeal.number, "answer_interim")
    assert (entry.by, entry.happened_at, entry.data["by_hand"]) == (f"token:{program.id}", at, False)
    assert (answer.text, answer.purpose, appeal.answered_at) == ("Проверяем", Purpose.INTERIM, at)
    assert recording.is_recorded(session, appeal, Purpose.INTERIM, LINK)
    assert not recording.is_recorded(session, appeal, Purpose.FINAL, LINK)
    closing.close(session, appeal, program, now=now, outcome=Outcome.EXPLAINED, reason="закрыто там")
    closing.reopen(session, appeal, program, now=now + timedelta(seconds=1), reason="открыто там")
    assert acts(session, appeal.number) == ["register", "answer_interim", "close", "reopen"]


def test_other_words_than_ours_take_our_approved_text_out_of_the_way(
    session: Session, appeal: Appeal, cast: Cast, program: ApiToken
) -> None:
    draft = answering.submit(session, appeal, cast.anna, "Наш текст", now=NOW, seen=None)
    now = NOW + HOUR
    theirs = recording.record(session, appeal, program, now=now, link=LINK, at=now, intent=FINAL, text="Их слова")
    assert (draft.state, theirs.text, theirs.is_outside) == ("withdrawn", "Их слова", True)
