"""The practitioners' example of 59-ФЗ by the one function that counts: received on Friday 29 May 2026, registered on Monday."""

from datetime import UTC, datetime

import pytest

from incidents.rules.calendar import Versions
from incidents.rules.clock import Verdict
from incidents.rules.life import Event
from incidents.rules.norms import ClockName, Hours, Kind, Start, Unit
from incidents.rules.reckoning import Reckoning, reckon
from tests.rules.lives import OFFICE, ZONE, at, norm

NORMS = (
    norm(30, Hours.CALENDAR, unit=Unit.DAYS, kind=Kind.FORMAL, starts_at=Start.REGISTERED),
    norm(3, Hours.CALENDAR, id=2, unit=Unit.DAYS, kind=Kind.FORMAL, clock=ClockName.REGISTER),
)


def counted(*acts: tuple[str, str, int]) -> Reckoning:
    data = {"kind": "formal", "network": "other", "received_at": at("2026-05-29 16:00").isoformat()}
    events = [Event("register", at("2026-06-01 10:00"), 1, "", data)]
    for act, when, days in acts:
        events.append(Event(act, at(when), len(events) + 1, "", {"days": days}))
    versions = Versions(((datetime.min.replace(tzinfo=UTC), OFFICE),))
    return reckon(events, NORMS, versions, ZONE, now=at("2026-09-01 10:00"))


def test_it_is_registered_by_the_first_of_june_and_answered_by_the_first_of_july() -> None:
    due = {clock.name: (clock.due_at, clock.stopped_at) for clock in counted().clocks}
    assert due == {
        ClockName.REGISTER: (at("2026-06-02 00:00"), at("2026-06-01 10:00")),
        ClockName.FIRST: (at("2026-07-02 00:00"), None),
    }


@pytest.mark.parametrize(
    ("answered", "verdict"), [("2026-08-01 00:00", Verdict.IN_TIME), ("2026-08-01 00:00:01", Verdict.LATE)]
)
def test_extended_by_thirty_days_it_is_answered_by_the_end_of_july(answered: str, verdict: Verdict) -> None:
    clock = counted(("extend", "2026-06-25 10:00", 30), ("confirm", answered, 0)).headline
    assert clock is not None
    assert clock.due_at == at("2026-08-01 00:00")
    assert clock.verdict(at("2026-09-01 10:00")) is verdict
