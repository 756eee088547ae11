"""Where the minutes went: every stage has a share of the norm, and every minute one stage and one owner."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules import budgets
from incidents.rules.budgets import DEFAULT, Budget, Share
from incidents.rules.clock import measure
from incidents.rules.norms import ClockName
from incidents.rules.passport import Passport, explain
from incidents.rules.stages import Stage, Stretch, stretches, whole
from tests.rules.lives import OFFICE, ZONE, Journal, at, norm

MINUTE = 60
TOWN = Budget(1, 120, 20, 60, 20, 10, date(2026, 1, 1))
ROADS = replace(TOWN, id=2, department_id=7)
LAMPS = replace(TOWN, id=3, topic_id=5)
LATER = replace(TOWN, id=4, valid_from=date(2026, 11, 1), effective_at=at("2026-11-01 12:00"))


def wrong_department() -> Passport:
    life = Journal("2026-10-28 09:00", OFFICE, (norm(120),)).tell("assign", "2026-10-28 09:05", department=1)
    life.tell("return", "2026-10-28 09:45").tell("assign", "2026-10-28 09:50", department=2)
    life.tell("submit", "2026-10-28 10:20").tell("approve", "2026-10-28 10:30").tell("confirm", "2026-10-28 10:31")
    clock, now = life.clock(ClockName.FIRST), at("2027-12-31 23:00")
    assert clock is not None
    return explain(clock, life.reckon().life, life.events, now=now)


def test_a_wrong_department_is_charged_and_the_right_one_has_the_whole_share() -> None:
    found = wrong_department()
    assert budgets.shares(DEFAULT, found.stages, found.term_seconds) == [
        Share(Stage.TRIAGE, None, 10 * MINUTE, 10 * MINUTE),
        Share(Stage.DEPARTMENT, 1, None, 40 * MINUTE),
        Share(Stage.DEPARTMENT, 2, 70 * MINUTE, 30 * MINUTE),
        Share(Stage.APPROVAL, None, 20 * MINUTE, 10 * MINUTE),
        Share(Stage.PUBLISHING, None, 10 * MINUTE, 1 * MINUTE),
    ]
    assert budgets.left(DEFAULT, found.stages, 2, found.term_seconds) == 40 * MINUTE
    assert budgets.left(DEFAULT, found.stages, 1, found.term_seconds) == 30 * MINUTE
    assert budgets.reserve_seconds(DEFAULT, found.term_seconds) == 10 * MINUTE


def test_an_overrun_is_what_was_charged_above_the_plan() -> None:
    assert Share(Stage.APPROVAL, None, 20 * MINUTE, 21 * MINUTE).over_seconds == MINUTE
    assert Share(Stage.APPROVAL, None, 20 * MINUTE, 20 * MINUTE).over_seconds == 0
    assert Share(Stage.DEPARTMENT, 1, None, 40 * MINUTE).over_seconds == 0


@given(st.integers(1, 90 * 86_400))
def test_shares_of_any_term_and_the_reserve_sum_to_it(term: int) -> None:
    planned = sum(DEFAULT.seconds(stage, term) for stage in budgets.SHARED)
    assert planned + budgets.reserve_seconds(DEFAULT, term) == term
    assert budgets.reserve_seconds(DEFAULT, term) >= 0


@pytest.mark.parametrize(
    ("topic", "department", "when", "expected"),
    [
        (None, None, "2026-10-01 10:00", TOWN),
        (5, None, "2026-10-01 10:00", LAMPS),
        (None, 7, "2026-10-01 10:00", ROADS),
        (5, 7, "2026-10-01 10:00", LAMPS),
        (6, 8, "2026-10-01 10:00", TOWN),
        (None, None, "2026-11-01 11:59", TOWN),
        (None, None, "2026-11-01 12:00", LATER),
        (5, 7, "2025-12-31 23:59", DEFAULT),
    ],
)
def test_the_topics_budget_goes_before_the_departments_and_that_before_the_towns(
    topic: int | None, department: int | None, when: str, expected: Budget
) -> None:
    entered = [TOWN, ROADS, LAMPS, LATER]
    assert budgets.in_force(entered, topic, department, at(when), ZONE) == expected


def test_what_was_put_away_and_taken_back_is_the_press_sectors() -> None:
    life = Journal("2026-10-28 09:00", OFFICE, (norm(120),)).tell("assign", "2026-10-28 09:05", department=1)
    life.tell("reject", "2026-10-28 09:10").tell("restore", "2026-10-28 10:10").tell("confirm", "2026-10-28 10:20")
    clock = life.clock(ClockName.FIRST)
    assert clock is not None
    found = explain(clock, life.reckon().life, life.events, now=at("2027-12-31 23:00"))
    rows = {(row.stage, row.department_id): row.charged_seconds for row in budgets.shares(DEFAULT, found.stages, 7200)}
    assert rows[Stage.TRIAGE, None] == 75 * MINUTE
    assert rows[Stage.DEPARTMENT, 1] == 5 * MINUTE


ACTS = (
    "assign",
    "take",
    "return",
    "submit",
    "send_back",
    "approve",
    "ask_author",
    "follow_up",
    "reject",
    "restore",
    "confirm",
)
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 90_000), st.integers(1, 3)), max_size=14)


@given(steps, st.integers(0, 999_999))
def test_every_minute_of_any_life_belongs_to_one_stage(told: list[tuple[str, int, int]], micros: int) -> None:
    life = Journal("2026-10-28 09:00", OFFICE, (norm(120),))
    moment = life.events[0].at + timedelta(microseconds=micros)
    for act, seconds, department in told:
        moment += timedelta(seconds=seconds)
        data: dict[str, Any] = {"department": department} if act == "assign" else {}
        life.events.append(replace(life.events[0], act=act, at=moment, seq=len(life.events) + 1, data=data))
    end = moment + timedelta(hours=3)
    for clock in life.reckon().clocks:
        cycle = life.reckon().life.cycles[clock.cycle - 1]
        parts: list[Stretch] = stretches(cycle, clock.started_at, end, clock.hours, clock.calendar)
        assert parts[0].begins == clock.started_at
        assert parts[-1].ends == end
        assert all(one.ends == other.begins for one, other in pairwise(parts))
        total = measure(clock.hours, clock.calendar, clock.started_at, end)
        assert sum(seconds for _, seconds in whole(parts)) == int(round(total, 6))
        assert sum(row.charged_seconds for row in budgets.shares(DEFAULT, parts, 7200)) == int(round(total, 6))


def test_a_clock_that_has_not_begun_has_no_stage() -> None:
    cycle = Journal("2026-10-28 09:00").reckon().life.cycles[0]
    start = datetime(2026, 10, 28, tzinfo=UTC)
    assert stretches(cycle, start, start, norm(1).hours, OFFICE) == []
