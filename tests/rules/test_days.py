"""Single days by what they are: their hours under a week, their way into the database and back, what differs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.calendar import DayKind, Interval, Week
from incidents.rules.days import (
    SpecialDay,
    as_json,
    changed,
    check,
    differences,
    from_json,
    hours,
    replaced,
    shortened,
)

LUNCH: tuple[Interval, ...] = ((540, 780), (840, 1080))
WEEK: Week = (LUNCH,) * 4 + (((540, 780), (840, 1020)), (), ())
TUESDAY, SATURDAY = date(2026, 11, 3), date(2025, 11, 1)


@pytest.mark.parametrize(
    ("on", "day", "wanted"),
    [
        (TUESDAY, SpecialDay(DayKind.SHORTENED, shorter_by=60), ((540, 780), (840, 1020))),
        (TUESDAY, SpecialDay(DayKind.HOLIDAY, "День"), ()),
        (TUESDAY, SpecialDay(DayKind.MOVED_OFF), ()),
        (TUESDAY, SpecialDay(DayKind.REGIONAL), ()),
        (TUESDAY, SpecialDay(DayKind.HOURS, intervals=((600, 1440),)), ((600, 1440),)),
        (SATURDAY, SpecialDay(DayKind.WORKING), LUNCH),
        (SATURDAY, SpecialDay(DayKind.WORKING, like=4), WEEK[4]),
        (SATURDAY, SpecialDay(DayKind.WORKING, like=4, shorter_by=60), ((540, 780), (840, 960))),
        (SATURDAY, SpecialDay(DayKind.SHORTENED, shorter_by=60), ()),
    ],
)
def test_a_day_has_the_hours_of_its_kind(on: date, day: SpecialDay, wanted: tuple[Interval, ...]) -> None:
    check(day)
    assert hours(WEEK, on, day) == wanted


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [
        (0, LUNCH),
        (1, ((540, 780), (840, 1079))),
        (240, ((540, 780),)),
        (300, ((540, 720),)),
        (480, ()),
        (900, ()),
    ],
)
def test_a_shorter_day_loses_its_end_and_the_break_is_no_work(minutes: int, wanted: tuple[Interval, ...]) -> None:
    assert shortened(LUNCH, minutes) == wanted


NAMES = st.text(max_size=20)
DAYS = st.dictionaries(
    st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    st.one_of(
        st.builds(SpecialDay, st.sampled_from([DayKind.HOLIDAY, DayKind.MOVED_OFF, DayKind.REGIONAL]), NAMES),
        st.builds(lambda name, by: SpecialDay(DayKind.SHORTENED, name, by), NAMES, st.integers(1, 300)),
        st.builds(
            lambda name, by, like: SpecialDay(DayKind.WORKING, name, by, like),
            NAMES,
            st.integers(0, 300),
            st.none() | st.integers(0, 6),
        ),
        st.just(SpecialDay(DayKind.HOURS, intervals=((0, 60), (120, 1440)))),
    ),
    max_size=8,
)


@given(DAYS)
def test_days_are_stored_and_read_back_as_they_were(days: dict[date, SpecialDay]) -> None:
    for day in days.values():
        check(day)
    assert from_json(as_json(days)) == days
    assert list(as_json(days)) == sorted(as_json(days))


@given(DAYS, DAYS)
def test_what_differs_is_what_has_to_be_done(before: dict[date, SpecialDay], after: dict[date, SpecialDay]) -> None:
    assert changed(before, differences(before, after)) == after
    assert differences(before, before) == {}


@given(DAYS, DAYS)
def test_a_year_is_replaced_whole_and_the_others_stay(old: dict[date, SpecialDay], new: dict[date, SpecialDay]) -> None:
    found = replaced(old, [2026, 2027], new)
    assert {on: day for on, day in found.items() if on.year in (2026, 2027)} == {
        on: day for on, day in new.items() if on.year in (2026, 2027)
    }
    assert {on: day for on, day in found.items() if on.year not in (2026, 2027)} == {
        on: day for on, day in old.items() if on.year not in (2026, 2027)
    }
