"""The check before publishing: what is found, where it stands, and what is left alone."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules import answers, officialese, personal_data
from incidents.rules.acts import Purpose
from incidents.rules.answers import BadChecks, Context, Finding, House, Kind, Level, read_levels

QUESTION = "Здравствуйте! Фонари не горят от Кирова до Вокзальной, темно, идём с ребёнком из садика."
CONTEXT = Context(QUESTION, date(2026, 10, 28), lambda day: day.weekday() < 5, House())
GOOD = "Ирина, здравствуйте! Фонари на Кирова включим до 15 ноября. Справки: Горсвет, +7 (4217) 52-71-11."
KNOWN = replace(CONTEXT, contacts=personal_data.contacts_in("52-71-11, 8 (4217) 52-71-11"))


def found(text: str, context: Context = KNOWN) -> list[tuple[str, str]]:
    """Codes with the words they stand at."""
    return [(each.code, text[each.start : each.end]) for each in answers.check(text, context)]


def test_a_good_answer_has_no_remark() -> None:
    assert found(GOOD) == []
    assert answers.check("  \n", CONTEXT) == []


@pytest.mark.parametrize(
    ("words", "code", "place"),
    [
        ("Звоните Зимину: +7 914 000-00-00.", "mobile", "+7 914 000-00-00"),
        ("Звоните 89140000000", "mobile", "89140000000"),
        ("Звоните (914) 123-45-67", "mobile", "(914) 123-45-67"),
        ("Пишите на ivan.petrov@mail.ru", "email", "ivan.petrov@mail.ru"),
        ("Паспорт серия 0812 № 123456 получили", "passport", "0812 № 123456"),
        ("СНИЛС 112-233-445 95 указан", "snils", "112-233-445 95"),
        ("Деньги на карту 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("Кирова, 40, кв. 12 осмотрели", "flat", "кв. 12"),
    ],
)
def test_personal_data_forbids_a_public_answer_and_not_a_private_message(words: str, code: str, place: str) -> None:
    text = f"{GOOD} {words}"
    first = answers.check(text, KNOWN)[0]
    assert (first.code, text[first.start : first.end], first.forbids) == (code, place, True)
    assert found(text, replace(KNOWN, is_public=False)) == []


@pytest.mark.parametrize(
    "words",
    [
        "Горсвет: 8 (4217) 52-71-11.",
        "Горячая линия 8-800-100-00-00, экстренно 112.",
        "Дом 12/2, маршрут 25, смета 1 200 000 руб., распоряжение № 1234-56.",
        "Пишите на gorsvet@kmscity.ru.",
        "Номер заявки 4111 1111 1111 1112.",
        "Квартира 40 кв. м, площадь 120 кв. 5 метров",
    ],
)
def test_what_a_town_publishes_itself_is_no_personal_data(words: str) -> None:
    codes = {code for code, _ in found(f"{GOOD} {words}")}
    assert not codes & {"mobile", "phone", "email", "passport", "snils", "card"}


def test_an_office_that_the_town_has_not_named_is_only_asked_about() -> None:
    finding = answers.check(f"{GOOD} Ещё: 8 (4217) 99-99-99", KNOWN)[0]
    assert (finding.code, finding.forbids) == ("phone", False)


def test_words_of_an_office_come_with_the_plain_one() -> None:
    text = f"{GOOD} В настоящее время осуществлено обследование."
    remarks = {text[e.start : e.end]: (e.suggestion, e.fits) for e in answers.check(text, KNOWN)}
    assert remarks == {"В настоящее время": ("сейчас", True), "осуществлено": ("сделать, сделали", False)}
    assert officialese.size() >= 60


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("В ближайшее время сделаем.", ["undated"]),
        ("В ближайшее время, до 10 ноября, сделаем.", []),
        ("Фонарь включим до 10 октября.", ["past_day"]),
        ("Обратитесь в Горсвет.", ["nowhere"]),
        ("Обратитесь в Горсвет. Кабинет № 5, ул. Мира, 1.", []),
        ("Здесь [адрес] не назван.", ["blank"]),
    ],
)
def test_promises_without_a_day_and_ways_without_an_address(words: str, codes: list[str]) -> None:
    text = f"Ирина, здравствуйте! Фонари на Кирова горят. {words}"
    assert [code for code, _ in found(text)] == codes
    assert [code for code, _ in found(text, replace(KNOWN, purpose=Purpose.DEFERRAL))] == [
        code for code in codes if code != "undated"
    ]


def test_an_answer_that_passes_the_question_by_is_seen_and_a_question_of_ours_is_not() -> None:
    text = "Здравствуйте! Благодарим за неравнодушие, хорошего вам настроения."
    assert found(text) == [("unheard", "")]
    assert answers.check(text, KNOWN)[0].suggestion == "фонари, горят, кирова, вокзальной"
    assert found(text, replace(KNOWN, purpose=Purpose.QUESTION)) == []
    assert found("Здравствуйте! Спасибо.", replace(KNOWN, question="Алло?")) == []


def test_the_same_text_to_the_same_author_is_seen_though_a_word_differs() -> None:
    again = replace(KNOWN, earlier=["Добрый день!", GOOD.replace("ноября", "декабря")])
    assert found(GOOD, again) == [("repeated", "")]
    # Of a few words only the very same are the same.
    short = "Здравствуйте! Горсвет чинит фонари."
    assert ("repeated", "") in found(short, replace(KNOWN, earlier=[short.upper()]))
    assert ("repeated", "") not in found(short, replace(KNOWN, earlier=["Здравствуйте! Горсвет чинит кабель."]))


def test_the_house_asks_for_greeting_and_signature() -> None:
    house = replace(KNOWN, house=House(signature="Администрация города"))
    assert [code for code, _ in found("Фонари на Кирова горят.", house)] == ["greeting", "signature"]
    assert found(f"{GOOD}\n\nАдминистрация\nгорода", house) == []


def test_the_town_says_how_hard_each_kind_is_checked() -> None:
    levels = read_levels("personal:advice, officialese:forbids")
    assert (levels[Kind.PERSONAL], levels[Kind.GREETING]) == (Level.ADVICE, Level.OFF)
    strict = replace(KNOWN, house=House(levels))
    text = "Осуществлено. +7 914 000-00-00"
    assert [(each.code, each.forbids) for each in answers.check(text, strict)] == [
        ("officialese", True),
        ("mobile", False),
    ]
    for wrong in ("personal", "phones:off", "personal:never"):
        with pytest.raises(BadChecks, match="write one of"):
            read_levels(wrong)


PIECES = [
    "обратитесь в",
    "в ближайшее время",
    "8914",
    "0000000",
    "кв. 1",
    "осуществлено",
    "{",
    "[адрес]",
    "\n",
    "Ё",
    "😀",
    "İ",
    "до 5",
    "мая",
]


@given(st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_no_text_breaks_the_check_every_place_is_valid_and_twice_is_the_same(text: str) -> None:
    first = answers.check(text, KNOWN)
    assert first == answers.check(text, KNOWN)
    for each in first:
        assert 0 <= each.start <= each.end <= len(text)
        assert (each.end == 0) == (each.start == each.end == 0)
    assert [each.forbids for each in first] == sorted((each.forbids for each in first), reverse=True)


@pytest.mark.parametrize(
    "piece", ["а", " ", "1 ", "обратитесь в ", "до 15 ", "8-", "a@", "кв 1 ", "паспорт ", "в течение "]
)
def test_a_long_text_of_one_piece_is_read_in_a_blink(piece: str) -> None:
    begun = datetime.now()  # noqa: DTZ005 - a length of time
    answers.check((piece * 16_384)[:16_384], KNOWN)
    assert (datetime.now() - begun).total_seconds() < 3  # noqa: DTZ005


def test_a_finding_is_a_value() -> None:
    assert Finding(Kind.BLANK, "blank", Level.FORBIDS).forbids
