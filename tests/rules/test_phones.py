"""A telephone number is one number, however it was dictated."""

import pytest

from incidents.rules.phones import normal


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8 (914) 123-45-67", "+79141234567"),
        ("+7 914 123 45 67", "+79141234567"),
        ("9141234567", "+79141234567"),
        ("53-12-34", "531234"),
        ("+86 10 6532 1381", "+861065321381"),
        ("", None),
        ("сам позвоню", None),
        ("8 914 123 45 67 доб. 5", None),
        ("1234", None),
        ("+7914123456789012", None),
    ],
)
def test_a_number_is_written_in_one_way_or_is_none(written: str, number: str | None) -> None:
    assert normal(written) == number
