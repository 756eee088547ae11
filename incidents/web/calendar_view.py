"""A year of a calendar as a page draws it: months of weeks of days, each kind of day with a sign, a tone and words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from incidents.rules.calendar import Calendar, Day, DayKind, Interval
from incidents.rules.calendar_year import Count, Lacks, lacking, months, whole
from incidents.rules.days import SpecialDay
from incidents.rules.hours_line import as_line
from incidents.web import display
from incidents.web.moments import WEEKDAYS


@dataclass(frozen=True)
class KindMark:
    """How a kind of day is told apart without its colour: a sign beside the number, and words."""

    sign: str
    words: Any


KINDS: Mapping[DayKind, KindMark] = {
    DayKind.HOLIDAY: KindMark("★", lazy_gettext("holiday")),
    DayKind.MOVED_OFF: KindMark("⇄", lazy_gettext("day off moved here")),
    DayKind.REGIONAL: KindMark("◆", lazy_gettext("regional day off")),
    DayKind.WORKING: KindMark("+", lazy_gettext("working day moved here")),
    DayKind.SHORTENED: KindMark("*", lazy_gettext("shortened day")),
    DayKind.HOURS: KindMark("◷", lazy_gettext("hours of its own")),
}
LACKS: Mapping[Lacks, Any] = {
    Lacks.WORKING_TIME: lazy_gettext("no working time: no term in working hours can be counted"),
    Lacks.HOLIDAYS: lazy_gettext("no holidays: take the year from the library"),
    Lacks.MOVED_DAYS: lazy_gettext("no moved days off: they are decided in the autumn before"),
    Lacks.SHORTENED_DAYS: lazy_gettext("no shortened days: enter them when they are published"),
}


@dataclass(frozen=True)
class Cell:
    """One date of a month."""

    on: date
    day: Day | None
    is_off: bool
    sign: str
    #: What is special about it, in words; empty for an ordinary day.
    words: str


@dataclass(frozen=True)
class Month:
    name: str
    count: Count
    #: Weeks from Monday to Sunday; None for the dates of other months.
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class Year:
    """A year of a calendar, each part counted when it is drawn: what was drawn once is not counted again (`drawing`)."""

    calendar: Calendar
    number: int
    present: int

    @property
    def months(self) -> list[Month]:
        return year_of(self.calendar, self.number)

    @property
    def special(self) -> list[tuple[date, Day]]:
        return special_of(self.calendar, self.number)

    @property
    def whole(self) -> Count:
        return whole(self.calendar, self.number)

    @property
    def lacking(self) -> tuple[Lacks, ...]:
        return lacking(self.calendar, self.number)

    @property
    def years(self) -> list[tuple[int, Count, tuple[Lacks, ...]]]:
        """Every year that the calendar knows something of, how much is worked in it and what it lacks."""
        known = years_of(self.calendar, self.present, self.number)
        return [(each, whole(self.calendar, each), lacking(self.calendar, each)) for each in known]


def year_of(calendar: Calendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    names = get_month_names("wide", "stand-alone", get_locale())
    counts = months(calendar, year)
    return [
        Month(str(names[number]).capitalize(), counts[number - 1], list(_weeks(calendar, year, number)))
        for number in range(1, 13)
    ]


def special_of(calendar: Calendar, year: int) -> list[tuple[date, Day]]:
    """The days of a year that differ, in order."""
    return sorted((on, day) for on, day in calendar.special.items() if on.year == year)


def years_of(calendar: Calendar, *others: int) -> list[int]:
    """The years a calendar knows something about, and others."""
    return sorted({*(on.year for on in calendar.special), *others})


def hours_words(seconds: float) -> str:
    """1972 h; minutes only where there are some."""
    return str(gettext("%(hours)s h", hours=display.number(round(seconds / 3600, 2))))


def days_words(days: int) -> str:
    """1 day, 2 days; in Russian for working days too."""
    return str(ngettext("%(num)d day", "%(num)d days", days))


def hours_line(intervals: tuple[Interval, ...]) -> str:
    """The hours of a day, or that nobody works."""
    return as_line(intervals) or str(gettext("day off"))


def day_line(day: SpecialDay | None) -> str:
    """A single day as it was entered, in words: for what changes."""
    if day is None:
        return str(gettext("an ordinary day"))
    parts = [str(KINDS[day.kind].words)]
    if day.like is not None:
        parts.append(str(gettext("hours as on: %(weekday)s", weekday=WEEKDAYS[day.like])))
    if day.intervals:
        parts.append(as_line(day.intervals))
    if day.shorter_by:
        parts.append(str(gettext("shorter by %(minutes)s min", minutes=day.shorter_by)))
    return ", ".join(parts) + (f" ({day.name})" if day.name else "")


def _weeks(calendar: Calendar, year: int, month: int) -> Iterator[list[Cell | None]]:
    first = date(year, month, 1)
    on = first - timedelta(days=first.weekday())
    while on.year * 12 + on.month <= year * 12 + month:
        week = [on + timedelta(days=offset) for offset in range(7)]
        yield [_cell(calendar, each) if each.month == month else None for each in week]
        on += timedelta(days=7)


def _cell(calendar: Calendar, on: date) -> Cell:
    day = calendar.day_on(on)
    intervals = tuple(calendar.intervals_on(on))
    if day is None:
        return Cell(on, None, not intervals, "", "")
    mark = KINDS[day.kind]
    # A working Saturday may end earlier too.
    is_shorter = day.shorter_by and day.kind is not DayKind.SHORTENED
    words = [str(mark.words), day.name, hours_line(intervals)]
    if day.shorter_by:
        words.append(str(gettext("shorter by %(minutes)s min", minutes=day.shorter_by)))
    return Cell(on, day, not intervals, mark.sign + ("*" if is_shorter else ""), ", ".join(filter(None, words)))
