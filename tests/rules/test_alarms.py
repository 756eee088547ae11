"""When the warnings of a clock come: in its own minutes, and a day before where its deadline is a day."""

import pytest

from incidents.rules.alarms import moments, read_steps
from incidents.rules.norms import ClockName, Hours, Kind, Unit
from tests.rules.lives import Journal, at, norm

STEPS = read_steps("75%,15", "responder:0")


@pytest.mark.parametrize("hours", [Hours.WORKING, Hours.CALENDAR])
def test_what_is_due_by_the_end_of_the_working_day_warns_minutes_before_and_not_as_it_comes_in(hours: Hours) -> None:
    end_of_day = norm(1, hours, unit=Unit.WORKING_DAY_END, kind=Kind.DIRECT_MESSAGE)
    clock = Journal("2026-10-28 05:29", norms=(end_of_day,), kind=Kind.DIRECT_MESSAGE).clock(
        ClockName.FIRST, now="2026-10-28 06:00"
    )
    assert clock is not None
    found = {moment.step.code: moment.at for moment in moments(clock, STEPS)}
    assert found["warn:15"] == at("2026-10-28 16:45")
    assert found["warn:75%"] < found["warn:15"] < found["overdue"]


def test_what_is_due_in_days_warns_a_day_before() -> None:
    clock = Journal("2026-10-28 10:00", norms=(norm(7, Hours.CALENDAR, unit=Unit.DAYS),)).clock(
        ClockName.FIRST, now="2026-10-28 11:00"
    )
    assert clock is not None
    found = {moment.step.code: moment.at for moment in moments(clock, STEPS)}
    assert (clock.due_at - found["warn:15"]).days == 1
