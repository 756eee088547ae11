"""A department's month is read of what came to it, wherever that is now, and costs as much in a town of any size."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from incidents.flow import answering, own_month, routing
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.databases import EVERYWHERE
from tests.flow.deliveries import register

pytestmark = pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)
MINUTE = timedelta(minutes=1)


def handed_in(session: Session, appeal: Appeal, cast: Cast, minutes: int) -> None:
    """Housing gets it, Dmitry takes it and hands a text in after so many minutes."""
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    answering.submit(session, appeal, cast.dmitry, "Уберём.", now=NOW + minutes * MINUTE, seen=None)


def test_a_month_holds_what_a_department_did_though_the_appeal_is_somebody_elses_by_now(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    ours, moved, returned, foreign = (register(session, settings) for _ in range(4))
    handed_in(session, ours, cast, 10)
    handed_in(session, moved, cast, 20)
    answering.send_back(session, moved, cast.anna, now=NOW + 21 * MINUTE, reason="это проезд")
    routing.assign(session, moved, cast.roads, cast.anna.actor, now=NOW + 22 * MINUTE, reason="это проезд")
    routing.assign(session, returned, cast.housing, cast.anna.actor, now=NOW)
    routing.give_back(
        session, returned, cast.boris.actor, now=NOW + MINUTE, reason="дорога городская", whose=cast.roads
    )
    routing.assign(session, foreign, cast.roads, cast.anna.actor, now=NOW)
    session.commit()
    later = NOW + timedelta(hours=1)
    month = own_month.read(session, cast.boris.departments, NOW - MINUTE, now=later)
    assert [(done.number, done.seconds) for done in month.done] == [(moved.number, 1200), (ours.number, 600)]
    assert [each.number for each in month.returned] == [returned.number]
    theirs = own_month.read(session, cast.vera.departments, NOW - MINUTE, now=later)
    assert (theirs.done, theirs.returned) == ([], [])
    # What was begun before these days is not of them.
    assert own_month.read(session, cast.boris.departments, NOW + 15 * MINUTE, now=later).done == []


def test_the_journal_of_the_town_is_not_walked_through(session: Session, cast: Cast, town: Town) -> None:
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    asked: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    own_month.read(session, cast.boris.departments, NOW, now=NOW + MINUTE)
    question, given = next(each for each in asked if "FROM entries" in each[0])
    plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", given).all())
    assert "ix_entries_whose" in plan, plan
    assert "ix_entries_noticed_at" not in plan, plan
