"""Months that are over are counted once; whatever changes in them is seen at once, whether or not anybody counts again."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Engine, delete, func, inspect, select, text, update
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.sql.visitors import iterate

from incidents.records.appeals import Appeal
from incidents.records.figures import ChangedAppeal, KeptDay, KeptMonth
from incidents.rules.acts import Reject, Status
from incidents.statistics import edges, facts, keeping, kept, measures, months, years
from tests.statistics.conftest import ZONE, Add, local, statements

NOW = local(2026, 10, 28, 12)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEARS = range(2024, 2027)
#: That can be kept of the history.
MONTHS, DAYS = 33, (date(2026, 10, 25) - date(2024, 6, 1)).days + 1


@pytest.fixture
def history(session: Session, add: Add) -> None:
    """Two years and more of every kind, the last days open."""
    for number in range(60):
        at = local(2024, 6, 1) + number * timedelta(days=14)
        rejected = number % 9 == 8
        reason = (Reject.DUPLICATE if number % 2 else Reject.SPAM) if rejected else None
        status = Status.REJECTED if rejected else None
        add(at, (150 if number % 5 == 4 else 20) * MINUTE, status=status, reject_reason=reason, has_norm=number % 7 > 0)
    add(local(2025, 3, 31, 23, 59))
    add(NOW - MINUTE)
    session.commit()


def live(session: Session) -> dict[int, list[months.Month]]:
    """The same figures, from the appeals alone."""
    bounds = [edges.of_month(year, month, ZONE) for year in YEARS for month in range(1, 13)]
    rows = months.ask(session, bounds, NOW, kept.NAMES)
    each = [{name: getattr(rows.get(stretch), name, 0) for name in kept.NAMES} for stretch in bounds]
    return {year: each[place * 12 : place * 12 + 12] for place, year in enumerate(YEARS)}


def kept_of(session: Session, bounds: list[edges.Bounds], now: datetime = NOW) -> int:
    return len(kept.read(session, KeptMonth, bounds, now, *kept.NAMES))


def told(session: Session) -> dict[int, list[months.Month]]:
    return months.count(session, YEARS, ZONE, NOW, kept.NAMES)


def refresh(session: Session) -> int:
    counted = keeping.refresh(session, ZONE, now=NOW)
    session.commit()
    return counted


@pytest.mark.usefixtures("history")
def test_what_is_kept_is_what_the_appeals_say_and_is_counted_once(session: Session, engine: Engine) -> None:
    assert told(session) == live(session)
    # From January 2024 to September 2026; from 1 June to 25 October.
    assert (refresh(session), refresh(session)) == (MONTHS + DAYS, 0)
    assert session.scalar(select(func.count()).select_from(KeptMonth)) == MONTHS
    assert session.scalar(select(func.count()).select_from(KeptDay)) == DAYS
    assert told(session) == live(session)
    assert keeping.differences(session, ZONE, now=NOW) == []
    asked = statements(engine)
    told(session)
    [_, rest] = asked
    assert rest.count("received_at >=") <= 2 * (len(YEARS) * 12 - MONTHS)


CHANGES: dict[str, Callable[[Session, Appeal], object]] = {
    "an answer that came later than was known": lambda s, a: setattr(
        a, "answered_at", a.received_at + 5 * timedelta(hours=1)
    ),
    "a rejection": lambda s, a: setattr(a, "status", Status.REJECTED),
    "another deadline": lambda s, a: setattr(a, "due_at", None),
    "another month": lambda s, a: setattr(a, "received_at", a.received_at - 70 * DAY),
    "a hand at the console": lambda s, a: s.execute(
        text("UPDATE appeals SET kind = 'hot_line' WHERE number = :number"), {"number": a.number}
    ),
    "many at once": lambda s, a: s.execute(update(Appeal).values(answered_at=Appeal.received_at)),
    "one that is gone": lambda s, a: s.execute(delete(Appeal).where(Appeal.number == a.number)),
}


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_whatever_changes_in_a_month_is_seen_before_anybody_counts_again(
    session: Session, change: Callable[[Session, Appeal], object]
) -> None:
    refresh(session)
    before = told(session)
    appeal = session.scalars(select(Appeal).where(Appeal.received_at < local(2025)).order_by(Appeal.number)).all()[3]
    change(session, appeal)
    session.commit()
    assert told(session) != before
    assert told(session) == live(session)
    assert refresh(session) >= 1
    assert told(session) == live(session)
    assert refresh(session) == 0


@pytest.mark.usefixtures("history")
def test_history_that_is_brought_in_late_is_seen_at_once(session: Session, add: Add) -> None:
    refresh(session)
    add(local(2024, 2, 1), 10 * MINUTE)
    add(local(2025, 7), 10 * MINUTE)
    session.commit()
    assert told(session) == live(session)
    assert told(session)[2024][1]["received"] == 1
    # The months of both, the days between the first and what was the first, and the day of the second.
    assert refresh(session) == 2 + (date(2024, 6, 1) - date(2024, 2, 1)).days + 1
    assert told(session) == live(session)


@pytest.mark.usefixtures("history")
def test_a_change_under_way_while_others_count_is_not_lost(
    session: Session, sessions: sessionmaker[Session], engine: Engine
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nobody counts while a change is under way")
    refresh(session)
    with sessions() as other:
        other.execute(update(Appeal).where(Appeal.received_at < local(2025, 1, 1)).values(status=Status.REJECTED))
        session.execute(update(Appeal).where(Appeal.received_at > local(2026)).values(returns=1))
        refresh(session)
        other.commit()
    assert told(session) == live(session)
    # Seven months, with an appeal every fortnight.
    assert refresh(session) == 7 + 16


@pytest.mark.usefixtures("history")
def test_a_month_in_which_something_waits_is_counted_until_it_does_not(session: Session) -> None:
    waiting = session.scalars(select(Appeal).where(Appeal.answered_at.is_(None)).order_by(Appeal.number)).first()
    assert waiting is not None
    waiting.due_at = NOW + DAY
    session.commit()
    assert refresh(session) == MONTHS + DAYS
    assert session.get(KeptMonth, edges.of_month(2025, 3, ZONE)[0]) is None
    assert session.get(KeptDay, local(2025, 3, 31, 0)) is None
    assert session.get(KeptDay, local(2025, 3, 30, 0)) is not None
    tomorrow = NOW + 2 * DAY
    assert months.count(session, (2025,), ZONE, tomorrow, ("late", "waiting"))[2025][2] == {"late": 1, "waiting": 0}
    keeping.refresh(session, ZONE, now=tomorrow)
    assert session.get(KeptMonth, edges.of_month(2025, 3, ZONE)[0]) is not None


@pytest.mark.usefixtures("history")
def test_another_zone_another_meaning_and_an_earlier_moment_believe_nothing(session: Session) -> None:
    refresh(session)
    elsewhere = ZoneInfo("Europe/Moscow")
    bounds = [edges.of_month(2025, month, ZONE) for month in range(1, 13)]
    assert kept_of(session, bounds) == 12
    assert kept_of(session, bounds, NOW - MINUTE) == 0
    assert kept_of(session, [edges.of_month(2025, month, elsewhere) for month in range(1, 13)]) == 0
    session.execute(update(KeptMonth).values(definition="another"))
    assert kept_of(session, bounds) == 0
    assert keeping.refresh(session, elsewhere, now=NOW) == MONTHS + DAYS
    assert kept_of(session, bounds) == 0


@pytest.mark.usefixtures("history")
def test_a_wrong_figure_is_told_and_counted_anew(session: Session) -> None:
    refresh(session)
    session.execute(update(KeptMonth).where(KeptMonth.starts_at == edges.of_month(2025, 5, ZONE)[0]).values(late=99))
    true = live(session)[2025]
    late = sum(month["late"] for month in true) - true[4]["late"] + 99
    assert years.table(session, ZONE, NOW).years[1].late == late
    assert keeping.differences(session, ZONE, now=NOW) == ["2025-05"]
    keeping.count_anew(session, ZONE, now=NOW)
    assert keeping.differences(session, ZONE, now=NOW) == []
    session.execute(update(KeptDay).where(KeptDay.starts_at == local(2025, 4, 19, 0)).values(facts=b""))
    assert keeping.differences(session, ZONE, now=NOW) == ["2025-04"]


def test_what_is_kept_of_an_appeal_is_what_leaves_a_mark(engine: Engine) -> None:
    asked = {
        part.name
        for column in (*measures.counting(NOW, *kept.NAMES), *facts.columns(NOW))
        for part in iterate(column)
        if isinstance(part, Column) and part.table is Appeal.__table__
    }
    where = "sql FROM sqlite_master WHERE name = 'appeals_changed_update'"
    if engine.dialect.name == "postgresql":
        where = "pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'appeals_changed_update'"
    with engine.connect() as connection:
        trigger = connection.execute(text(f"SELECT {where}")).scalar_one()
    [columns] = re.findall(r"UPDATE OF ([\w, ]+?) ON", trigger)
    assert asked | {"received_at"} == set(columns.split(", "))
    assert "changed_appeals" in inspect(engine).get_table_names()


def test_what_is_fresh_leaves_no_mark(session: Session, add: Add) -> None:
    now = session.scalar(select(func.now()))
    assert now is not None
    add(local(2026, 11, 30), MINUTE)
    session.commit()
    session.execute(update(Appeal).values(received_at=func.now(), status=Status.CLOSED))
    session.execute(delete(ChangedAppeal))
    session.execute(update(Appeal).values(status=Status.ANSWERED))
    assert session.scalar(select(func.count()).select_from(ChangedAppeal)) == 0
