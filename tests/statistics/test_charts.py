"""Drawings stand where their numbers say."""

from datetime import date

from incidents.rules.norms import Hours
from incidents.statistics import charts
from incidents.statistics.years import Term


def test_bars_stand_on_one_line_and_are_as_high_as_their_numbers() -> None:
    drawn = charts.columns([0, 1, 50, 100])
    assert [bar.y + bar.height for bar in drawn.bars] == [drawn.floor] * 4
    nothing, least, half, full = (bar.height for bar in drawn.bars)
    assert [nothing, least, half] == [0, 2.0, full / 2]
    assert list(drawn.lengths) == [0, 2.2, 110.0, 220.0]
    assert drawn.bars[-1].x + drawn.bars[-1].width < drawn.width


def test_nothing_to_draw_is_no_mistake() -> None:
    assert charts.columns([]).bars == ()
    assert [bar.height for bar in charts.columns([0, 0]).bars] == [0, 0]


def test_a_change_of_the_norm_stands_between_the_years_it_parts() -> None:
    years = [2021, 2022, 2023]
    drawn = charts.columns([5, 5, 5])
    terms = [Term(date(2018, 8, 1), 480, Hours.CALENDAR), Term(date(2023, 1, 1), 120, Hours.CALENDAR)]
    (mark,) = charts.marks(terms, years, drawn)
    assert (mark.before, mark.after) == (480, 120)
    assert drawn.bars[1].x + drawn.bars[1].width < mark.x < drawn.bars[2].x
    assert charts.marks(terms, [2018, 2019], drawn) == []
    assert charts.marks(terms[:1], years, drawn) == []


def test_a_heat_map_has_a_step_of_its_own_for_nought_and_the_darkest_for_the_most() -> None:
    assert [charts.step(value, 831) for value in (0, 1, 300, 500, 831)] == [0, 1, 2, 3, 4]
    assert charts.step(0, 0) == 0
