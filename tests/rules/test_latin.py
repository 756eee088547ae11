"""Codes of departments that are made out of their names."""

import re

import pytest

from incidents.rules.latin import code_of


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Горсвет", "gorsvet"),
        ("Управление ЖКХ", "upravlenie-zhkkh"),
        ("Отдел № 7", "otdel-7"),
        ("7-й участок", "d-7-y-uchastok"),
        ("Объект", "obekt"),
        ("!!!", "d"),
        ("Administration", "administration"),
    ],
)
def test_a_name_becomes_a_code(name: str, code: str) -> None:
    assert code_of(name, ()) == code
    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", code)


def test_a_code_that_is_taken_gets_a_number() -> None:
    taken = {"gorsvet", "gorsvet-2"}
    assert code_of("Горсвет", taken) == "gorsvet-3"


def test_a_long_name_is_cut() -> None:
    assert len(code_of("Управление дорожной деятельности и внешнего благоустройства", ())) <= 24
