"""Working time by sums is what counting span by span gives; where the sums begin and end is nobody's business."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.rules.calendar import (
    Calendar,
    Versions,
    add_working,
    closing,
    is_working,
    spans,
    working_seconds,
)
from tests.rules.test_calendar import ALWAYS, BERLIN, CALENDARS, LUNCH, MOMENTS, NEVER, TOWN, at

HOUR = timedelta(hours=1)


def one_by_one(calendar: Calendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """The spans of the dates from first to last, told by the zone for each end: slow, and plain."""
    edge = datetime.min.replace(tzinfo=UTC)
    day = first - timedelta(days=2)
    while day <= last:
        for ends in calendar.intervals_on(day):
            instants = []
            for minute in ends:
                on, clock = (day + timedelta(days=1), time()) if minute == 1440 else (day, time(*divmod(minute, 60)))
                instants.append(datetime.combine(on, clock, calendar.zone).astimezone(UTC))
            opens = max(edge, instants[0])
            closes = edge = max(opens, instants[1])
            if opens < closes:
                yield opens, closes
        day += timedelta(days=1)


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.integers(1, 40 * 86_400))
def test_sums_give_what_counting_gives(calendar: Calendar, start: datetime, length: int) -> None:
    end = start + timedelta(seconds=length)
    first, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    wanted = [
        (max(opens, start), min(closes, end))
        for opens, closes in one_by_one(calendar, first, last)
        if opens < end and closes > start
    ]
    found = list(spans(calendar, start, end))
    assert found == wanted
    assert working_seconds(calendar, start, end) == sum(
        ((closes - opens) for opens, closes in found), timedelta()
    ) / timedelta(seconds=1)
    assert is_working(calendar, start) == any(opens <= start < closes for opens, closes in found)


# Ten years of spans a question are made anew on purpose, and a busy machine is no fault: no deadline.
@settings(max_examples=25, deadline=None)
@given(CALENDARS, st.lists(MOMENTS, min_size=2, max_size=4))
def test_the_order_of_questions_does_not_matter(calendar: Calendar, moments: list[datetime]) -> None:
    asked = [working_seconds(calendar, one, moments[0]) for one in moments]
    for moment, seconds in zip(moments, asked, strict=True):
        fresh = Calendar(calendar.zone, calendar.week, calendar.special)
        assert working_seconds(fresh, moment, moments[0]) == seconds


def test_a_stretch_of_ten_years_is_counted_whichever_year_was_asked_for_first() -> None:
    always = Calendar(TOWN, ALWAYS.week)
    assert working_seconds(always, at("2023-05-05 10:00"), at("2023-05-05 11:00")) == 3600
    assert working_seconds(always, at("2018-01-01 00:00"), at("2018-01-02 00:00")) == 86_400
    start, end = at("2018-03-01 00:00"), at("2027-03-01 00:00")
    assert working_seconds(always, start, end) == (end - start).total_seconds()
    assert add_working(always, start, (end - start).total_seconds() / 9) < end


def test_a_span_is_cut_to_what_was_asked() -> None:
    found = list(spans(LUNCH, at("2026-10-28 12:30"), at("2026-10-29 09:30")))
    assert found == [
        (at("2026-10-28 12:30"), at("2026-10-28 13:00")),
        (at("2026-10-28 14:00"), at("2026-10-28 18:00")),
        (at("2026-10-29 09:00"), at("2026-10-29 09:30")),
    ]
    assert list(spans(LUNCH, at("2026-10-28 13:00"), at("2026-10-28 14:00"))) == []
    assert list(spans(LUNCH, at("2026-10-28 12:00"), at("2026-10-28 11:00"))) == []
    assert list(spans(NEVER, at("2026-10-28 12:00"), at("2027-10-28 11:00"))) == []


@pytest.mark.parametrize(
    ("day", "ends"),
    [("2026-10-28", "18:00"), ("2026-11-03", "17:00"), ("2026-11-04", None), ("2026-10-31", None)],
)
def test_a_day_closes_with_its_last_hour(day: str, ends: str | None) -> None:
    assert closing(LUNCH, date.fromisoformat(day)) == (at(f"{day} {ends}") if ends else None)


def test_a_day_around_the_clock_closes_with_the_towns_midnight() -> None:
    berlin = Calendar(BERLIN, (((0, 1440),),) * 7)
    assert closing(berlin, date(2026, 10, 25)) == at("2026-10-26 00:00", BERLIN)
    assert closing(berlin, date(2026, 3, 28)) == at("2026-03-29 00:00", BERLIN)


def test_the_version_in_force_is_the_last_one_begun() -> None:
    first, second, third = (Calendar(TOWN, LUNCH.week, version=number) for number in (1, 2, 3))
    begins = at("2026-10-28 12:00")
    versions = Versions(((begins, first), (begins + HOUR, second), (begins + HOUR, third)))
    moments = (begins - HOUR, begins, begins + HOUR - timedelta(microseconds=1), begins + HOUR, begins + 9 * HOUR)
    assert [versions.at(moment).version for moment in moments] == [1, 1, 1, 3, 3]


def test_versions_out_of_order_or_none_at_all_are_refused() -> None:
    begins = at("2026-10-28 12:00")
    with pytest.raises(ValueError, match="order"):
        Versions(((begins, LUNCH), (begins - HOUR, LUNCH)))
    with pytest.raises(ValueError, match="no calendar"):
        Versions(())
