"""What a template may do with a value: numbers, percents, plurals, moments, the time left (`time_left`).

Pure functions in the language of the request; `register` makes filters of them. No row is read and nothing is decided
here: the clock's verdicts come from `rules`, this module only says them.
"""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_decimal, gettext, ngettext
from markupsafe import Markup, escape

from incidents.records.norms import NormRow
from incidents.rules.norms import Hours, Norm, Unit
from incidents.statistics import measures
from incidents.web import current, moments
from incidents.web.time_left import TimeLeft, duration, time_left

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"
_COMMAND = re.compile("`([^`]+)`")


def term(norm: Norm | NormRow) -> str:
    """A norm's term in words: "2 h", "2 h of working time", "30 days", "7 working days", "by the end of the working day"."""
    is_working = norm.hours is Hours.WORKING
    if norm.unit is Unit.WORKING_DAY_END:
        # An ordinal, not a count: Russian says it one way for all numbers but the first.
        is_first = norm.term == 1
        words = (
            gettext("by the end of the working day")
            if is_first
            else gettext("by the end of working day %(num)d", num=norm.term)
        )
    elif norm.unit is Unit.DAYS and is_working:
        words = ngettext("%(num)d working day", "%(num)d working days", norm.term)
    elif norm.unit is Unit.DAYS:
        words = ngettext("%(num)d day", "%(num)d days", norm.term)
    elif not is_working:
        return duration(norm.term * 60)
    else:
        # A day of working hours is no day, so the hours are told as hours.
        whole, rest = divmod(norm.term, 60)
        parts = [gettext("%(hours)s h", hours=whole)] * bool(whole) + [gettext("%(minutes)s min", minutes=rest)] * bool(
            rest
        )
        words = gettext("%(time)s of working time", time=" ".join(map(str, parts)))
    return str(words)


def whole_term(norm: Norm | NormRow | None) -> int:
    """About how many seconds a term has, for the ring that empties; two hours where there is no norm."""
    if norm is None:
        return 7200
    return norm.term * (60 if norm.unit is Unit.MINUTES else 86_400)


def number(value: float | None) -> str:
    """27 348 with no-break spaces; unknown is a dash, never 0."""
    if value is None:
        return DASH
    # Most numbers of a page of figures, and the same in every language.
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return str(format_decimal(value)).replace("-", MINUS)


def percent(value: float | None, *, digits: int = 1) -> str:
    """92,5 %: Russian puts a no-break space before the sign, English does not. `value` is in hundredths already."""
    if value is None:
        return DASH
    size = measures.shown(abs(value), digits)
    return str(gettext("%(number)s%%", number=_decimal(size, digits, MINUS if value < 0 else "")))


def growth(value: float | None) -> str:
    """+35,7 % or −1,6 %, always with its sign and one digit; a gap or an unfinished year is a dash."""
    if value is None:
        return DASH
    rounded = round(value, 1)
    return str(gettext("%(number)s%%", number=_decimal(abs(rounded), 1, _sign(rounded), fixed=True)))


def change(value: float | None) -> str:
    """A difference of points, +4 or −1,6."""
    if value is None:
        return DASH
    return _decimal(abs(value), 1, _sign(value))


def appeals(count: int) -> str:
    """1 appeal, 2 appeals; Russian has three forms."""
    return str(ngettext("%(count)s appeal", "%(count)s appeals", count, count=number(count)))


def answers(count: int) -> str:
    return str(ngettext("%(count)s answer", "%(count)s answers", count, count=number(count)))


def people(count: int) -> str:
    return str(ngettext("%(count)s person", "%(count)s people", count, count=number(count)))


def cut_to(text: str, longest: int) -> str:
    """As many characters as a line holds; the whole stands elsewhere."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def register(app: Flask, zone: ZoneInfo) -> None:
    """The filters of all templates. Moments take the request's one present and the town's zone."""

    def moment(at: datetime | None) -> str | Markup:
        return DASH if at is None else moments.time_element(at, moments.moment_words(at, current.now(), zone), zone)

    def short_moment(at: datetime | None) -> str | Markup:
        return DASH if at is None else moments.time_element(at, moments.short_words(at, current.now(), zone), zone)

    def deadline(at: datetime | None) -> str | Markup:
        """Until when; a term in days ends with its day, and that day is what is told, not the midnight after it."""
        if at is None:
            return DASH
        is_whole_day = at.astimezone(zone).time() == time()
        words = moments.deadline_words if is_whole_day else moments.moment_words
        return moments.time_element(at, words(at, current.now(), zone), zone)

    def exact(at: datetime | None) -> str | Markup:
        return DASH if at is None else moments.time_element(at, moments.exact_words(at, zone), zone)

    def day(on: date | None) -> str:
        return DASH if on is None else moments.day_words(on)

    def left(due_at: datetime, term_seconds: int = 7_200, soon_minutes: int = 30, need_minutes: int = 0) -> TimeLeft:
        return time_left(
            due_at, current.now(), term_seconds=term_seconds, soon_minutes=soon_minutes, need_minutes=need_minutes
        )

    filters = (
        commands,
        moment,
        short_moment,
        deadline,
        exact,
        day,
        left,
        duration,
        term,
        whole_term,
        number,
        percent,
        growth,
        change,
    )
    for function in (*filters, appeals, answers, people, cut_to):
        app.add_template_filter(function)


def commands(words: str) -> Markup:
    """A sentence whose commands for the server, between grave accents, stand in code."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(words))))  # noqa: S704 - the words are escaped first


def _decimal(size: float, digits: int, sign: str, *, fixed: bool = False) -> str:
    pattern = "#,##0." + ("0" if fixed else "#") * digits if digits else "#,##0"
    return sign + str(format_decimal(size, pattern))


def _sign(value: float) -> str:
    return "+" if value > 0 else MINUS if value < 0 else ""
