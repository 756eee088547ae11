"""The time really left: what a department usually needs, and until when one can still begin."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.rules import urgency
from incidents.rules.acts import Act, Status
from incidents.rules.budgets import DEFAULT
from incidents.rules.norms import Kind
from incidents.rules.urgency import Need, Told, Worked

T0 = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def test_a_text_is_worked_on_from_taking_else_from_the_assignment() -> None:
    entries = [
        Told("appeal:1", Act.ASSIGN, after(0), 7),
        Told("appeal:2", Act.ASSIGN, after(1), 8),
        Told("appeal:1", Act.TAKE, after(10)),
        Told("appeal:1", Act.SUBMIT, after(25)),
        Told("appeal:2", Act.SUBMIT, after(40)),
        Told("appeal:3", Act.SUBMIT, after(41)),
    ]
    assert urgency.worked(entries) == [Worked(7, after(10), after(25)), Worked(8, after(1), after(40))]


def test_what_was_given_back_is_nobodys_time() -> None:
    entries = [
        Told("appeal:1", Act.ASSIGN, after(0), 7),
        Told("appeal:1", Act.TAKE, after(5)),
        Told("appeal:1", Act.RETURN, after(50)),
        Told("appeal:1", Act.ASSIGN, after(60), 8),
        Told("appeal:1", Act.SUBMIT, after(70)),
    ]
    assert urgency.worked(entries) == [Worked(8, after(60), after(70))]


@pytest.mark.parametrize(
    ("seconds", "need"),
    [
        ([], Need(DEFAULT.department, 0)),
        ([60.0] * 4, Need(DEFAULT.department, 0)),
        ([60.0, 120.0, 1200.0, 3000.0, 9000.0], Need(20, 5)),
        ([60.0, 61.0, 61.0, 61.0, 9000.0, 9000.0], Need(2, 6)),
    ],
)
def test_the_median_counts_only_where_there_are_enough_answers(seconds: list[float], need: Need) -> None:
    assert urgency.usual(seconds, DEFAULT) == need


def test_only_what_nobody_has_begun_still_needs_its_time() -> None:
    assert [status for status in Status if urgency.needs_begin(Kind.SOCIAL, status)] == [Status.NEW, Status.ASSIGNED]
    assert not urgency.needs_begin(Kind.FORMAL, Status.NEW)
