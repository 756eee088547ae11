"""The terms of the laws: the worked example, every limit to the day, and the edges of months, years and leap years."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules import statutory_table
from incidents.rules.acts import Refused
from incidents.rules.norms import Kind, OnDayOff
from incidents.rules.statutory import (
    ControlDate,
    answer_by,
    check_extension,
    check_registration,
    control_dates,
    longest_extension,
    notice_by,
)
from incidents.rules.statutory_table import TERMS, Duty, duties, term

DOCS = Path(__file__).resolve().parents[2] / "docs" / "terms-of-law.md"
FRIDAY, MONDAY = date(2026, 5, 29), date(2026, 6, 1)
#: 12 June is a holiday, a Friday.
DAYS_OFF = {date(2026, 6, 12)}


def is_day_off(day: date) -> bool:
    return day.weekday() >= 5 or day in DAYS_OFF


def by_law(found: tuple[ControlDate, ...]) -> dict[Duty, date]:
    return {each.duty: each.on for each in found if not each.days_before}


def reminders(found: tuple[ControlDate, ...]) -> list[tuple[int, date]]:
    return [(each.days_before, each.on) for each in found if each.days_before]


def test_the_worked_example_of_an_appeal_received_on_a_friday() -> None:
    found = control_dates(Kind.FORMAL, FRIDAY, MONDAY)
    assert by_law(found) == {
        Duty.REGISTER: date(2026, 6, 1),
        Duty.FORWARD: date(2026, 6, 8),
        Duty.ANSWER: date(2026, 7, 1),
        Duty.EXTENSION: date(2026, 7, 31),
    }
    assert reminders(found) == [(7, date(2026, 6, 24)), (3, date(2026, 6, 28)), (1, date(2026, 6, 30))]
    assert check_extension(Kind.FORMAL, FRIDAY, MONDAY, 30, date(2026, 6, 30)) == date(2026, 7, 31)


def test_the_dates_come_in_order_with_their_articles() -> None:
    found = control_dates(Kind.FORMAL, FRIDAY, MONDAY)
    assert [each.on for each in found] == sorted(each.on for each in found)
    assert {each.duty: each.article for each in found if not each.days_before} == {
        Duty.REGISTER: "59-ФЗ, ст. 8 ч. 2",
        Duty.FORWARD: "59-ФЗ, ст. 8 ч. 3",
        Duty.ANSWER: "59-ФЗ, ст. 12 ч. 1",
        Duty.EXTENSION: "59-ФЗ, ст. 12 ч. 2",
    }
    assert {each.article for each in found if each.days_before} == {""}


def test_before_its_registration_an_appeal_has_only_the_term_of_registering() -> None:
    assert by_law(control_dates(Kind.FORMAL, FRIDAY)) == {Duty.REGISTER: MONDAY}
    assert answer_by(Kind.FORMAL, FRIDAY, None) is None


def test_a_request_for_information_has_a_month_and_a_week_to_say_that_it_takes_longer() -> None:
    found = control_dates(Kind.INFORMATION, FRIDAY, MONDAY)
    assert by_law(found) == {
        Duty.REGISTER: date(2026, 6, 1),
        Duty.NOTICE: date(2026, 6, 5),
        Duty.FORWARD: date(2026, 6, 8),
        Duty.ANSWER: date(2026, 7, 1),
        Duty.EXTENSION: date(2026, 7, 16),
    }
    assert {each.duty for each in found if not each.is_checked} == {Duty.REGISTER, Duty.FORWARD}


def test_the_press_has_its_answer_in_seven_days_and_its_notice_in_three() -> None:
    found = control_dates(Kind.MEDIA, FRIDAY, MONDAY)
    assert by_law(found) == {Duty.NOTICE: date(2026, 6, 1), Duty.ANSWER: date(2026, 6, 5)}
    # A week before the answer nobody had asked yet, and three days before it the request lay registered already.
    assert reminders(found) == [(3, date(2026, 6, 2)), (1, date(2026, 6, 4))]


def test_registering_late_does_not_put_off_the_answer_to_the_press() -> None:
    on_time, late = (answer_by(Kind.MEDIA, FRIDAY, day) for day in (FRIDAY, MONDAY + timedelta(days=2)))
    assert on_time == late == date(2026, 6, 5)


def test_an_extension_moves_the_answer_and_its_reminders_and_not_the_furthest_date() -> None:
    found = control_dates(Kind.FORMAL, FRIDAY, MONDAY, extended_by=10)
    assert by_law(found)[Duty.ANSWER] == date(2026, 7, 11)
    assert by_law(found)[Duty.EXTENSION] == date(2026, 7, 31)
    assert reminders(found) == [(7, date(2026, 7, 4)), (3, date(2026, 7, 8)), (1, date(2026, 7, 10))]


@pytest.mark.parametrize(
    ("kind", "days", "notice_on", "extended_by", "code"),
    [
        (Kind.FORMAL, 0, MONDAY, 0, "extension_days"),
        (Kind.FORMAL, -1, MONDAY, 0, "extension_days"),
        (Kind.FORMAL, 31, MONDAY, 0, "extension_term"),
        (Kind.FORMAL, 21, MONDAY, 10, "extension_term"),
        (Kind.FORMAL, 1, MONDAY, 30, "extension_used_up"),
        (Kind.FORMAL, 30, date(2026, 7, 1), 0, "notice_too_late"),
        (Kind.FORMAL, 30, date(2026, 5, 28), 0, "notice_before_received"),
        (Kind.INFORMATION, 16, MONDAY, 0, "extension_term"),
        (Kind.INFORMATION, 15, date(2026, 6, 6), 0, "notice_too_late"),
        (Kind.MEDIA, 0, MONDAY, 0, "extension_days"),
        (Kind.MEDIA, 5, date(2026, 6, 2), 0, "notice_too_late"),
        (Kind.PORTAL, 5, MONDAY, 0, "no_extension"),
        (Kind.HOT_LINE, 5, MONDAY, 0, "no_extension"),
    ],
)
def test_no_answer_is_put_off_past_the_law(kind: Kind, days: int, notice_on: date, extended_by: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_extension(kind, FRIDAY, MONDAY, days, notice_on, extended_by=extended_by)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "days", "notice_on", "extended_by", "until"),
    [
        (Kind.FORMAL, 1, MONDAY, 0, date(2026, 7, 2)),
        (Kind.FORMAL, 30, date(2026, 6, 30), 0, date(2026, 7, 31)),
        # Put off twice, within the limit and told before the last day as it stands by then.
        (Kind.FORMAL, 20, date(2026, 7, 10), 10, date(2026, 7, 31)),
        (Kind.INFORMATION, 15, date(2026, 6, 5), 0, date(2026, 7, 16)),
        (Kind.MEDIA, 60, date(2026, 6, 1), 0, date(2026, 8, 4)),
    ],
)
def test_the_last_day_that_the_law_allows_is_allowed(
    kind: Kind, days: int, notice_on: date, extended_by: int, until: date
) -> None:
    assert check_extension(kind, FRIDAY, MONDAY, days, notice_on, extended_by=extended_by) == until


def test_what_is_left_of_an_extension_is_said() -> None:
    assert longest_extension(Kind.FORMAL, 12) == 18
    assert longest_extension(Kind.INFORMATION) == 15
    assert longest_extension(Kind.MEDIA) is None
    with pytest.raises(Refused, match="extension_term") as refused:
        check_extension(Kind.FORMAL, FRIDAY, MONDAY, 19, MONDAY, extended_by=12)
    assert refused.value.details == {"most": 18}


def test_nothing_is_registered_before_it_was_received() -> None:
    check_registration(FRIDAY, FRIDAY)
    with pytest.raises(Refused, match="registered_before_received"):
        check_registration(FRIDAY, FRIDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("weekend", "control_on"),
    [
        (OnDayOff.KEEP, date(2026, 6, 14)),
        (OnDayOff.PREVIOUS, date(2026, 6, 11)),
        (OnDayOff.NEXT, date(2026, 6, 15)),
    ],
)
def test_a_day_off_moves_the_town_s_own_control_and_never_the_date_of_the_law(
    weekend: OnDayOff, control_on: date
) -> None:
    # Registered on 15 May: the thirtieth day is Sunday 14 June, after the holiday of the 12th.
    found = control_dates(Kind.FORMAL, date(2026, 5, 15), date(2026, 5, 15), is_day_off=is_day_off, weekend=weekend)
    answer = next(each for each in found if each.duty is Duty.ANSWER and not each.days_before)
    assert (answer.on, answer.control_on) == (date(2026, 6, 14), control_on)


def test_internal_control_takes_the_working_day_before_unless_told_otherwise() -> None:
    found = control_dates(Kind.FORMAL, FRIDAY, MONDAY, is_day_off=is_day_off)
    # Three days before 1 July is a Sunday.
    assert reminders(found) == [(7, date(2026, 6, 24)), (3, date(2026, 6, 26)), (1, date(2026, 6, 30))]


def test_a_calendar_without_a_working_day_moves_nothing() -> None:
    assert OnDayOff.PREVIOUS.moved(MONDAY, lambda _: True) == MONDAY


@pytest.mark.parametrize(
    ("registered_on", "forward", "answer", "furthest"),
    [
        # The end of a month, of a year, and February with and without its 29th day.
        (date(2026, 1, 31), date(2026, 2, 7), date(2026, 3, 2), date(2026, 4, 1)),
        (date(2025, 12, 30), date(2026, 1, 6), date(2026, 1, 29), date(2026, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 6), date(2028, 2, 29), date(2028, 3, 30)),
        (date(2027, 1, 30), date(2027, 2, 6), date(2027, 3, 1), date(2027, 3, 31)),
        (date(2028, 2, 29), date(2028, 3, 7), date(2028, 3, 30), date(2028, 4, 29)),
    ],
)
def test_months_and_years_of_every_length_are_counted_through(
    registered_on: date, forward: date, answer: date, furthest: date
) -> None:
    found = by_law(control_dates(Kind.FORMAL, registered_on, registered_on))
    assert (found[Duty.FORWARD], found[Duty.ANSWER], found[Duty.EXTENSION]) == (forward, answer, furthest)


@given(st.dates(date(2018, 1, 1), date(2040, 1, 1)), st.integers(0, 10), st.integers(1, 30))
def test_whoever_tells_on_the_last_day_for_it_may_extend_and_a_day_later_may_not(
    received_on: date, later: int, days: int
) -> None:
    registered_on = received_on + timedelta(days=later)
    last = notice_by(Kind.FORMAL, received_on, registered_on)
    due = answer_by(Kind.FORMAL, received_on, registered_on)
    assert due == last + timedelta(days=1) == registered_on + timedelta(days=30)
    assert check_extension(Kind.FORMAL, received_on, registered_on, days, last) == due + timedelta(days=days)
    with pytest.raises(Refused, match="notice_too_late"):
        check_extension(Kind.FORMAL, received_on, registered_on, days, due)


def test_every_kind_has_a_term_for_its_answer_and_every_row_is_there_once() -> None:
    assert all(term(kind, Duty.ANSWER) for kind in set(Kind) - {Kind.SOCIAL})
    assert len({(each.kind, each.duty) for each in TERMS}) == len(TERMS)
    assert {each.duty for each in duties(Kind.FORMAL)} == {Duty.REGISTER, Duty.FORWARD, Duty.ANSWER, Duty.EXTENSION}


def test_the_page_of_the_docs_is_the_table() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert statutory_table.as_markdown() in text
    assert text.count("**проверить у юриста**") >= sum(not each.is_checked for each in TERMS)
