"""Working time: the worked examples of practice, the traps of other programs, and what must hold for any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.rules.calendar import (
    Calendar,
    Day,
    DayKind,
    Interval,
    NoWorkingTime,
    add_working,
    is_working,
    working_seconds,
)
from incidents.rules.clock import due, elapsed
from incidents.rules.norms import Hours
from tests.rules.terms import term

TOWN = ZoneInfo("Asia/Vladivostok")
BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_SIX = (540, 1080)
WITH_LUNCH = ((540, 780), (840, 1080))
HOLIDAYS = {date(2026, 11, 4): Day(DayKind.HOLIDAY, ())}

OPEN = Calendar(
    TOWN, ((NINE_TO_SIX,),) * 5 + ((),) * 2, {**HOLIDAYS, date(2026, 11, 3): Day(DayKind.SHORTENED, ((540, 1020),))}
)
LUNCH = Calendar(
    TOWN,
    (WITH_LUNCH,) * 5 + ((),) * 2,
    {**HOLIDAYS, date(2026, 11, 3): Day(DayKind.SHORTENED, ((540, 780), (840, 1020)))},
)
ALWAYS = Calendar(TOWN, (((0, 1440),),) * 7)
NEVER = Calendar(TOWN, ((),) * 7)


def at(written: str, zone: ZoneInfo = TOWN) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("registered", "without_lunch", "with_lunch", "around_the_clock"),
    [
        ("2026-10-28 12:30", "2026-10-28 14:30", "2026-10-28 15:30", "2026-10-28 14:30"),
        ("2026-10-30 17:30", "2026-11-02 10:30", "2026-11-02 10:30", "2026-10-30 19:30"),
        ("2026-10-31 03:00", "2026-11-02 11:00", "2026-11-02 11:00", "2026-10-31 05:00"),
        ("2026-11-03 16:30", "2026-11-05 10:30", "2026-11-05 10:30", "2026-11-03 18:30"),
    ],
)
def test_two_hours_end_when_practitioners_say(
    registered: str, without_lunch: str, with_lunch: str, around_the_clock: str
) -> None:
    start = at(registered)
    assert due(term(120, Hours.WORKING), start, OPEN) == at(without_lunch)
    assert due(term(120, Hours.WORKING), start, LUNCH) == at(with_lunch)
    assert due(term(120, Hours.CALENDAR), start, OPEN) == at(around_the_clock)
    assert due(term(120, Hours.WORKING), start, ALWAYS) == at(around_the_clock)


def week(*days: tuple[Interval, ...]) -> Calendar:
    return Calendar(TOWN, days + ((),) * (7 - len(days)))


EIGHT_HOURS = week(*((((540, 1020)),),) * 5)
TUESDAYS = week((), ((480, 1020),))


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "end"),
    [
        pytest.param(EIGHT_HOURS, "2026-10-30 16:30", 1, "2026-11-02 09:30", id="G1 over the weekend"),
        pytest.param(EIGHT_HOURS, "2026-10-28 07:00", 2, "2026-10-28 11:00", id="G2 before opening"),
        pytest.param(EIGHT_HOURS, "2026-10-28 10:00", 2, "2026-10-28 12:00", id="G3 within the day"),
        pytest.param(ALWAYS, "2026-10-28 23:30", 2, "2026-10-29 01:30", id="G4 no minute lost at midnight"),
        pytest.param(LUNCH, "2026-10-28 12:30", 2, "2026-10-28 15:30", id="G5 over lunch"),
        pytest.param(TUESDAYS, "2026-10-28 12:00", 2, "2026-11-03 10:00", id="G6 only Tuesdays"),
        pytest.param(EIGHT_HOURS, "2026-10-28 17:00", 0, "2026-10-29 09:00", id="nothing from closing time on"),
        pytest.param(EIGHT_HOURS, "2026-10-28 16:00", 1, "2026-10-28 17:00", id="exactly until closing"),
    ],
)
def test_what_other_programs_got_wrong(calendar: Calendar, start: str, hours: int, end: str) -> None:
    assert add_working(calendar, at(start), hours * 3600) == at(end)


def test_an_evening_until_midnight_is_whole() -> None:
    evening = week(((20 * 60, 1440),))
    assert working_seconds(evening, at("2026-11-02 00:00"), at("2026-11-03 00:00")) == 4 * 3600
    assert is_working(evening, at("2026-11-02 23:59:59"))
    assert not is_working(evening, at("2026-11-03 00:00"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_is_as_long_as_it_really_was(day: str, hours: int) -> None:
    calendar = Calendar(BERLIN, (((0, 1440),),) * 7)
    start = datetime.combine(date.fromisoformat(day), time(), BERLIN)
    end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), BERLIN)
    assert working_seconds(calendar, start, end) == hours * 3600
    assert add_working(calendar, start, hours * 3600) == end.astimezone(UTC)


def test_a_start_told_in_the_towns_own_time_counts_the_same() -> None:
    local = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    always = Calendar(BERLIN, (((0, 1440),),) * 7)
    for hours in Hours:
        assert due(term(60, hours), local, always) == due(term(60, hours), local.astimezone(UTC), always)
    later = datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)
    assert elapsed(local, later, always) == elapsed(local.astimezone(UTC), later.astimezone(UTC), always)
    assert elapsed(local, later, always).calendar_seconds == 3600


def test_hours_that_the_clock_jumps_over_never_count_backwards() -> None:
    calendar = Calendar(BERLIN, (((130, 150), (150, 180), (185, 240)),) * 7)
    start, end = at("2026-03-29 00:00", BERLIN), at("2026-03-30 00:00", BERLIN)
    assert 0 <= working_seconds(calendar, start, end) <= 3600 + 1200
    half = at("2026-03-29 03:20", BERLIN)
    parts = working_seconds(calendar, start, half), working_seconds(calendar, half, end)
    assert min(parts) >= 0
    assert sum(parts) == working_seconds(calendar, start, end)


def test_a_calendar_without_working_time_is_an_error_and_not_a_loop() -> None:
    with pytest.raises(NoWorkingTime):
        add_working(NEVER, at("2026-10-28 12:00"), 1)
    assert working_seconds(NEVER, at("2026-10-28 12:00"), at("2026-11-28 12:00")) == 0


@pytest.mark.parametrize("day", [((600, 540),), ((540, 600), (590, 700)), ((540, 1441),), ((-1, 10),), ((5, 5),)])
def test_hours_that_make_no_sense_are_refused(day: tuple[Interval, ...]) -> None:
    with pytest.raises(ValueError, match="intervals"):
        Calendar(TOWN, (day,) + ((),) * 6)


def test_a_week_of_six_days_is_refused() -> None:
    with pytest.raises(ValueError, match="seven"):
        Calendar(TOWN, ((),) * 6)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CUTS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(sorted)
DAYS = CUTS.map(lambda cuts: tuple(zip(cuts[::2], cuts[1::2], strict=False)))


def is_worth_a_term(days: list[tuple[Interval, ...]]) -> bool:
    """Enough hours a week for the longest term below, so that the horizon is not what is tested."""
    return sum(closes - opens for day in days for opens, closes in day) > 120


CALENDARS = st.builds(
    lambda zone, days, off: Calendar(ZoneInfo(zone), tuple(days), dict.fromkeys(off, Day(DayKind.REGIONAL, ()))),
    st.sampled_from(["Asia/Vladivostok", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]),
    st.lists(DAYS, min_size=7, max_size=7).filter(is_worth_a_term),
    st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=3),
)


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.integers(1, 200_000))
def test_between_start_and_deadline_lies_exactly_the_term(calendar: Calendar, start: datetime, seconds: int) -> None:
    end = add_working(calendar, start, seconds)
    assert end.tzinfo is UTC
    assert end >= start
    assert working_seconds(calendar, start, end) == seconds


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_longer_term_and_a_later_start_never_end_earlier(
    calendar: Calendar, start: datetime, seconds: int, more: int
) -> None:
    end = add_working(calendar, start, seconds)
    assert add_working(calendar, start, seconds + more) >= end
    assert add_working(calendar, start + timedelta(seconds=more), seconds) >= end


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 2_000_000), st.integers(0, 2_000_000))
def test_two_halves_of_a_stretch_are_as_long_as_the_whole(
    calendar: Calendar, start: datetime, one: int, two: int
) -> None:
    middle = start + timedelta(seconds=one)
    end = middle + timedelta(seconds=two)
    whole = working_seconds(calendar, start, end)
    halves = working_seconds(calendar, start, middle), working_seconds(calendar, middle, end)
    # To the microsecond: that is what an instant is kept in.
    assert sum(round(half * 1e6) for half in halves) == round(whole * 1e6)
    assert 0 <= whole <= one + two
