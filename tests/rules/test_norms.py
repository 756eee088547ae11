"""Which norm is in force: the most specific on the day of the clock's start, never two at once."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.norms import Case, ClockName, Hours, Kind, Norm, Start, in_force, rivals, twins

EIGHT = Norm(1, Kind.SOCIAL, 480, Hours.CALENDAR, Start.RECEIVED, date(2018, 8, 1))
TWO = replace(EIGHT, id=2, term=120, valid_from=date(2023, 1, 1))
VK = replace(EIGHT, id=3, term=60, network="vk")
SNOW = replace(EIGHT, id=4, term=240, topic_id=7)
VK_SNOW = replace(EIGHT, id=5, term=30, network="vk", topic_id=7)
URGENT_VK_SNOW = replace(VK_SNOW, id=6, term=15, importance="high")
LETTERS = replace(EIGHT, id=7, kind=Kind.DIRECT_MESSAGE)
CASE = Case(Kind.SOCIAL, "telegram")
DAY = date(2026, 10, 28)
ZONE = ZoneInfo("Asia/Vladivostok")
AT = datetime(2026, 10, 28, 12, tzinfo=ZONE)
FIRST = ClockName.FIRST


def force(norms: list[Norm], case: Case, day: date) -> Norm | None:
    """The norm in force at noon of a date of the town."""
    return in_force(norms, case, FIRST, datetime.combine(day, time(12), ZONE), ZONE)


@pytest.mark.parametrize(
    ("norms", "case", "winner"),
    [
        ([EIGHT, TWO], CASE, TWO),
        ([TWO, EIGHT], CASE, TWO),
        ([EIGHT, TWO, VK], CASE, TWO),
        ([EIGHT, TWO, VK], replace(CASE, network="vk"), VK),
        ([EIGHT, VK, VK_SNOW], Case(Kind.SOCIAL, "vk", 7), VK_SNOW),
        ([EIGHT, VK, VK_SNOW], Case(Kind.SOCIAL, "vk", 8), VK),
        ([VK_SNOW, URGENT_VK_SNOW], Case(Kind.SOCIAL, "vk", 7, "high"), URGENT_VK_SNOW),
        ([VK_SNOW, URGENT_VK_SNOW], Case(Kind.SOCIAL, "vk", 7, "low"), VK_SNOW),
        ([VK, SNOW, LETTERS], CASE, None),
        ([LETTERS], Case(Kind.DIRECT_MESSAGE, "vk"), LETTERS),
        ([], CASE, None),
    ],
)
def test_most_matched_fields_win_and_then_the_latest(norms: list[Norm], case: Case, winner: Norm | None) -> None:
    assert in_force(norms, case, FIRST, AT, ZONE) == winner


@pytest.mark.parametrize(
    ("day", "winner"),
    [
        (date(2018, 7, 31), None),
        (date(2018, 8, 1), EIGHT),
        (date(2022, 12, 31), EIGHT),
        (date(2023, 1, 1), TWO),
    ],
)
def test_a_norm_counts_from_its_first_day_and_before_the_first_there_is_none(day: date, winner: Norm | None) -> None:
    assert force([EIGHT, TWO], CASE, day) == winner


def test_a_retired_norm_ends_with_its_day_and_what_it_ended_does_not_come_back() -> None:
    retired = replace(TWO, retired_on=date(2024, 1, 1))
    assert force([EIGHT, retired], CASE, date(2023, 12, 31)) == retired
    assert force([EIGHT, retired], CASE, date(2024, 1, 1)) is None
    later = replace(EIGHT, id=9, term=60, valid_from=date(2025, 1, 1))
    assert force([EIGHT, retired, later], CASE, date(2024, 12, 31)) is None
    assert force([EIGHT, retired, later], CASE, date(2025, 1, 1)) == later


def test_after_a_more_exact_norm_is_retired_the_plainer_one_counts() -> None:
    retired = replace(VK, retired_on=date(2024, 1, 1))
    assert force([EIGHT, TWO, retired], replace(CASE, network="vk"), date(2023, 12, 31)) == retired
    assert force([EIGHT, TWO, retired], replace(CASE, network="vk"), date(2024, 1, 1)) == TWO


def test_a_norm_that_was_taken_back_before_it_began_ends_nothing() -> None:
    withdrawn = replace(TWO, retired_on=TWO.valid_from)
    assert force([EIGHT, withdrawn], CASE, DAY) == EIGHT
    assert twins([EIGHT, withdrawn], replace(TWO, term=5)) == []
    assert rivals([replace(VK, retired_on=VK.valid_from)], SNOW) == []


@pytest.mark.parametrize(
    ("old", "new", "is_rival"),
    [
        (VK, SNOW, True),
        (VK, replace(VK, importance="high", network=None), True),
        (VK, replace(VK, network="ok"), False),
        (VK, replace(VK, term=5, valid_from=DAY), False),
        (VK, LETTERS, False),
        (EIGHT, VK, False),
        (replace(VK, retired_on=date(2020, 1, 1)), replace(SNOW, valid_from=date(2020, 1, 1)), False),
        (replace(VK, retired_on=date(2020, 1, 2)), replace(SNOW, valid_from=date(2020, 1, 1)), True),
        (VK_SNOW, replace(VK_SNOW, topic_id=8), False),
        (VK_SNOW, replace(VK_SNOW, topic_id=None, importance="high"), True),
    ],
)
def test_rivals_are_norms_that_would_tie(old: Norm, new: Norm, is_rival: bool) -> None:
    assert rivals([old], new) == ([old] if is_rival else [])


def test_twins_are_norms_of_one_question_and_one_day() -> None:
    assert twins([EIGHT, TWO, VK, LETTERS], replace(TWO, term=5)) == [TWO]
    assert twins([EIGHT, TWO, VK, LETTERS], replace(TWO, valid_from=date(2023, 1, 2))) == []


FIELDS = {
    "network": st.sampled_from([None, "vk", "ok"]),
    "importance": st.sampled_from([None, "high", "low"]),
    "topic_id": st.sampled_from([None, 7, 8]),
    "valid_from": st.dates(date(2020, 1, 1), date(2020, 1, 9)),
}
NORMS = st.lists(st.builds(lambda **fields: replace(EIGHT, **fields), **FIELDS), max_size=12)
CASES = st.builds(
    Case,
    st.just(Kind.SOCIAL),
    st.sampled_from(["vk", "ok", "max"]),
    st.sampled_from([None, 7, 9]),
    st.sampled_from([None, "high"]),
)


@given(NORMS, CASES, st.dates(date(2020, 1, 1), date(2020, 1, 12)), st.randoms())
def test_what_the_entry_let_through_never_depends_on_the_order(
    offered: list[Norm], case: Case, day: date, chance: object
) -> None:
    entered: list[Norm] = []
    for number, norm in enumerate(offered):
        if not twins(entered, norm) and not rivals(entered, norm):
            entered.append(replace(norm, id=number))
    shuffled = sorted(entered, key=lambda _: chance.random())  # type: ignore[attr-defined]
    anonymous = [replace(norm, id=0) for norm in shuffled]
    winner, again = force(entered, case, day), force(anonymous, case, day)
    assert (winner and replace(winner, id=0)) == again
