"""The clocks after the first: the last word, a promise, the answer to new words; and terms in whole days."""

import pytest

from incidents.rules.clock import Verdict
from incidents.rules.norms import ClockName, Hours, Kind, Start, Unit
from tests.rules.lives import Journal, at, norm

FIRST, FINAL, NEXT = ClockName.FIRST, ClockName.FINAL, ClockName.NEXT


def test_a_letter_is_answered_by_the_end_of_its_working_day_or_of_the_next() -> None:
    end_of_day = norm(1, unit=Unit.WORKING_DAY_END, kind=Kind.DIRECT_MESSAGE)
    for received, due in (
        ("2026-10-28 10:00", "2026-10-28 17:00"),
        ("2026-10-28 07:00", "2026-10-28 17:00"),
        ("2026-10-28 17:00", "2026-10-29 17:00"),
        ("2026-10-30 20:00", "2026-11-02 17:00"),
    ):
        clock = Journal(received, norms=(end_of_day,), kind=Kind.DIRECT_MESSAGE).clock(FIRST)
        assert clock is not None
        assert clock.due_at == at(due)


def test_a_formal_appeal_is_answered_by_the_end_of_the_thirtieth_day_and_by_nothing_but_the_answer() -> None:
    thirty = norm(30, Hours.CALENDAR, unit=Unit.DAYS, kind=Kind.FORMAL, starts_at=Start.REGISTERED)
    life = Journal("2026-06-01 12:00", norms=(thirty,), kind=Kind.FORMAL).tell("answer_interim", "2026-06-02 12:00")
    clock = life.clock(FIRST)
    assert clock is not None
    assert (clock.due_at, clock.stopped_at) == (at("2026-07-02 00:00"), None)
    extended = life.tell("extend", "2026-06-20 12:00", days=30).clock(FIRST)
    assert extended is not None
    assert extended.due_at == at("2026-08-01 00:00")


def test_the_last_word_is_due_seven_working_days_after_an_interim_answer() -> None:
    clock = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 10:00").clock(FINAL)
    assert clock is not None
    assert (clock.started_at, clock.due_at) == (at("2026-10-28 10:00"), at("2026-11-06 17:00"))


def test_a_promise_takes_the_place_of_the_last_clock_and_a_later_promise_its_own() -> None:
    life = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 10:00")
    life.tell("defer", "2026-10-29 10:00", promised_on="2026-11-10").tell(
        "defer", "2026-11-09 10:00", promised_on="2026-11-20"
    )
    life.tell("confirm", "2026-11-20 23:59")
    told = [(c.name, c.turn, c.due_at, c.verdict(at("2027-01-01 00:00"))) for c in life.reckon().clocks]
    assert told == [
        (FIRST, 1, at("2026-10-28 11:00"), Verdict.IN_TIME),
        (FINAL, 1, at("2026-11-06 17:00"), Verdict.ENDED),
        (ClockName.PROMISE, 1, at("2026-11-11 00:00"), Verdict.ENDED),
        (ClockName.PROMISE, 2, at("2026-11-21 00:00"), Verdict.IN_TIME),
    ]


@pytest.mark.parametrize(
    ("answered", "verdict"), [("10:00", Verdict.IN_TIME), ("11:00", Verdict.IN_TIME), ("11:00:01", Verdict.LATE)]
)
def test_exactly_on_the_deadline_is_in_time(answered: str, verdict: Verdict) -> None:
    clock = Journal("2026-10-28 09:00").tell("confirm", f"2026-10-28 {answered}").clock(FIRST)
    assert clock is not None
    assert clock.verdict(at("2027-01-01 00:00")) is verdict


def test_every_answer_to_new_words_has_a_clock_of_its_own() -> None:
    life = Journal("2026-10-28 09:00").tell("answer_interim", "2026-10-28 10:00")
    for wrote, answered in (("2026-10-28 10:30", "2026-10-28 11:00"), ("2026-10-28 12:00", "2026-10-28 14:00")):
        life.tell("follow_up", wrote).tell("answer_interim", answered)
    verdicts = [life.clock(NEXT, turn=turn) for turn in (1, 2, 3)]
    told = [clock and clock.verdict(at("2027-01-01 00:00")) for clock in verdicts]
    assert told == [Verdict.IN_TIME, Verdict.LATE, None]


def test_what_is_no_incident_has_no_verdict_and_gets_its_clock_back_when_restored() -> None:
    life = Journal("2026-10-28 09:00").tell("reject", "2026-10-28 15:00")
    rejected = life.clock(FIRST)
    restored = life.tell("restore", "2026-10-28 16:00").clock(FIRST)
    assert rejected is not None
    assert restored is not None
    now = at("2026-10-28 16:30")
    assert (rejected.verdict(now), restored.verdict(now)) == (Verdict.ENDED, Verdict.OVERDUE)
