"""What holds for every journal, not only for those that somebody thought of."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.rules.calendar import Calendar, Day, DayKind, Versions
from incidents.rules.clock import Verdict, due, measure
from incidents.rules.life import Event, Pause
from incidents.rules.norms import ClockName, Hours, Norm, Unit
from incidents.rules.reckoning import Reckoning, reckon
from incidents.rules.stages import stretches, sums
from tests.rules.lives import NORMS, OFFICE, Journal, norm, week

MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
LUNCH = ((540, 780), (840, 1080))
NIGHTS = ((0, 360), (1320, 1440))
CALENDARS = (
    replace(
        week(*(LUNCH,) * 5),
        special={
            date(2026, 11, 3): Day(DayKind.SHORTENED, ((540, 780), (840, 1020))),
            date(2026, 11, 4): Day(DayKind.HOLIDAY, ()),
        },
    ),
    OFFICE,
    week(*(NIGHTS,) * 7, zone=BERLIN),
    week((), ((480, 1020),)),
)
calendars = st.sampled_from(CALENDARS)
hours = st.sampled_from(list(Hours))
# Around both changes of Berlin's clock, and the holiday of November.
moments = st.integers(0, 22_118_400_000_000).map(lambda n: datetime(2026, 3, 20, tzinfo=UTC) + n * MICROSECOND)
norms = st.builds(
    norm,
    st.integers(1, 1000),
    hours,
    unit=st.sampled_from([Unit.MINUTES, Unit.MINUTES, Unit.DAYS]),
)
lengths = st.lists(st.integers(0, 3000), min_size=1, max_size=5)


@given(calendars, norms, moments, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_later_start_is_never_due_earlier(calendar: Calendar, of: Norm, start: datetime, later: timedelta) -> None:
    of = replace(of, term=of.term % 30 + 1) if of.unit is Unit.DAYS else of
    assert due(of, start, calendar) <= due(of, start + later, calendar)


@given(calendars, hours, moments, st.integers(1, 3000))
def test_between_start_and_deadline_lies_the_term(
    calendar: Calendar, count: Hours, start: datetime, minutes: int
) -> None:
    assert measure(count, calendar, start, due(norm(minutes, count), start, calendar)) == minutes * 60


@given(calendars, hours, moments, st.lists(st.integers(0, 10**12), min_size=1, max_size=6))
def test_a_stretch_cut_anywhere_keeps_its_sum(
    calendar: Calendar, count: Hours, start: datetime, parts: list[int]
) -> None:
    edges = [start]
    for part in parts:
        edges.append(edges[-1] + timedelta(microseconds=part))
    pieces = sum(measure(count, calendar, one, other) for one, other in itertools.pairwise(edges))
    assert pieces == pytest.approx(measure(count, calendar, edges[0], edges[-1]), abs=1e-6)


@given(calendars, hours, moments, st.integers(60, 3000), st.integers(0, 59), lengths)
def test_pauses_add(calendar: Calendar, count: Hours, start: datetime, term: int, wait: int, parts: list[int]) -> None:
    """One after another they move a deadline as one of their whole length does, and by exactly that length."""
    begins = start + timedelta(minutes=wait)
    edges = [begins]
    for part in parts:
        edges.append(edges[-1] + timedelta(minutes=part))
    several = [Pause(one, other) for one, other in itertools.pairwise(edges)]
    whole, of = Pause(begins, edges[-1]), norm(term, count)
    at = due(of, start, calendar, several)
    if begins <= due(of, start, calendar):
        assert at == due(of, start, calendar, [whole])
        whole_length = term * 60 + measure(count, calendar, begins, edges[-1])
        assert measure(count, calendar, start, at) == pytest.approx(whole_length, abs=1e-5)


@given(calendars, hours, moments, st.integers(1, 3000), st.integers(1, 500))
def test_a_pause_survives_a_change_of_norm(
    calendar: Calendar, count: Hours, start: datetime, term: int, other: int
) -> None:
    """G8: the sixty minutes are the appeal's own."""
    pause = Pause(start, start + HOUR)
    kept = [
        measure(count, calendar, start, due(norm(each, count), start, calendar, [pause])) - each * 60
        for each in (term, other)
    ]
    assert kept == pytest.approx([measure(count, calendar, start, pause.ends or start)] * 2, abs=1e-6)


@given(calendars, st.integers(0, 10**6))
def test_a_clock_that_waits_for_ever_never_breaches(calendar: Calendar, minutes: int) -> None:
    """G9."""
    life = Journal("2026-10-28 09:00", calendar).tell("ask_author", "2026-10-28 10:00")
    now = datetime(2026, 10, 28, tzinfo=UTC) + timedelta(minutes=minutes + 1500)
    versions = Versions(((datetime.min.replace(tzinfo=UTC), calendar),))
    told = reckon(life.events, life.norms, versions, calendar.zone, now=now)
    assert [each.verdict(now) for each in told.clocks if each.name is ClockName.FINAL] == [Verdict.PAUSED]


@given(calendars, hours, moments, st.integers(1, 3000))
def test_the_very_deadline_is_in_time_and_a_microsecond_later_is_late(
    calendar: Calendar, count: Hours, start: datetime, minutes: int
) -> None:
    at = due(norm(minutes, count), start, calendar)
    for answered, verdict in ((at, Verdict.IN_TIME), (at + MICROSECOND, Verdict.LATE)):
        events = [
            Event("register", start, 1, "", {"kind": "social", "network": "vk", "received_at": start.isoformat()}),
            Event("confirm", answered, 2),
        ]
        (clock,) = counted(events, calendar, (norm(minutes, count),)).clocks
        assert clock.verdict(answered + HOUR) is verdict


ACTS: dict[str, dict[str, Any]] = {
    "assign": {"department": 1},
    "take": {"person": 1},
    "return": {},
    "submit": {},
    "send_back": {},
    "approve": {},
    "confirm": {},
    "answer_interim": {},
    "ask_author": {},
    "defer": {"promised_on": "2026-11-20"},
    "follow_up": {},
    "classify": {"topic": 7},
    "reject": {},
    "restore": {},
    "close": {},
    "reopen": {},
}
#: An act, minutes since the one before, and by how many minutes it is recorded late.
steps = st.tuples(st.sampled_from(list(ACTS)), st.integers(0, 4000), st.sampled_from([0, 0, 0, 1, 60, 3000]))
histories = st.lists(steps, max_size=14)


@settings(max_examples=200)
@given(calendars, histories, st.sampled_from([NORMS, (*NORMS, norm(45, Hours.CALENDAR, id=9, topic_id=7))]))
def test_the_stages_of_any_life_sum_to_its_time(
    calendar: Calendar, history: list[tuple[str, int, int]], of: tuple[Norm, ...]
) -> None:
    events, now = told(history)
    told_of = counted(events, calendar, of, now)
    for clock in told_of.clocks:
        end = max(clock.started_at, clock.stopped_at or clock.ended_at or now)
        parts = stretches(told_of.life.cycles[clock.cycle - 1], clock.started_at, end, clock.hours, clock.calendar)
        whole = measure(clock.hours, clock.calendar, clock.started_at, end)
        assert sum(sums(parts).values()) == pytest.approx(whole, abs=1e-3)
        assert all(one.ends == other.begins for one, other in itertools.pairwise(parts))


@settings(max_examples=200)
@given(calendars, histories, st.randoms(use_true_random=False))
def test_the_order_of_handing_in_changes_nothing_and_later_entries_leave_ended_cycles_alone(
    calendar: Calendar, history: list[tuple[str, int, int]], dice: Random
) -> None:
    events, now = told(history)
    first = counted(events, calendar, NORMS, now)
    shuffled = list(events)
    dice.shuffle(shuffled)
    assert counted(shuffled, calendar, NORMS, now) == first
    later = [*events, Event("reopen", now, len(events) + 1)]
    before = counted(later, calendar, NORMS, now)
    extra = [Event(act, now + HOUR, len(later) + n, "", data) for n, (act, data) in enumerate(ACTS.items(), 1)]
    after = counted([*later, *(each for each in extra if each.act != "reopen")], calendar, NORMS, now + 2 * HOUR)
    old = [clock for clock in before.clocks if clock.cycle < len(before.life.cycles)]
    assert [clock for clock in after.clocks if clock.cycle < len(before.life.cycles)] == old


def told(history: list[tuple[str, int, int]]) -> tuple[list[Event], datetime]:
    """The journal of a life, and a moment after it."""
    now = datetime(2026, 10, 28, 2, 30, tzinfo=UTC)
    data = {"kind": "social", "network": "vk", "received_at": now.isoformat()}
    events = [Event("register", now, 1, "", data)]
    for act, minutes, late in history:
        now += timedelta(minutes=minutes)
        events.append(Event(act, now - timedelta(minutes=late), len(events) + 1, "person:1", ACTS[act]))
    return events, now + HOUR


def counted(
    events: list[Event], calendar: Calendar, of: tuple[Norm, ...], now: datetime = datetime(2028, 1, 1, tzinfo=UTC)
) -> Reckoning:
    return reckon(events, of, Versions(((datetime.min.replace(tzinfo=UTC), calendar),)), calendar.zone, now=now)
