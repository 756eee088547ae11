"""A year of a calendar: its days and hours, and what is said to be missing before it is missed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.flow import production
from incidents.rules.calendar import Calendar, Day, DayKind, Versions, Week
from incidents.rules.calendar_year import Count, Gap, Lacks, gaps, lacking, months, whole

TOWN = ZoneInfo("Asia/Vladivostok")
WEEK: Week = (((540, 1020),),) * 5 + ((), ())
CALENDAR = production.calendar(TOWN, WEEK)
ALWAYS = datetime.min.replace(tzinfo=UTC)
AUTUMN = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_a_year_is_the_sum_of_its_months() -> None:
    found = months(CALENDAR, 2026)
    assert found[0] == Count(15, 120 * 3600)
    assert found[10] == Count(20, 159 * 3600)
    assert whole(CALENDAR, 2026) == Count(247, 1972 * 3600)
    assert whole(CALENDAR, 2026) == Count(sum(one.days for one in found), sum(one.seconds for one in found))


@pytest.mark.parametrize(
    ("year", "lacks"),
    [
        *((year, ()) for year in range(2018, 2027)),
        (2027, (Lacks.SHORTENED_DAYS,)),
        (2028, (Lacks.MOVED_DAYS, Lacks.SHORTENED_DAYS)),
        (2029, (Lacks.HOLIDAYS, Lacks.MOVED_DAYS, Lacks.SHORTENED_DAYS)),
    ],
)
def test_a_year_that_is_not_published_says_what_it_lacks(year: int, lacks: tuple[Lacks, ...]) -> None:
    assert lacking(CALENDAR, year) == lacks


def test_in_november_2026_the_shortened_days_of_2027_are_missing_and_near() -> None:
    versions = Versions(((ALWAYS, CALENDAR),))
    assert gaps(versions, TOWN, AUTUMN) == (Gap(2027, Lacks.SHORTENED_DAYS, is_soon=True),)
    spring = datetime(2026, 4, 1, tzinfo=UTC)
    assert gaps(versions, TOWN, spring) == (Gap(2027, Lacks.SHORTENED_DAYS, is_soon=False),)
    assert [gap.year for gap in gaps(versions, TOWN, datetime(2027, 11, 22, tzinfo=UTC))] == [2027, 2028, 2028]


def test_each_year_is_judged_by_the_version_that_will_be_in_force() -> None:
    shortened = Day(DayKind.SHORTENED, ((540, 960),), shorter_by=60)
    newer = Calendar(TOWN, WEEK, {**CALENDAR.special, date(2027, 4, 30): shortened})
    entered = (datetime(2026, 12, 31, 14, tzinfo=UTC), newer)
    assert gaps(Versions(((ALWAYS, CALENDAR), entered)), TOWN, AUTUMN) == ()


def test_two_months_without_working_time_are_told() -> None:
    nothing = Versions(((ALWAYS, Calendar(TOWN, ((),) * 7)),))
    assert gaps(nothing, TOWN, AUTUMN) == (
        Gap(2026, Lacks.WORKING_TIME, is_soon=True),
        Gap(2027, Lacks.WORKING_TIME, is_soon=True),
    )
    days = {date(2026, 11, day): Day(DayKind.REGIONAL, ()) for day in range(22, 31)}
    assert Lacks.WORKING_TIME not in {
        gap.lacks for gap in gaps(Versions(((ALWAYS, Calendar(TOWN, WEEK, days)),)), TOWN, AUTUMN)
    }
