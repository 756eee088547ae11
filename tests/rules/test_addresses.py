"""Addresses found in what people write: each shape, their places in the text, and that nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.addresses import best, find, key_of
from tests.rules.address_texts import TEXTS


@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_an_address_is_read_as_it_is_meant(text: str, wanted: str) -> None:
    found = best(text)
    assert (found.words if found else "") == wanted


def test_its_place_in_the_text_can_be_marked_and_holds_no_flat() -> None:
    text = "Соседи, на ул. Пионерской, д. 60 кв. 4 нет воды, и в доме 17 по улице Кирова тоже"
    assert [text[each.start : each.end] for each in find(text)] == ["ул. Пионерской, д. 60", "доме 17 по улице Кирова"]
    assert [each.words for each in find(text)] == ["ул. Пионерская, 60", "ул. Кирова, 17"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ул. Вокзальная, 5", "на улице Вокзальной, дом 5"),
        ("Кирова 40", "ул. Кирова, д. 40"),
        ("ул. К. Маркса, 7", "улица Маркса 7"),
        ("проспект Первостроителей 21", "Первостроителей пр-т, д. 21"),
        ("у дома 9А по Северному шоссе", "Северное ш., 9А"),
        ("от Кирова до Вокзальной", "угол Вокзальной и Кирова"),
    ],
)
def test_two_spellings_of_one_house_are_one_place(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_another_house_or_block_is_another_place() -> None:
    assert len({key_of(each) for each in ("Ленина 25", "Ленина 25 к. 2", "Ленина 25а", "Ленина 26", "ул. Ленина")}) == 5


def test_what_a_person_entered_and_we_cannot_read_is_its_own_place() -> None:
    assert key_of("Парк  «Судостроитель», у фонтана") == key_of("парк «судостроитель», у фонтана")


@given(st.text(alphabet="улЛеинаКирова дом№12/к.,-«»остановка пр-т\n", max_size=200))
def test_whatever_is_written_the_places_are_true_and_do_not_overlap(text: str) -> None:
    end = 0
    for each in find(text):
        assert end <= each.start < each.end <= len(text)
        assert each.words
        assert each.key
        end = each.end
