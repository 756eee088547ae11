"""Which days an answer promises, read as the citizen may read them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.promises import find

#: A Wednesday.
SAID = date(2026, 10, 28)


def is_working(day: date) -> bool:
    """Monday to Friday without the Day of National Unity."""
    return day.weekday() < 5 and day != date(2026, 11, 4)


def days(text: str) -> list[date]:
    return [each.due_on for each in find(text, SAID, is_working) if not each.is_past]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Свет включим до 15 ноября.", date(2026, 11, 15)),
        ("Заменим кабель не позднее 15-го ноября 2027 года", date(2027, 11, 15)),
        ("Покрасим к 9 мая", date(2027, 5, 9)),
        ("Работы завершат до 30.11.2026.", date(2026, 11, 30)),
        ("Уберут до 30.11", date(2026, 11, 30)),
        ("Яму засыплем 2 ноября", date(2026, 11, 2)),
        ("Уберём в течение недели", date(2026, 11, 4)),
        ("Ответим в течение 10 рабочих дней", date(2026, 11, 12)),
        ("Ответим в течение трёх дней", date(2026, 10, 31)),
        ("в течение двух недель подсыплем", date(2026, 11, 11)),
        ("Выполнят в течение месяца", date(2026, 11, 28)),
        ("Через две недели вернёмся с ответом", date(2026, 11, 11)),
        ("Двор почистят до конца недели", date(2026, 11, 1)),
        ("до конца этого месяца", date(2026, 10, 31)),
        ("До конца следующей недели уберём", date(2026, 11, 8)),
        ("Отремонтируем до конца ноября", date(2026, 11, 30)),
        ("Остановку установят в 4 квартале", date(2026, 12, 31)),
        ("В I квартале 2027 года будет заменён", date(2027, 3, 31)),
        ("в пятницу приедет бригада", date(2026, 10, 30)),
        ("В следующий понедельник заменим", date(2026, 11, 2)),
        ("Завтра вывезем", date(2026, 10, 29)),
        ("Сегодня до 18:00 уберём", SAID),
        ("На следующей неделе вывезем снег", date(2026, 11, 8)),
        ("Работы запланированы в ноябре", date(2026, 11, 30)),
        ("Спилим весной", date(2027, 5, 31)),
        ("Ремонт запланирован в 2027 году", date(2027, 12, 31)),
    ],
)
def test_a_promised_day_is_found_and_its_place_in_the_text(text: str, day: date) -> None:
    assert days(text) == [day]
    found = find(text, SAID, is_working)[0]
    assert 0 <= found.start < found.end <= len(text)
    assert text[found.start : found.end].strip() == text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "Осмотрели двор 12 октября.",
        "Заявку подайте до 1 декабря.",
        "Приём граждан в пятницу, звоните.",
        "Бригада работает сегодня.",
        "По постановлению от 20 декабря 2026 № 5 это не наш двор.",
        "По 31 дома вопрос к управляющей компании.",
        "Маршрут 15 до Мая не ходит.",
        "Здравствуйте! Спасибо за вопрос.",
        "32.13.2026",
        "до 31 февраля",
    ],
)
def test_what_is_no_promise_of_ours_is_left_alone(text: str) -> None:
    assert days(text) == []


def test_a_day_that_is_over_is_told_as_past_and_owed_by_nobody() -> None:
    found = find("Свет включим до 20 октября.", SAID, is_working)
    assert [(each.due_on, each.is_past) for each in found] == [(date(2026, 10, 20), True)]


def test_two_days_are_two_promises_and_one_day_named_twice_is_one() -> None:
    assert days("Кабель заменим до 2 ноября. Свет будет до 5 ноября.") == [date(2026, 11, 2), date(2026, 11, 5)]
    assert days("Уберём завтра. Да, уберём 29 октября.") == [date(2026, 10, 29)]


@given(st.text(max_size=300), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_no_text_breaks_it_and_every_place_lies_inside(text: str, said_on: date) -> None:
    for each in find(text, said_on, lambda day: day.weekday() < 5):
        assert 0 <= each.start < each.end <= len(text)
        assert each.due_on <= said_on + timedelta(days=1100)


@given(
    st.lists(
        st.sampled_from(
            [
                "до",
                "15",
                "30.11",
                "ноября",
                "мая",
                "конца",
                "недели",
                "в",
                "течение",
                "уберём",
                "4",
                "квартал",
                "пятницу",
                "0",
                "99",
            ]
        )
    ),
)
def test_pieces_of_dates_in_any_order_break_nothing(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert find(text, SAID, is_working) == find(text, SAID, is_working)
