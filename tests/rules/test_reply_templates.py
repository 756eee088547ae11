"""A template filled for one appeal: what is known stands there, what is not is seen, a missing name leaves no trace."""

import pytest

from incidents.rules.reply_templates import blanks, fill, first_name, fit, unknown


def test_known_places_are_filled_and_unknown_ones_are_named() -> None:
    assert fill("{имя}, {Адрес}: { тема }", {"имя": "Ира", "адрес": "Мира, 5", "тема": "Снег"}) == "Ира, Мира, 5: Снег"
    assert unknown("{имя} {фамилия} {фамилия} {х}") == ["фамилия", "х"]


def test_a_name_that_is_not_known_leaves_no_trace_and_an_address_is_seen() -> None:
    filled = fill("Здравствуйте, {имя}! По адресу {адрес} убрали.", {})
    assert filled == "Здравствуйте! По адресу [адрес] убрали."
    assert [filled[start:end] for start, end in blanks(filled)] == ["[адрес]"]
    assert list(blanks("{имя} и [что-то своё]")) == [(0, 5)]


@pytest.mark.parametrize(
    ("written", "name"), [("Ирина Б.", "Ирина"), ("ира", ""), ("Кот_77", ""), ("", ""), ("Я", ""), ("ООО Ромашка", "")]
)
def test_only_what_looks_like_a_name_addresses_somebody(written: str, name: str) -> None:
    assert first_name(written) == name


def test_the_topics_own_template_fits_better_than_the_groups_the_departments_and_one_for_all() -> None:
    here = (1, 2, 3)
    fits = [fit(1, None, None, here), fit(None, 2, None, here), fit(None, None, 3, here), fit(None, None, None, here)]
    assert fits == [3, 2, 1, 0]
    assert fit(9, None, None, here) == fit(None, 9, None, here) == fit(None, None, 9, here) == -1
