"""The calendar from the command line: what `incidents check` says of the years to come."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incidents.flow import production
from incidents.flow.founding import OFFICE_DAY
from incidents.rules.calendar import Versions
from incidents.rules.calendar_year import gaps
from tests.test_commands import Run, run

__all__ = ["run"]

ZONE = ZoneInfo("Asia/Vladivostok")


def test_check_says_what_the_calendar_of_the_coming_year_lacks(run: Run) -> None:  # noqa: F811 (the fixture)
    calendar = production.calendar(ZONE, (OFFICE_DAY,) * 5 + ((), ()))
    now = datetime.now(UTC)
    missing = gaps(Versions(((now, calendar),)), ZONE, now)
    told = [line for line in run("check").stdout.splitlines() if " calendar" in line]
    assert len(told) == max(len(missing), 1)
    for gap, line in zip(missing, told, strict=False):
        assert line.startswith(f"note  calendar {gap.year}: no ")
