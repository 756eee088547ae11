"""Late or not: exactly on the deadline is in time, one second after it is late; and both ways to count a stretch."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents.rules.calendar import Calendar
from incidents.rules.clock import Elapsed, due, elapsed, is_late, is_overdue
from incidents.rules.norms import Hours
from tests.rules.terms import term

DUE = datetime(2026, 10, 28, 4, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OFFICE = Calendar(ZoneInfo("Asia/Vladivostok"), (((540, 1080),),) * 5 + ((),) * 2)


@pytest.mark.parametrize(
    ("answered", "now", "overdue", "late"),
    [
        (None, -SECOND, False, False),
        (None, 0 * SECOND, False, False),
        (None, +SECOND, True, True),
        (-SECOND, -SECOND, False, False),
        (-SECOND, +SECOND, False, False),
        (0 * SECOND, 0 * SECOND, False, False),
        (0 * SECOND, +SECOND, False, False),
        (+SECOND, +SECOND, False, True),
        (+SECOND, 99 * SECOND, False, True),
    ],
)
def test_the_grid_around_the_deadline(answered: timedelta | None, now: timedelta, overdue: bool, late: bool) -> None:
    answered_at = None if answered is None else DUE + answered
    assert is_overdue(DUE, answered_at, DUE + now) is overdue
    assert is_late(DUE, answered_at, DUE + now) is late


@pytest.mark.parametrize("answered_at", [None, DUE])
def test_without_a_norm_there_is_no_verdict(answered_at: datetime | None) -> None:
    assert not is_overdue(None, answered_at, DUE)
    assert not is_late(None, answered_at, DUE)


def test_a_microsecond_after_the_deadline_is_late() -> None:
    assert is_late(DUE, DUE + timedelta(microseconds=1), DUE)


def test_a_term_around_the_clock_needs_no_calendar() -> None:
    nothing = Calendar(ZoneInfo("Asia/Vladivostok"), ((),) * 7)
    assert due(term(120, Hours.CALENDAR), DUE, nothing) == DUE + timedelta(hours=2)


def test_both_ways_to_count_are_told_side_by_side() -> None:
    friday, monday = datetime(2026, 10, 30, 7, 30, tzinfo=UTC), datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    assert elapsed(friday, monday, OFFICE) == Elapsed(65 * 3600, 2 * 3600)


def test_what_ends_before_it_begins_took_no_time() -> None:
    assert elapsed(DUE, DUE - SECOND, OFFICE) == Elapsed(0, 0)
