"""What is recorded late, or stands around a boundary: the label and the clock always say the same, and no verdict moves."""

from datetime import timedelta

import pytest

from incidents.rules.acts import Status
from incidents.rules.clock import Verdict, due
from incidents.rules.life import Pause
from incidents.rules.norms import ClockName, Hours, OnDayOff, Start, Unit
from incidents.rules.stages import Stage, stretches, sums
from tests.rules.lives import LONG_AGO, NORMS, OFFICE, Journal, at, norm

FIRST, FINAL, NEXT, PROMISE = ClockName.FIRST, ClockName.FINAL, ClockName.NEXT, ClockName.PROMISE
LATER = at("2027-06-01 12:00")
HOUR = timedelta(hours=1)


def test_a_question_recorded_after_somebody_took_the_appeal_still_waits_for_the_author() -> None:
    life = Journal("2026-10-28 09:00").tell("assign", "2026-10-28 09:10", department=1)
    life.tell("answer_interim", "2026-10-28 09:20").tell("take", "2026-10-28 10:30", person=1)
    life.tell("submit", "2026-10-28 10:40").tell("ask_author", "2026-10-28 10:00")
    reckoning = life.reckon("2026-11-30 12:00")
    final = life.clock(FINAL)
    assert reckoning.life.cycles[0].held[-1].status is Status.AWAITING_AUTHOR
    assert final is not None
    assert final.verdict(LATER) is Verdict.PAUSED
    assert final.pauses == (Pause(at("2026-10-28 10:00"), None),)


def test_an_interim_answer_recorded_late_leaves_each_department_its_own_minutes() -> None:
    life = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 09:10")
    life.tell("assign", "2026-10-28 09:20", department=1).tell("assign", "2026-10-28 10:20", department=2)
    life.tell("answer_interim", "2026-10-28 09:30").tell("confirm", "2026-10-28 11:00")
    clock, cycle = life.clock(FINAL), life.reckon().life.cycles[0]
    assert clock is not None
    assert clock.stopped_at is not None
    parts = sums(stretches(cycle, clock.started_at, clock.stopped_at, clock.hours, clock.calendar))
    assert parts == {(Stage.DEPARTMENT, None): 600, (Stage.DEPARTMENT, 1): 3600, (Stage.DEPARTMENT, 2): 2400}


def test_a_question_after_the_deadline_hides_no_lateness() -> None:
    life = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 10:00").tell("ask_author", "2026-11-09 10:00")
    clock = life.clock(FINAL)
    assert clock is not None
    assert (clock.due_at, clock.pauses) == (at("2026-11-06 17:00"), ())
    assert clock.verdict(at("2026-11-10 10:00")) is Verdict.OVERDUE


@pytest.mark.parametrize(("asked", "verdict"), [("11:30:00", Verdict.PAUSED), ("11:30:01", Verdict.OVERDUE)])
def test_a_pause_at_the_very_deadline_holds_it_and_a_second_later_is_too_late(asked: str, verdict: Verdict) -> None:
    norms = (NORMS[0], norm(60, id=3, clock=FINAL, starts_at=Start.ANSWERED))
    life = Journal("2026-10-28 10:00", norms=norms).tell("answer_interim", "2026-10-28 10:30")
    clock = life.tell("ask_author", f"2026-10-28 {asked}").clock(FINAL)
    assert clock is not None
    assert clock.verdict(LATER) is verdict


@pytest.mark.parametrize("ending", ["confirm", "defer", "close"])
def test_what_happens_after_a_clock_ended_does_not_move_its_deadline(ending: str) -> None:
    life = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 10:00")
    life.tell(ending, "2026-10-29 10:00", promised_on="2026-11-20" if ending == "defer" else None)
    before = life.clock(FINAL)
    life.tell("follow_up", "2026-10-30 10:00").tell("ask_author", "2026-10-30 11:00")
    assert before is not None
    for now in ("2026-10-31 10:00", "2027-10-31 10:00"):
        assert life.clock(FINAL, now=now) == before


def test_pauses_add_also_where_the_term_is_in_days() -> None:
    days = norm(7, Hours.CALENDAR, unit=Unit.DAYS)
    start = at("2026-10-28 09:00")
    pauses = [Pause(start + n * HOUR, start + (n + 1) * HOUR) for n in (1, 3, 5, 7)]
    one = Pause(start + HOUR, start + 5 * HOUR)
    assert due(days, start, OFFICE, pauses) == due(days, start, OFFICE, [one]) == at("2026-11-06 00:00")


def test_a_day_off_rule_never_puts_a_deadline_before_the_end_of_a_pause() -> None:
    days = norm(7, Hours.CALENDAR, unit=Unit.DAYS, on_day_off=OnDayOff.PREVIOUS, valid_from=LONG_AGO)
    start = at("2026-10-23 09:00")
    pause = Pause(at("2026-10-30 10:00"), at("2026-11-01 10:00"))
    assert due(days, start, OFFICE) == at("2026-10-31 00:00")
    assert due(days, start, OFFICE, [pause]) == at("2026-11-03 00:00")


def test_an_answer_seen_before_the_reopening_does_not_make_the_new_cycle_shorter_than_nothing() -> None:
    life = Journal("2026-10-19 09:00").tell("confirm", "2026-10-19 10:00").tell("reopen", "2026-10-26 09:00")
    clock = life.tell("confirm", "2026-10-22 10:00").clock(FIRST, cycle=2)
    assert clock is not None
    assert clock.stopped_at == clock.started_at == at("2026-10-26 09:00")


def test_a_topic_or_a_rejection_after_the_reopening_leaves_the_first_verdict_alone() -> None:
    norms = (*NORMS, norm(6000, id=9, topic_id=7))
    life = Journal("2026-10-19 09:00", norms=norms).tell("confirm", "2026-10-19 16:00")
    life.tell("reopen", "2026-10-26 09:00")
    before = life.clock(FIRST)
    life.tell("classify", "2026-10-26 09:30", topic=7)
    assert life.clock(FIRST) == before
    second = life.clock(FIRST, cycle=2)
    assert second is not None
    assert second.norm == norms[-1]
    life.tell("reject", "2026-10-26 10:00")
    assert life.clock(FIRST) == before
    assert before is not None
    assert before.verdict(LATER) is Verdict.LATE


def test_words_that_lay_in_the_inbox_while_we_answered_are_answered_too() -> None:
    life = Journal("2026-10-28 09:00").tell("confirm", "2026-10-28 10:00:05").tell("follow_up", "2026-10-28 10:00:00")
    clock = life.clock(NEXT, now="2026-10-28 10:30")
    assert clock is not None
    assert (clock.started_at, clock.stopped_at) == (at("2026-10-28 10:00:05"), None)
    assert life.reckon().life.cycles[0].held[-1].status is Status.IN_PROGRESS


def test_an_earlier_promise_takes_the_place_of_a_deferral() -> None:
    life = Journal("2026-10-28 09:00").tell("defer", "2026-10-28 10:00", promised_on="2026-11-20")
    life.tell("defer", "2026-10-29 10:00", promised_on="2026-11-10")
    told = [(clock.due_at, clock.verdict(LATER)) for clock in life.reckon().clocks if clock.name is PROMISE]
    assert told == [(at("2026-11-21 00:00"), Verdict.ENDED), (at("2026-11-11 00:00"), Verdict.OVERDUE)]


def test_the_time_between_rejection_and_restoring_is_nobodys_but_the_press_sectors() -> None:
    life = Journal("2026-10-28 09:00").tell("assign", "2026-10-28 09:10", department=1)
    life.tell("reject", "2026-10-28 09:20").tell("restore", "2026-10-28 10:20").tell("confirm", "2026-10-28 10:30")
    clock, cycle = life.clock(FIRST), life.reckon().life.cycles[0]
    assert clock is not None
    assert clock.stopped_at is not None
    parts = sums(stretches(cycle, clock.started_at, clock.stopped_at, clock.hours, clock.calendar))
    assert parts == {(Stage.TRIAGE, None): 80 * 60, (Stage.DEPARTMENT, 1): 600}
