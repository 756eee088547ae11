"""The matcher: beginnings of words, whole short words, phrases near each other, ё as е, no mentions, no links."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.topics import Matcher, Suggestion, TopicWords, is_clear, words

ROADS, SNOW, BUSES, CATS = 1, 2, 3, 4
MATCHER = Matcher(
    [
        TopicWords(ROADS, 10, ("выбоин дорог", "асфальт", "яма на")),
        TopicWords(SNOW, 10, ("снег", "сугроб", "ёлк")),
        TopicWords(BUSES, 20, ("автобус", "снег дорог")),
        TopicWords(CATS, 30, ("кот", "ав", "снег")),
    ]
)


def topics(text: str) -> list[int]:
    return [suggestion.topic for suggestion in MATCHER.suggest(text)]


@pytest.mark.parametrize("text", ["Сугробы!", "СУГРОБЫ", "среди сугробов", "сугроб"])
def test_a_keyword_is_the_beginning_of_a_word(text: str) -> None:
    assert topics(text) == [SNOW]


@pytest.mark.parametrize("text", ["несугроб", "суг роб", "", "!!!", "сугро"])
def test_a_keyword_is_not_its_middle_nor_a_part_of_it(text: str) -> None:
    assert topics(text) == []


def test_a_keyword_of_two_letters_is_a_whole_word() -> None:
    assert topics("ав ав") == [CATS]
    assert topics("аврал") == []
    assert topics("яма на углу") == [ROADS]
    assert topics("яма напротив") == []


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("выбоины на дорогах", True),
        ("дорога, и вся в выбоинах", True),
        ("дорога раз два три выбоины", True),
        ("дорога раз два три четыре выбоины", False),
        ("выбоины", False),
    ],
)
def test_a_phrase_stands_within_five_words_in_any_order(text: str, matches: bool) -> None:
    assert (ROADS in topics(text)) is matches


def test_one_word_is_not_both_parts_of_a_phrase() -> None:
    twice = Matcher([TopicWords(1, 1, ("снег снег",)), TopicWords(2, 1, ("кот",))])
    assert twice.suggest("снег") == []
    assert [s.topic for s in twice.suggest("снег и снега")] == [1]


def test_yo_is_read_as_ye_on_both_sides() -> None:
    assert topics("ЁЛКА упала") == topics("елки") == [SNOW]


def test_mentions_and_links_say_nothing() -> None:
    assert words("[id77|Сугроб Снегов], где https://town.example/автобус?снег=1 кот?") == ["где", "кот"]
    assert topics("[club1|Снег] https://x.example/автобус") == []


def test_a_rare_word_weighs_more_and_a_phrase_one_and_a_half_times() -> None:
    (best,) = MATCHER.suggest("асфальт")
    assert best == Suggestion(ROADS, round(math.log(4), 3), ("асфальт",))
    assert {s.topic: s.score for s in MATCHER.suggest("снег")} == dict.fromkeys((SNOW, CATS), round(math.log(2), 3))
    (phrase,) = MATCHER.suggest("выбоины дороги")
    assert phrase.score == round(1.5 * math.log(4), 3)


def test_a_word_said_twice_counts_once_and_the_words_that_spoke_are_named() -> None:
    (best,) = MATCHER.suggest("сугробы, сугробы, ёлка, сугробы")
    assert best.score == round(2 * math.log(4), 3)
    assert best.words == ("сугробы", "елка")


def test_a_group_whose_topics_agree_comes_first_and_ties_are_settled_by_number() -> None:
    assert topics("снег") == [SNOW, CATS]
    assert topics("снег и выбоины дороги")[0] == ROADS


def test_no_more_than_three_are_suggested() -> None:
    many = Matcher([TopicWords(n, n, ("снег", f"слово{n}")) for n in range(1, 9)] + [TopicWords(9, 9, ("кот",))])
    assert [s.topic for s in many.suggest("снег")] == [1, 2, 3]


def test_an_empty_classifier_suggests_nothing() -> None:
    assert Matcher([]).suggest("снег") == []


@pytest.mark.parametrize(
    ("scores", "is_sure"),
    [([], False), ([6.0], True), ([5.999], False), ([8.0, 6.0], True), ([8.0, 6.001], False), ([5.0, 1.0], False)],
)
def test_a_case_is_clear_when_score_and_distance_suffice(scores: list[float], is_sure: bool) -> None:
    suggestions = [Suggestion(number, score, ()) for number, score in enumerate(scores)]
    assert is_clear(suggestions, 6.0, 2.0) is is_sure


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    for suggestion in MATCHER.suggest(text):
        assert suggestion.score >= 0
        assert set(suggestion.words) <= set(words(text))
