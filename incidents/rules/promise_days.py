"""From the words that name a day to the day: each kind of wording (`rules.promises`) has its reader here."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from incidents.rules.promise_words import COUNTS, MONTHS, ROMAN, SEASONS, WEEKDAYS

IsWorking = Callable[[date], bool]
Reader = Callable[[re.Match[str], date, IsWorking], date | None]

#: Farther than this nobody promises to a citizen; a number that looks like a date is meant otherwise.
FARTHEST = timedelta(days=3 * 366)
#: A day and month without a year that lie no longer ago than this are past; longer ago, next year's are meant.
_JUST_PAST = timedelta(days=92)


def _numeric(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _coming(said_on, month, day)


def _dated(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    month, day = _month(match["month"]), int(match["day"])
    return date(int(match["year"]), month, day) if match["year"] else _coming(said_on, month, day)


def _within(match: re.Match[str], said_on: date, is_working: IsWorking) -> date | None:
    written, unit = match["count"], match["unit"]
    count = 1 if written is None else COUNTS.get(written) or int(written)
    if unit.startswith("час"):
        return said_on + timedelta(days=count // 24)
    if unit.startswith("рабоч"):
        return working_day_after(said_on, count, is_working)
    if unit.startswith("недел"):
        return said_on + timedelta(weeks=count)
    if unit.startswith("месяц"):
        return _months_on(said_on, count)
    if unit.startswith(("год", "лет")):
        return _months_on(said_on, 12 * count)
    return said_on + timedelta(days=count)


def working_day_after(day: date, count: int, is_working: IsWorking) -> date:
    """The `count`-th working day after a day."""
    left = count
    for _ in range(FARTHEST.days):
        day += timedelta(days=1)
        left -= is_working(day)
        if left <= 0:
            return day
    raise ValueError("no working days")


def _end(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    return _end_of(match["what"], said_on)


def _end_next(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    return _end_of(match["what"], _end_of(match["what"], said_on) + timedelta(days=1))


def _end_of(what: str, day: date) -> date:
    if what == "недели":
        return day + timedelta(days=6 - day.weekday())
    if what == "месяца":
        return _last(day.year, day.month)
    if what == "квартала":
        return _last(day.year, (day.month - 1) // 3 * 3 + 3)
    return date(day.year, 12, 31) if what == "года" else day


def _end_month(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    month = _month(match["month"])
    return _last(int(match["year"]), month) if match["year"] else _coming_month(said_on, month)


def _quarter(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    month = 3 * (ROMAN.get(match["quarter"]) or int(match["quarter"]))
    return _last(int(match["year"]), month) if match["year"] else _coming_month(said_on, month)


def _part(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    month, day = _month(match["month"]), 10 if match["part"] == "начале" else 20
    return date(int(match["year"]), month, day) if match["year"] else _coming(said_on, month, day)


def _season(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    month = SEASONS[match["season"]]
    return _last(int(match["year"]), month) if match["year"] else _coming_month(said_on, month)


def _next_week(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    sunday = _end_of("недели", said_on)
    return sunday + timedelta(weeks=1) if match["which"].startswith(("следующ", "будущ")) else sunday


def _next_month(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    last = _end_of("месяца", said_on)
    return _end_of("месяца", last + timedelta(days=1)) if match["which"].startswith("следующ") else last


def _weekday(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    weekday = next(number for stem, number in WEEKDAYS.items() if match["weekday"].startswith(stem))
    if (match["next"] or "").startswith("следующ"):
        return _end_of("недели", said_on) + timedelta(days=1 + weekday)
    return said_on + timedelta(days=(weekday - said_on.weekday() - 1) % 7 + 1)


def _named(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    return said_on + timedelta(days=("сегодня", "завтра", "послезавтра").index(match["named"]))


def _year(match: re.Match[str], said_on: date, _: IsWorking) -> date | None:
    return date(int(match["year"]), 12, 31)


def _month(word: str) -> int:
    return next(number for stem, number in MONTHS.items() if word.startswith(stem))


def _coming(said_on: date, month: int, day: int) -> date:
    meant = date(said_on.year, month, day)
    return meant if meant >= said_on - _JUST_PAST else date(said_on.year + 1, month, day)


def _coming_month(said_on: date, month: int) -> date:
    meant = _last(said_on.year, month)
    return meant if meant >= said_on else _last(said_on.year + 1, month)


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


#: By the kind of wording.
READ: Mapping[str, Reader] = {
    "numeric": _numeric,
    "dated": _dated,
    "within": _within,
    "end": _end,
    "end_next": _end_next,
    "end_month": _end_month,
    "quarter": _quarter,
    "part": _part,
    "month": _end_month,
    "season": _season,
    "next_week": _next_week,
    "next_month": _next_month,
    "weekday": _weekday,
    "named": _named,
    "year": _year,
}
