"""What goes out as a cell comes back as it was, and nothing that goes out is run by a spreadsheet."""

import pytest

from incidents.rules.csv_guard import defused, plain


@pytest.mark.parametrize("words", ["", "Отдел", "=1+1", "+7 4217", "-", "@all", "'=x", "'свой апостроф", "''", "\tтаб"])
def test_a_cell_comes_back_as_it_went_out(words: str) -> None:
    assert plain(defused(words)) == words


@pytest.mark.parametrize("words", ["=cmd", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_defused(words: str) -> None:
    assert defused(words) == f"'{words}"


def test_an_apostrophe_of_the_writers_own_stays() -> None:
    assert plain("'так называемый") == "'так называемый"
