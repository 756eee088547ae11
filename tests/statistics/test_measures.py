"""Every figure has one definition, and it is the one of the rules."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules import clock
from incidents.rules.acts import OPEN, Reject, Status
from incidents.statistics import edges, measures
from incidents.statistics.moments import near_seconds, nearest, whole_seconds
from tests.statistics.conftest import TERM, ZONE, Add, local

NOW = local(2026, 10, 28, 12, 30)
INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


def count(session: Session, name: str, now: datetime = NOW) -> int:
    return session.execute(select(func.count()).select_from(Appeal).where(measures.condition(name, now))).scalar_one()


def test_the_database_and_the_rules_give_the_same_verdict_around_the_deadline(session: Session, add: Add) -> None:
    around = (-SECOND, -INSTANT, timedelta(), INSTANT, SECOND)
    # Answered around the deadline, unanswered and due around now, without a norm, and each of them rejected.
    for status in (None, Status.REJECTED):
        for step in around:
            add(NOW - timedelta(days=1), TERM + step, status=status)
            add(NOW - TERM + step, status=status)
        add(NOW, has_norm=False, status=status)
        add(NOW, SECOND, has_norm=False, status=status)
    overdue, late = measures.condition("overdue_now", NOW), measures.condition("late", NOW)
    rows = session.execute(select(Appeal, overdue, late)).all()
    assert len(rows) == 24
    for appeal, is_overdue, is_late in rows:
        assert bool(is_overdue) is appeal.is_overdue(NOW)
        assert bool(is_late) is appeal.is_late(NOW)
        if appeal.status is not Status.REJECTED:
            assert bool(is_late) is clock.is_late(appeal.due_at, appeal.answered_at, NOW)
    assert (count(session, "late"), count(session, "in_time")) == (4, 3)
    assert (count(session, "overdue_now"), count(session, "waiting")) == (2, 3)


def test_the_received_are_exactly_in_time_and_late_and_waiting_and_without_norm(session: Session, add: Add) -> None:
    for minutes in range(-300, 300, 20):
        add(NOW + timedelta(minutes=minutes), timedelta(minutes=minutes + 301) if minutes % 3 else None)
        add(NOW, has_norm=False)
        add(NOW, status=Status.REJECTED, reject_reason=Reject.DUPLICATE if minutes % 40 else Reject.SPAM)
    parts = ("in_time", "late", "waiting", "without_norm")
    assert all(count(session, part) for part in parts)
    assert sum(count(session, part) for part in parts) == count(session, "received")
    assert (count(session, "rejected"), count(session, "duplicates")) == (30, 15)


@pytest.mark.parametrize("name", sorted(measures.MEASURES))
def test_no_measure_is_unknown_for_any_appeal(session: Session, add: Add, name: str) -> None:
    for status in Status:
        for after in (None, SECOND, TERM + SECOND):
            for has_norm in (True, False):
                add(NOW - TERM, after, status=status, has_norm=has_norm)
    rest = select(func.count()).select_from(Appeal).where(~measures.condition(name, NOW))
    opposite = session.execute(rest).scalar_one()
    assert count(session, name) + opposite == len(Status) * 6


def test_open_is_what_the_lifecycle_calls_open(session: Session, add: Add) -> None:
    for status in Status:
        add(NOW, status=status)
    found = session.scalars(select(Appeal.status).where(measures.condition("open", NOW))).all()
    assert set(found) == OPEN


def test_due_soon_is_the_last_half_hour_up_to_the_deadline_itself(session: Session, add: Add) -> None:
    for left in (-INSTANT, timedelta(), measures.SOON, measures.SOON + INSTANT):
        add(NOW - TERM + left)
    add(NOW - TERM, timedelta(minutes=5))
    assert count(session, "due_soon") == 2


def test_the_backlog_at_the_end_is_the_one_at_the_start_and_what_came_less_what_was_answered(
    session: Session, add: Add
) -> None:
    first, after = edges.of_year(2025, ZONE)
    for moment, days in ((local(2024, 12, 30), 5), (local(2025), 1), (local(2025, 12, 31), 3), (local(2026, 1, 2), 1)):
        add(moment, timedelta(days=days))
    add(local(2024))
    add(local(2025))
    add(local(2025), status=Status.REJECTED)
    # Brought in as finished, and nobody knows when.
    add(local(2024), status=Status.CLOSED, has_norm=False)

    def number(condition: object) -> int:
        return session.execute(select(func.count()).select_from(Appeal).where(condition)).scalar_one()  # type: ignore[arg-type]

    start, end = number(measures.backlog(first)), number(measures.backlog(after))
    received = number(measures.received_within(first, after) & measures.condition("received", NOW))
    answered = number(measures.answered_within(first, after) & measures.condition("answered", NOW))
    assert (start, received, answered, end) == (2, 3, 2, 3)
    assert end == start + received - answered


def test_days_months_and_years_are_those_of_the_town() -> None:
    first, after = edges.of_year(2026, ZONE)
    assert first.astimezone(ZONE) == local(2026, 1, 1, 0)
    assert after.astimezone(ZONE) == local(2027, 1, 1, 0)
    assert edges.of_month(2026, 12, ZONE) == (local(2026, 12, 1, 0), local(2027, 1, 1, 0))
    assert edges.of_day(local(2026, 2, 28).date(), ZONE) == (local(2026, 2, 28, 0), local(2026, 3, 1, 0))


@pytest.mark.parametrize(("cases", "median", "ninth"), [(1, 1, 1), (2, 1, 2), (9, 5, 9), (10, 5, 9), (11, 6, 10)])
def test_the_nearest_rank_is_a_value_that_is_there(cases: int, median: int, ninth: int) -> None:
    assert (measures.nearest_rank(cases, 50), measures.nearest_rank(cases, 90)) == (median, ninth)


def test_seconds_are_cut_off_and_not_rounded(session: Session, add: Add) -> None:
    add(local(2026), timedelta(seconds=59, microseconds=999_999))
    found = session.execute(select(whole_seconds(Appeal.answered_at) - whole_seconds(Appeal.received_at))).scalar_one()
    assert found == 59


@pytest.mark.parametrize("micro", [0, 1, 499_000, 999_400, 999_499, 999_600, 999_999])
def test_the_seconds_of_an_order_are_those_of_a_moment_in_hand(session: Session, add: Add, micro: int) -> None:
    at = local(2026).replace(second=59, microsecond=micro)
    add(at)
    assert session.execute(select(near_seconds(Appeal.received_at))).scalar_one() == nearest(at)
