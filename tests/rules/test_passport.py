"""The passport: every minute accounted for, in lines that follow each other and sum to the second."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.calendar import Calendar, Day, DayKind
from incidents.rules.clock import Verdict, measure
from incidents.rules.life import Pause
from incidents.rules.norms import ClockName, Hours, OnDayOff, Start, Unit
from incidents.rules.otherwise import Other, alternatives
from incidents.rules.passport import Passport, explain
from incidents.rules.timeline import Line, What, folded, lines
from tests.rules.lives import ALWAYS, ZONE, Journal, at, norm, week

UNITY = Day(DayKind.HOLIDAY, (), "День народного единства")
SHORTENED = Day(DayKind.SHORTENED, ((540, 1020),), "перед праздником", 60)
NOVEMBER = replace(week(*(((540, 1080),),) * 5), special={date(2026, 11, 3): SHORTENED, date(2026, 11, 4): UNITY})
LUNCH = week(*(((540, 780), (840, 1080)),) * 5)
BERLIN = ZoneInfo("Europe/Berlin")
SANTIAGO = ZoneInfo("America/Santiago")  # its clocks jump over midnight
CALENDARS = (
    NOVEMBER,
    LUNCH,
    ALWAYS,
    Calendar(BERLIN, (((0, 180), (240, 1440)),) * 7),
    Calendar(SANTIAGO, (((0, 720),),) * 7, {date(2026, 9, 6): UNITY}),
)


def passport(
    life: Journal, name: ClockName = ClockName.FIRST, cycle: int = 1, now: str = "2026-12-31 23:00"
) -> Passport:
    clock = life.clock(name, cycle, now=now)
    assert clock is not None
    return explain(clock, life.reckon(now).life, life.events, now=at(now))


def told(found: Sequence[Line]) -> list[tuple[str, str, str, int, int]]:
    return [
        (
            f"{line.begins.astimezone(ZONE):%d %H:%M}",
            f"{line.ends.astimezone(ZONE):%d %H:%M}",
            line.what.value,
            line.counted_seconds // 60,
            line.left_seconds // 60,
        )
        for line in found
    ]


def november() -> Journal:
    return Journal("2026-11-03 16:30", NOVEMBER, (norm(120),))


def test_the_third_of_november_has_the_lines_of_the_picture() -> None:
    found = passport(november().tell("confirm", "2026-11-05 10:12"))
    assert told(found.lines) == [
        ("03 16:30", "03 17:00", "counted", 30, 90),
        ("03 17:00", "04 00:00", "night", 0, 90),
        ("04 00:00", "05 00:00", "holiday", 0, 90),
        ("05 00:00", "05 09:00", "night", 0, 90),
        ("05 09:00", "05 10:12", "counted", 72, 18),
    ]
    assert found.lines[0].day == SHORTENED
    assert found.lines[2].day == UNITY
    assert told(found.rest) == [("05 10:12", "05 10:30", "counted", 18, 0)]
    assert found.clock.due_at == at("2026-11-05 10:30")
    assert (found.verdict, found.counted_seconds, found.left_seconds) == (Verdict.IN_TIME, 102 * 60, 18 * 60)
    assert found.elapsed.calendar_seconds == 41 * 3600 + 42 * 60
    assert [mark.act for mark in found.marks] == ["confirm"]


def test_what_comes_after_the_deadline_is_a_line_of_its_own_and_leaves_less_than_nothing() -> None:
    found = passport(november().tell("confirm", "2026-11-05 11:00"))
    assert told(found.lines)[-2:] == [
        ("05 09:00", "05 10:30", "counted", 90, 0),
        ("05 10:30", "05 11:00", "counted", 30, -30),
    ]
    assert [line.is_late for line in found.lines][-2:] == [False, True]
    assert (found.verdict, found.left_seconds, found.rest) == (Verdict.LATE, -1800, ())


def test_exactly_on_the_deadline_is_in_time() -> None:
    found = passport(november().tell("confirm", "2026-11-05 10:30"))
    assert (found.verdict, found.left_seconds, found.rest) == (Verdict.IN_TIME, 0, ())


def test_around_the_clock_is_one_plain_line() -> None:
    found = passport(Journal("2026-11-03 16:30", NOVEMBER, (norm(120, Hours.CALENDAR),)), now="2026-11-03 17:00")
    assert told(found.lines) == [("03 16:30", "03 17:00", "counted", 30, 90)]
    assert told(found.rest) == [("03 17:00", "03 18:30", "counted", 90, 0)]
    assert found.verdict is Verdict.RUNNING


def test_lunch_is_told_apart_from_the_night() -> None:
    found = passport(Journal("2026-10-28 12:30", LUNCH, (norm(120),)).tell("confirm", "2026-10-28 15:30"))
    assert told(found.lines) == [
        ("28 12:30", "28 13:00", "counted", 30, 90),
        ("28 13:00", "28 14:00", "break", 0, 90),
        ("28 14:00", "28 15:30", "counted", 90, 0),
    ]


def test_a_pause_is_a_line_that_names_what_ended_it() -> None:
    norms = (norm(120), norm(240, id=2, clock=ClockName.FINAL, starts_at=Start.ANSWERED))
    life = Journal("2026-10-28 09:00", NOVEMBER, norms).tell("answer_interim", "2026-10-28 10:00")
    life.tell("submit", "2026-10-28 10:30").tell("ask_author", "2026-10-28 11:00")
    life.tell("follow_up", "2026-10-29 10:00").tell("confirm", "2026-10-29 11:00")
    found = passport(life, ClockName.FINAL)
    assert told(found.lines) == [
        ("28 10:00", "28 11:00", "counted", 60, 180),
        ("28 11:00", "29 10:00", "paused", 0, 180),
        ("29 10:00", "29 11:00", "counted", 60, 120),
    ]
    assert found.lines[1].pause == Pause(at("2026-10-28 11:00"), at("2026-10-29 10:00"), "follow_up")
    assert found.paused_seconds == 8 * 3600
    assert [mark.act for mark in found.marks] == ["answer_interim", "ask_author", "follow_up", "confirm"]


def test_a_pause_that_goes_on_leaves_the_term_as_it_was() -> None:
    norms = (norm(120), norm(240, id=2, clock=ClockName.FINAL, starts_at=Start.ANSWERED))
    life = Journal("2026-10-28 09:00", NOVEMBER, norms).tell("ask_author", "2026-10-28 10:00")
    found = passport(life, ClockName.FINAL, now="2026-10-29 12:00")
    assert [(line.what, line.counted_seconds) for line in found.lines] == [(What.PAUSED, 0)]
    assert (found.verdict, found.term_seconds, found.left_seconds) == (Verdict.PAUSED, 240 * 60, 240 * 60)


def test_a_return_and_a_reopening_stand_in_the_timeline() -> None:
    life = Journal("2026-10-28 09:00", NOVEMBER, (norm(120),)).tell("assign", "2026-10-28 09:05", department=1)
    life.tell("return", "2026-10-28 09:45").tell("assign", "2026-10-28 09:50", department=2)
    life.tell("confirm", "2026-10-28 10:20").tell("reopen", "2026-10-29 10:00")
    assert [mark.act for mark in passport(life).marks] == ["assign", "return", "assign", "confirm"]
    assert [mark.act for mark in passport(life, cycle=2, now="2026-10-29 10:30").marks] == ["reopen"]


def test_thirty_working_days_fold_into_weeks_that_sum_to_the_same() -> None:
    life = Journal("2026-10-12 16:30", NOVEMBER, (norm(30, unit=Unit.DAYS),)).tell("confirm", "2026-11-20 10:00")
    exact = passport(life)
    short = folded(exact.lines, exact.clock.calendar, 14)
    assert len(exact.lines) > 60
    assert 5 <= len(short) <= 14
    assert sum(line.counted_seconds for line in short) == exact.counted_seconds
    assert short[-1].left_seconds == exact.left_seconds
    assert all(one.ends == other.begins for one, other in pairwise(short))
    assert [line.worked_days for line in short] == [5, 5, 5, 4, 5, 5]
    assert any("День народного единства" in line.names for line in short)


moments = st.integers(0, 270 * 86_400_000_000).map(
    lambda micros: at("2026-08-01 00:00") + timedelta(microseconds=micros)
)
lengths = st.integers(0, 40 * 86_400_000_000).map(lambda micros: timedelta(microseconds=micros))


@given(st.sampled_from(CALENDARS), st.sampled_from(Hours), moments, lengths, lengths, st.lists(lengths, max_size=4))
def test_lines_have_no_gap_and_sum_to_what_the_norm_counts(
    calendar: Calendar, hours: Hours, start: datetime, length: timedelta, term: timedelta, edges: list[timedelta]
) -> None:
    end, due_at = start + length, start + term
    cuts = sorted(edges)
    pauses = [Pause(start + one, start + other) for one, other in zip(cuts[::2], cuts[1::2], strict=False)]
    known = [each for each in pauses if each.begins < due_at]
    found = lines(hours, calendar, start, end, due_at, pauses)
    if length:
        assert (found[0].begins, found[-1].ends) == (start, end)
    assert all(one.ends == other.begins for one, other in pairwise(found))
    assert all(line.begins < line.ends for line in found)
    waited = sum(measure(hours, calendar, each.begins, min(end, each.ends or end)) for each in known)
    assert sum(line.counted_seconds for line in found) == int(round(measure(hours, calendar, start, end) - waited, 6))
    assert not any(line.begins < due_at < line.ends for line in found)
    for most in (1, 5, 20):
        short = folded(found, calendar, most)
        assert sum(line.counted_seconds for line in short) == sum(line.counted_seconds for line in found)
        assert all(one.ends == other.begins for one, other in pairwise(short))
        assert [(line.begins, line.ends) for line in short if line.what is What.PAUSED] == [
            (line.begins, line.ends) for line in found if line.what is What.PAUSED
        ]


def other(life: Journal, now: str = "2026-12-31 23:00") -> dict[Other, tuple[datetime, int]]:
    clock = life.clock(ClockName.FIRST, now=now)
    assert clock is not None
    found = alternatives(clock, life.reckon(now).life.cycles[0], now=at(now))
    return {each.code: (each.due_at, each.late_seconds) for each in found}


def test_what_other_rules_would_have_said_stands_on_the_picture() -> None:
    assert other(november().tell("confirm", "2026-11-05 10:12")) == {
        Other.AROUND_THE_CLOCK: (at("2026-11-03 18:30"), 39 * 3600 + 42 * 60),
        Other.NOON_TAKEN_OUT: (at("2026-11-05 10:30"), 0),
        Other.EIGHT_HOURS: (at("2026-11-05 16:30"), 0),
    }


def test_a_calendar_with_a_break_is_also_counted_without_it() -> None:
    found = other(Journal("2026-10-28 12:30", LUNCH, (norm(480),)).tell("confirm", "2026-10-29 11:45"))
    assert found[Other.BREAKS_COUNTED] == (at("2026-10-29 11:30"), 15 * 60)
    assert found[Other.TWO_HOURS][0] == at("2026-10-28 15:30")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OnDayOff.KEEP, {Other.DAY_BEFORE: "2026-10-31 00:00", Other.DAY_AFTER: "2026-11-03 00:00"}),
        (OnDayOff.NEXT, {Other.DAY_KEPT: "2026-11-01 00:00", Other.DAY_BEFORE: "2026-10-31 00:00"}),
    ],
)
def test_a_term_in_days_that_ends_on_a_day_off_is_told_by_the_other_rules(
    rule: OnDayOff, expected: dict[Other, str]
) -> None:
    days = norm(30, Hours.CALENDAR, unit=Unit.DAYS, on_day_off=rule)
    found = other(Journal("2026-10-01 12:00", NOVEMBER, (days,)))
    assert {code: due_at for code, (due_at, _) in found.items()} == {code: at(when) for code, when in expected.items()}
