"""How values look: time left, moments, numbers, percents, plurals; Russian as the town reads it, English complete."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale

from incidents.web import display, moments
from incidents.web.time_left import duration, time_left

ZONE = ZoneInfo("Asia/Vladivostok")
#: Thursday 19 November 2026, 13:42 in the town (UTC+10).
NOW = datetime(2026, 11, 19, 3, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_russian(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", "_")


@pytest.mark.parametrize(
    ("seconds", "words", "tone", "ring"),
    [
        (7_200, "осталось 2 ч", "today", "ring-12"),
        (3_840, "осталось 1 ч 4 мин", "today", "ring-7"),
        (3_899, "осталось 1 ч 4 мин", "today", "ring-7"),
        (1_800, "осталось 30 мин", "today", "ring-3"),
        (1_799, "осталось 29 мин", "soon", "ring-3"),
        (1_020, "осталось 17 мин", "soon", "ring-2"),
        (60, "осталось 1 мин", "soon", "ring-1"),
        (59, "меньше минуты", "soon", "ring-1"),
        (0, "меньше минуты", "soon", "ring-1"),
        (-0.001, "просрочено 1 мин", "late", "ring-late"),
        (-1, "просрочено 1 мин", "late", "ring-late"),
        (-60, "просрочено 1 мин", "late", "ring-late"),
        (-61, "просрочено 2 мин", "late", "ring-late"),
        (-840, "просрочено 14 мин", "late", "ring-late"),
        (-86_400 - 3_600, "просрочено 1 день 1 ч", "late", "ring-late"),
        (5 * 86_400, "осталось 5 дней", "today", "ring-12"),
    ],
)
def test_what_is_left_is_rounded_down_and_what_is_late_is_rounded_up(
    seconds: float, words: str, tone: str, ring: str
) -> None:
    left = time_left(NOW + timedelta(seconds=seconds), NOW)
    assert (left.words, left.tone, left.ring) == (words, tone, ring)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 19, 4, 5, tzinfo=UTC), "сегодня, 14:05"),
        (datetime(2026, 11, 18, 8, 20, tzinfo=UTC), "вчера, 18:20"),
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "завтра, 10:00"),
        (datetime(2026, 11, 3, 6, 30, tzinfo=UTC), "вт 3 ноя, 16:30"),
        (datetime(2026, 5, 8, 14, 0, tzinfo=UTC), "сб 9 мая, 00:00"),
        (datetime(2025, 12, 31, 13, 59, tzinfo=UTC), "31 дек 2025, 23:59"),
    ],
)
def test_moments_are_told_in_the_towns_own_days(at: datetime, words: str) -> None:
    assert moments.moment_words(at, NOW, ZONE) == words


def test_a_moment_keeps_its_exact_second_for_machines_and_the_curious() -> None:
    at = datetime(2026, 11, 19, 3, 28, 4, tzinfo=UTC)
    element = moments.time_element(at, moments.short_words(at, NOW, ZONE), ZONE)
    assert str(element) == '<time datetime="2026-11-19T03:28:04Z" title="19.11.2026 13:28:04">13:28</time>'
    assert moments.day_words(date(2026, 11, 3)) == "3 ноября 2026"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (lambda: display.number(27348), "27_348"),
        (lambda: display.number(None), "—"),
        (lambda: display.percent(92.5), "92,5_%"),
        (lambda: display.percent(97), "97_%"),
        (lambda: display.percent(96.7, digits=0), "97_%"),
        (lambda: display.percent(None), "—"),
        (lambda: display.growth(35.66), "+35,7_%"),
        (lambda: display.growth(868.478), "+868,5_%"),
        (lambda: display.growth(171), "+171,0_%"),
        (lambda: display.growth(-1.6), "−1,6_%"),
        (lambda: display.growth(-0.04), "0,0_%"),
        (lambda: display.growth(None), "—"),
        (lambda: display.change(4), "+4"),
        (lambda: display.change(-1.6), "−1,6"),
        (lambda: duration(2_460), "41 мин"),
        (lambda: duration(5_460), "1 ч 31 мин"),
        (lambda: duration(5_461), "1 ч 31 мин"),
        (lambda: duration(5_461, up=True), "1 ч 32 мин"),
        (lambda: duration(3 * 86_400 + 7_200), "3 дня 2 ч"),
    ],
)
def test_numbers_are_written_as_the_town_writes_them(shown: Callable[[], str], words: str) -> None:
    assert plain(shown()) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 обращений"),
        (1, "1 обращение"),
        (2, "2 обращения"),
        (5, "5 обращений"),
        (11, "11 обращений"),
        (14, "14 обращений"),
        (21, "21 обращение"),
        (27348, "27_348 обращений"),
    ],
)
def test_russian_counts_in_three_forms(count: int, words: str) -> None:
    assert plain(display.appeals(count)) == words


def test_english_is_complete_too() -> None:
    with force_locale("en"):
        assert time_left(NOW + timedelta(minutes=64), NOW).words == "1 h 4 min left"
        assert time_left(NOW - timedelta(minutes=14), NOW).words == "14 min overdue"
        assert display.number(27348) == "27,348"
        assert display.growth(35.7) == "+35.7%"
        assert display.appeals(21) == "21 appeals"
        assert moments.moment_words(datetime(2026, 11, 3, 6, 30, tzinfo=UTC), NOW, ZONE) == "Tue 3 Nov, 16:30"
        assert moments.day_words(date(2026, 11, 3)) == "3 November 2026"


def test_a_term_in_days_ends_with_its_day_and_not_with_the_midnight_after_it(app: Flask) -> None:
    with app.test_request_context():
        told = app.jinja_env.from_string("{{ day|deadline }} {{ hour|deadline }}").render(
            day=datetime(2020, 7, 1, 14, 0, tzinfo=UTC), hour=datetime(2020, 7, 1, 15, 0, tzinfo=UTC)
        )
    assert ">1 июл 2020<" in told
    assert ">2 июл 2020, 01:00<" in told
