"""What was counted once is what would be counted now, until the journal, a norm or the silence of an author changes it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from incidents.flow import enacting, gate, remembering, routing, timing
from incidents.records.appeals import Appeal
from incidents.rules.reckoning import Reckoning
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town, two_hours
from tests.flow.deliveries import register
from tests.flow.lives import DAY, HOUR, INTERIM, MINUTE, QUESTION, enact_all_clocks, say


@pytest.fixture
def read_entries(session: Session) -> Iterator[list[str]]:
    """Every question to the journal's entries."""
    asked: list[str] = []

    def keep(*call: object) -> None:
        if "FROM entries" in str(call[2]):
            asked.append(str(call[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", keep)
    yield asked
    event.remove(engine, "before_cursor_execute", keep)


def anew(session: Session, appeal: Appeal, now: datetime) -> Reckoning:
    events = timing.events_of(session, gate.stream(appeal.number))
    return timing.reckoned(timing.rules(session), events, session, now=now)


def remembered(session: Session, appeal: Appeal, now: datetime) -> Reckoning:
    stream = gate.stream(appeal.number)
    return remembering.clocks(session, [stream], now=now)[stream]


def test_a_journal_that_has_not_grown_is_not_read_again(
    session: Session, cast: Cast, town: Town, settings: Settings, read_entries: list[str]
) -> None:
    appeal = register(session, settings)
    assert remembered(session, appeal, NOW) == anew(session, appeal, NOW)
    read_entries.clear()
    remembered(session, appeal, NOW + HOUR)
    assert read_entries == []
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW + MINUTE)
    read_entries.clear()
    assert remembered(session, appeal, NOW + HOUR) == anew(session, appeal, NOW + HOUR)
    assert len(read_entries) == 2


def test_what_waits_for_the_author_moves_with_the_waiting(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    enact_all_clocks(session)
    appeal = register(session, settings)
    say(session, appeal, cast.anna, INTERIM, NOW + MINUTE, link="https://vk.com/wall-1_2")
    say(session, appeal, cast.anna, QUESTION, NOW + 2 * MINUTE, link="https://vk.com/wall-1_3")
    first, later = (remembered(session, appeal, NOW + days * DAY) for days in (1, 3))
    assert first != later
    assert later == anew(session, appeal, NOW + 3 * DAY)


def test_a_norm_that_is_entered_counts_at_once(session: Session, cast: Cast, town: Town, settings: Settings) -> None:
    appeal = register(session, settings)
    before = remembered(session, appeal, NOW)
    enacting.put(session, replace(two_hours(), network=appeal.network, term=60), cast.elena.actor, now=NOW, note="")
    session.flush()
    after = remembered(session, appeal, NOW)
    assert after == anew(session, appeal, NOW) != before
