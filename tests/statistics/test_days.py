"""Figures of days that are over are counted from what is kept of them: they are those of the appeals, whatever happened since."""

import random
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.records.appeals import Appeal
from incidents.records.figures import KeptDay, KeptMonth
from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from incidents.rules.periods import Period
from incidents.rules.places import Network
from incidents.statistics import (
    backlogs,
    cuts,
    days,
    edges,
    keeping,
    kept,
    measures,
    one_year,
    percentiles,
    period,
)
from incidents.statistics.facts import Facts
from tests.cast import Cast, Town
from tests.statistics.conftest import ZONE, Add, local

NOW = local(2026, 10, 28, 12)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
#: A year and more, a month and a half, days that are not over, days long before.
PERIODS = (
    Period(date(2025, 11, 3), date(2026, 10, 28)),
    Period(date(2026, 6, 11), date(2026, 7, 31)),
    Period(date(2026, 10, 20), date(2026, 10, 28)),
    Period(date(2025, 9, 1), date(2025, 9, 30)),
)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)


@pytest.fixture
def history(session: Session, add: Add, chance: random.Random, cast: Cast, town: Town) -> list[Appeal]:
    """Fifteen months of everything that can happen, to the microsecond."""
    departments = [None, cast.housing.id, cast.roads.id]
    topics = [None, town.potholes.id, town.snow.id, town.lamps.id]
    found = []
    for _ in range(260):
        at = NOW - chance.choice([10, 440, 440]) * chance.random() * DAY
        took = chance.choice(
            [
                None,
                *(
                    timedelta(seconds=chance.choice([-5, 900, 7_200, 90_000, 5_000_000]) * chance.random())
                    for _ in range(5)
                ),
            ]
        )
        appeal = add(
            at,
            took,
            has_norm=chance.random() < 0.9,
            status=chance.choice([None, None, None, Status.REJECTED]),
            topic_id=chance.choice(topics),
            department_id=chance.choice(departments),
            network=chance.choice([Network.VK, Network.OK]),
        )
        appeal.kind = chance.choice([Kind.SOCIAL] * 5 + [Kind.HOT_LINE])
        appeal.returns, appeal.cycle = chance.choice([0, 0, 1]), chance.choice([1, 1, 2])
        appeal.clock_started_at = chance.choice([None, at + timedelta(seconds=chance.random() * 60)])
        found.append(appeal)
    session.commit()
    return found


def figures(session: Session) -> list[Any]:
    calendar = calendars.versions(session, ZONE)
    told: list[Any] = [period.read(session, each, ZONE, calendar, NOW) for each in PERIODS]
    return told + [one_year.read(session, year, ZONE, NOW) for year in (2025, 2026)]


def live(session: Session) -> list[Any]:
    """The same with nothing kept."""
    with session.begin_nested() as point:
        for table in (KeptDay, KeptMonth):
            session.execute(delete(table))
        told = figures(session)
        point.rollback()
    return told


def changes(chance: random.Random, appeal: Appeal) -> None:
    match chance.randrange(6):
        case 0:
            appeal.answered_at = appeal.received_at + timedelta(seconds=chance.random() * 10_000)
        case 1:
            appeal.status = chance.choice([Status.REJECTED, Status.ANSWERED])
        case 2:
            appeal.department_id = None
        case 3:
            appeal.topic_id = None
        case 4:
            appeal.received_at -= chance.randrange(1, 40) * DAY
        case _:
            appeal.returns, appeal.cycle, appeal.network = 1, 2, Network.TELEGRAM


def test_whatever_happened_the_figures_from_what_is_kept_are_those_of_the_appeals(
    session: Session, history: list[Appeal], chance: random.Random
) -> None:
    before = figures(session)
    assert before == live(session)
    keeping.refresh(session, ZONE, now=NOW)
    session.commit()
    assert len(kept.read(session, KeptDay, edges.days(local(2026, 6, 1), local(2026, 10, 20), ZONE), NOW)) > 100
    assert figures(session) == before
    for _ in range(3):
        for appeal in chance.sample(history, 4):
            changes(chance, appeal)
        session.commit()
        marked = figures(session)
        assert marked != before
        assert marked == live(session)
        keeping.refresh(session, ZONE, now=NOW)
        session.commit()
        assert figures(session) == marked
        assert keeping.differences(session, ZONE, now=NOW) == []
        before = marked


def test_each_figure_of_a_period_counts_the_appeals_of_its_list(session: Session, history: list[Appeal]) -> None:
    keeping.refresh(session, ZONE, now=NOW)
    session.commit()
    calendar = calendars.versions(session, ZONE)
    for asked in PERIODS:
        told = period.read(session, asked, ZONE, calendar, NOW)

        def listed(asked: Period = asked, **cut: Any) -> int:
            where = cuts.conditions(cuts.Cut(**cut), asked, ZONE, NOW)
            return session.execute(select(func.count()).select_from(Appeal).where(*where)).scalar_one()

        assert told.now.received == listed() > 0
        for state in ("waiting", "without_norm", "returned", "repeated"):
            assert getattr(told, state) == listed(state=state), state
        assert told.now.late == listed(state="late")
        assert [bar.answers for bar in told.bars] == [listed(bar=bar.number) for bar in told.bars]
        assert [bar.late for bar in told.bars] == [listed(bar=bar.number, state="late") for bar in told.bars]
        busiest = max(range(168), key=lambda hour: told.arrivals[hour // 24][hour % 24])
        assert told.arrivals[busiest // 24][busiest % 24] == listed(weekday=busiest // 24, hour=busiest % 24)
        assert {line.key: line.late for line in told.departments} == {
            line.key: listed(state="late", department=line.key) for line in told.departments
        }


def test_ranks_are_values_of_the_answers_themselves(session: Session, history: list[Appeal]) -> None:
    keeping.refresh(session, ZONE, now=NOW)
    session.commit()
    first, after = local(2026, 2, 10, 0), local(2026, 9, 20, 0)
    waits = sorted(
        int(appeal.answered_at.timestamp() // 1) - int((appeal.clock_started_at or appeal.received_at).timestamp() // 1)
        for appeal in history
        if appeal.answered_at
        and first <= appeal.received_at < after
        and appeal.status is not Status.REJECTED
        and appeal.kind is Kind.SOCIAL
    )
    found = days.read(session, first, after, ZONE, NOW)
    told = percentiles.of(found.of("waited", "answered"))
    assert told.answers == len(waits) > 40
    assert told.median_minutes == round(max(0, waits[-(-len(waits) * 50 // 100) - 1]) / 60, 1)
    assert told.p90_minutes == round(max(0, waits[-(-len(waits) * 90 // 100) - 1]) / 60, 1)


def test_the_backlog_of_every_month_is_that_of_the_appeals(session: Session, history: list[Appeal]) -> None:
    keeping.refresh(session, ZONE, now=NOW)
    session.commit()
    moments = [*(first for first, _ in edges.months(local(2025, 6), NOW, ZONE)), NOW]
    told = backlogs.count(session, moments, ZONE, NOW)
    queries = [select(func.count()).select_from(Appeal).where(measures.backlog(moment)) for moment in moments]
    assert told == [session.scalar(query) for query in queries]
    assert all(told[3:])


def test_the_hours_of_a_day_are_those_of_the_towns_clock_when_it_is_changed() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first, _ = edges.of_day(date(2026, 10, 25), zone)
    begins = int(first.timestamp())
    rows = [(begins + hour * 3_600, 0, 0, 0, 0, 0, 0) for hour in range(25)]
    found = Facts.of_rows(rows, zone)
    sunday = 6 * 24
    assert list(found.hour) == [sunday + hour for hour in (0, 1, 2, 2, *range(3, 24))]
