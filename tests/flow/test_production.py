"""The Russian production calendar: the counts of the official ones, the moved Saturdays, the shortened days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents.flow import production
from incidents.rules.calendar import DayKind, Week, add_working, closing, working_seconds
from incidents.rules.days import SpecialDay, check

TOWN = ZoneInfo("Asia/Vladivostok")
FORTY_HOURS: Week = (((540, 1020),),) * 5 + ((), ())
CALENDAR = production.calendar(TOWN, FORTY_HOURS)


@pytest.mark.parametrize(
    ("year", "days", "hours"),
    [
        (2018, 247, 1970),
        (2019, 247, 1970),
        (2020, 248, 1979),
        (2021, 247, 1972),
        (2022, 247, 1973),
        (2023, 247, 1973),
        (2024, 248, 1979),
        (2025, 247, 1972),
        (2026, 247, 1972),
    ],
)
def test_a_year_has_the_days_and_hours_of_the_official_calendar(year: int, days: int, hours: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    dates = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    assert sum(bool(CALENDAR.intervals_on(on)) for on in dates) == days
    begin, end = (datetime(of, 1, 1, tzinfo=TOWN) for of in (year, year + 1))
    assert working_seconds(CALENDAR, begin, end) == hours * 3600
    assert sum(closing(CALENDAR, on) is not None for on in dates) == days


def test_a_moved_saturday_has_the_hours_of_the_day_it_was_swapped_with() -> None:
    days = production.days(2024, 2025)
    # 2 November 2024 was worked for Tuesday 30 April, and ended an hour earlier.
    assert days[date(2024, 11, 2)] == SpecialDay(DayKind.WORKING, shorter_by=60, like=1)
    assert days[date(2024, 4, 30)] == SpecialDay(DayKind.MOVED_OFF, "Выходной (перенесено с 02.11.2024)")
    assert days[date(2024, 12, 28)] == SpecialDay(DayKind.WORKING, like=0)
    week: Week = (((540, 1080),), ((480, 1020),), *FORTY_HOURS[2:])
    assert production.calendar(TOWN, week).intervals_on(date(2024, 11, 2)) == ((480, 960),)


def test_every_moved_saturday_has_a_day_off_that_names_it() -> None:
    days = production.days()
    worked = [on for on, day in days.items() if day.kind is DayKind.WORKING]
    assert [days[on].like is not None for on in worked] == [True] * 10
    assert all(on.weekday() > 4 for on in worked)


def test_a_holiday_keeps_its_name_and_a_weekend_moved_off_is_told_apart() -> None:
    days = production.days(2018, 2018)
    assert days[date(2018, 11, 4)] == SpecialDay(DayKind.HOLIDAY, "День народного единства")
    assert days[date(2018, 11, 5)] == SpecialDay(DayKind.MOVED_OFF, "День народного единства (выходной)")
    for day in production.days().values():
        check(day)


def test_two_hours_over_a_shortened_day_and_a_holiday_end_when_practitioners_say() -> None:
    office = production.calendar(TOWN, (((540, 1080),),) * 5 + ((), ()))
    start = datetime(2026, 11, 3, 16, 30, tzinfo=TOWN)
    assert add_working(office, start, 7200) == datetime(2026, 11, 5, 10, 30, tzinfo=TOWN).astimezone(UTC)


def test_the_days_of_a_year_do_not_depend_on_which_years_are_asked_for() -> None:
    assert production.days(2025, 2025) == {on: day for on, day in production.days().items() if on.year == 2025}


def test_a_year_of_the_library_leaves_what_only_the_town_knows() -> None:
    year = production.days(2027, 2027)
    own = {
        date(2027, 6, 11): SpecialDay(DayKind.REGIONAL, "День города"),
        date(2027, 4, 30): SpecialDay(DayKind.SHORTENED, shorter_by=60),
        date(2027, 7, 1): SpecialDay(DayKind.HOURS, intervals=((540, 720),)),
        date(2026, 3, 3): SpecialDay(DayKind.HOLIDAY, "другой год"),
    }
    wrong = {date(2027, 3, 3): SpecialDay(DayKind.HOLIDAY, "нет такого")}
    saturday = {date(2027, 2, 20): SpecialDay(DayKind.WORKING, shorter_by=60, like=0)}
    assert production.taken({**own, **wrong, **saturday}, 2027) == dict(sorted({**year, **own, **saturday}.items()))


def test_the_shipped_shortened_days_replace_those_that_were_entered() -> None:
    entered = {date(2026, 5, 7): SpecialDay(DayKind.SHORTENED, shorter_by=30)}
    assert production.taken(entered, 2026) == production.days(2026, 2026)
