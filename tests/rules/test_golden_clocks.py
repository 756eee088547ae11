"""What other trackers got wrong, as journals: the vectors G1-G22 of the field, and the worked examples of practitioners.

G18 (one update delivered three times) and G17 (a scheduler that was down) need a database: tests/flow/test_golden_flow.py.
G19 waits for albums, G23 for the export's switch between working and calendar hours.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.rules.calendar import Calendar, Day, DayKind, working_seconds
from incidents.rules.clock import Verdict
from incidents.rules.norms import ClockName, Hours, Start
from incidents.rules.stages import Stage, stretches, sums
from tests.rules.lives import ALWAYS, NORMS, OFFICE, ZONE, Journal, at, norm, took, week

FIRST, FINAL, NEXT = ClockName.FIRST, ClockName.FINAL, ClockName.NEXT
WITH_LUNCH = week(*(((540, 780), (840, 1080)),) * 5)
TUESDAYS = week((), ((480, 1020),))
HOLIDAY = replace(OFFICE, special={at("2026-11-04 12:00").astimezone(ZONE).date(): Day(DayKind.HOLIDAY, ())})
SHORT = replace(OFFICE, special={at("2026-11-03 12:00").astimezone(ZONE).date(): Day(DayKind.SHORTENED, ((540, 960),))})


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "due"),
    [
        pytest.param(OFFICE, "2026-10-30 16:30", 60, "2026-11-02 09:30", id="G1"),
        pytest.param(OFFICE, "2026-10-28 07:00", 120, "2026-10-28 11:00", id="G2"),
        pytest.param(OFFICE, "2026-10-28 10:00", 120, "2026-10-28 12:00", id="G3"),
        pytest.param(ALWAYS, "2026-10-28 23:30", 120, "2026-10-29 01:30", id="G4"),
        pytest.param(WITH_LUNCH, "2026-10-28 12:30", 120, "2026-10-28 15:30", id="G5"),
        pytest.param(TUESDAYS, "2026-10-28 12:00", 120, "2026-11-03 10:00", id="G6"),
        pytest.param(SHORT, "2026-11-03 15:30", 120, "2026-11-04 10:30", id="G21"),
    ],
)
def test_a_deadline_lies_where_the_working_hours_put_it(calendar: Calendar, start: str, minutes: int, due: str) -> None:
    clock = Journal(start, calendar, (norm(minutes),)).clock(FIRST)
    assert clock is not None
    assert clock.due_at == at(due)


def test_g7_an_answer_in_the_first_working_minute_after_a_holiday_took_no_minute() -> None:
    clock = Journal("2026-11-04 11:00", HOLIDAY).tell("confirm", "2026-11-05 09:00").clock(FIRST)
    assert clock is not None
    assert clock.stopped_at is not None
    assert working_seconds(HOLIDAY, clock.started_at, clock.stopped_at) == 0
    assert clock.verdict(clock.stopped_at) is Verdict.IN_TIME


@pytest.mark.parametrize("minutes", [480, 120])
def test_g8_a_pause_belongs_to_the_appeal_and_survives_another_norm(minutes: int) -> None:
    norms = (NORMS[0], norm(minutes, Hours.CALENDAR, id=3, clock=FINAL, starts_at=Start.ANSWERED))
    life = Journal("2026-10-28 09:00", norms=norms).tell("ask_author", "2026-10-28 10:00")
    life.tell("follow_up", "2026-10-28 11:00")
    clock = life.clock(FINAL)
    assert clock is not None
    assert clock.due_at == at("2026-10-28 10:00") + timedelta(minutes=minutes + 60)


def test_g9_a_clock_that_is_paused_all_the_time_never_breaches() -> None:
    clock = Journal("2026-10-28 09:00").tell("ask_author", "2026-10-28 10:00").clock(FINAL, now="2036-01-01 00:00")
    assert clock is not None
    assert clock.verdict(at("2036-01-01 00:00")) is Verdict.PAUSED


def test_g10_the_first_answer_is_measured_from_the_first_words() -> None:
    life = Journal("2026-10-26 10:00").tell("join", "2026-10-27 10:00").tell("join", "2026-10-28 10:00")
    clock = life.tell("confirm", "2026-10-29 10:00").clock(FIRST)
    assert clock is not None
    assert took(clock) == timedelta(days=3)


def test_g11_an_answer_that_asks_the_author_meets_the_first_clock_and_pauses_the_last() -> None:
    reckoning = Journal("2026-10-28 09:00").tell("ask_author", "2026-10-28 09:40").reckon("2026-10-28 12:00")
    verdicts = {clock.name: clock.verdict(at("2026-10-28 12:00")) for clock in reckoning.clocks}
    assert verdicts == {FIRST: Verdict.IN_TIME, FINAL: Verdict.PAUSED}


def test_g12_a_silent_citizen_starts_no_next_clock() -> None:
    assert Journal("2026-10-28 09:00").tell("confirm", "2026-10-28 10:00").clock(NEXT) is None


def test_g13_before_the_first_answer_there_is_only_its_own_clock() -> None:
    life = Journal("2026-10-28 09:00").tell("follow_up", "2026-10-28 09:30")
    assert [(clock.name, clock.due_at) for clock in life.reckon().clocks] == [(FIRST, at("2026-10-28 11:00"))]


def test_g14_a_reopened_appeal_is_measured_from_its_reopening() -> None:
    life = Journal("2026-10-19 09:00").tell("confirm", "2026-10-19 10:00").tell("reopen", "2026-10-26 09:00")
    again = life.tell("confirm", "2026-10-26 09:10").clock(FIRST, cycle=2)
    assert again is not None
    assert took(again) == timedelta(minutes=10)


def test_g15_reopened_past_its_old_deadline_it_is_not_overdue_at_once_and_the_old_verdict_stays() -> None:
    life = Journal("2026-10-19 09:00").tell("confirm", "2026-10-19 16:00").tell("reopen", "2026-10-26 09:00")
    reckoning = life.reckon("2026-10-26 09:01")
    verdicts = {clock.cycle: clock.verdict(at("2026-10-26 09:01")) for clock in reckoning.clocks}
    assert verdicts == {1: Verdict.LATE, 2: Verdict.RUNNING}


def test_g16_an_open_appeal_keeps_the_deadline_of_a_norm_that_was_retired_later() -> None:
    retired = replace(NORMS[0], retired_on=at("2026-10-29 12:00").date())
    life = Journal("2026-10-28 16:00", norms=(retired,))
    before = Journal("2026-10-28 16:00", norms=(NORMS[0],)).clock(FIRST)
    after = life.clock(FIRST)
    assert before is not None
    assert after is not None
    assert after.due_at == before.due_at == at("2026-10-29 10:00")
    assert Journal("2026-10-29 16:00", norms=(retired,)).clock(FIRST) is None


def test_g20_a_moved_working_saturday_is_a_working_day() -> None:
    saturday = at("2024-04-27 12:00").astimezone(ZONE).date()
    calendar = replace(OFFICE, special={saturday: Day(DayKind.WORKING, ((540, 1020),))})
    clock = Journal("2024-04-26 16:30", calendar, (norm(60),)).clock(FIRST)
    assert clock is not None
    assert clock.due_at == at("2024-04-27 09:30")


def test_g22_a_wrong_department_is_charged_until_it_returned_and_the_public_deadline_stays() -> None:
    life = Journal("2026-10-28 09:00").tell("assign", "2026-10-28 09:05", department=1)
    due = life.clock(FIRST)
    life.tell("return", "2026-10-28 09:45").tell("assign", "2026-10-28 09:50", department=2)
    life.tell("submit", "2026-10-28 10:20").tell("approve", "2026-10-28 10:30").tell("confirm", "2026-10-28 10:31")
    clock, cycle = life.clock(FIRST), life.reckon().life.cycles[0]
    assert due is not None
    assert clock is not None
    assert clock.stopped_at is not None
    assert clock.due_at == due.due_at
    minutes = {
        key: seconds / 60
        for key, seconds in sums(
            stretches(cycle, clock.started_at, clock.stopped_at, clock.hours, clock.calendar)
        ).items()
    }
    assert minutes == {
        (Stage.TRIAGE, None): 10,
        (Stage.DEPARTMENT, 1): 40,
        (Stage.DEPARTMENT, 2): 30,
        (Stage.APPROVAL, None): 10,
        (Stage.PUBLISHING, None): 1,
    }


NOVEMBER = {
    at("2026-11-03 12:00").astimezone(ZONE).date(): 60,
    at("2026-11-04 12:00").astimezone(ZONE).date(): None,
}


def _november(*day: tuple[int, int]) -> Calendar:
    """Nine to six; the third of November an hour shorter, the fourth a holiday."""
    shorter = (*day[:-1], (day[-1][0], day[-1][1] - 60))
    special = {
        on: Day(DayKind.HOLIDAY, ()) if less is None else Day(DayKind.SHORTENED, shorter)
        for on, less in NOVEMBER.items()
    }
    return replace(week(*(day,) * 5), special=special)


@pytest.mark.parametrize(
    ("registered", "without_lunch", "with_lunch", "around_the_clock"),
    [
        ("2026-10-28 12:30", "2026-10-28 14:30", "2026-10-28 15:30", "2026-10-28 14:30"),
        ("2026-10-30 17:30", "2026-11-02 10:30", "2026-11-02 10:30", "2026-10-30 19:30"),
        ("2026-10-31 03:00", "2026-11-02 11:00", "2026-11-02 11:00", "2026-10-31 05:00"),
        ("2026-11-03 16:30", "2026-11-05 10:30", "2026-11-05 10:30", "2026-11-03 18:30"),
    ],
)
def test_the_worked_examples_of_practitioners(
    registered: str, without_lunch: str, with_lunch: str, around_the_clock: str
) -> None:
    for calendar, hours, due in (
        (_november((540, 1080)), Hours.WORKING, without_lunch),
        (_november((540, 780), (840, 1080)), Hours.WORKING, with_lunch),
        (_november((540, 1080)), Hours.CALENDAR, around_the_clock),
    ):
        clock = Journal(registered, calendar, (norm(120, hours),)).clock(FIRST)
        assert clock is not None
        assert clock.due_at == at(due)
