"""The yearly figures: all years, one year from inside, both as CSV. Every figure opens the list of its appeals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from flask_babel import get_locale, gettext

from incidents.statistics import charts, edges, measures, sheets, year_books, years
from incidents.web import access, current, display, figure_list, words

blueprint = Blueprint("years", __name__)

FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Entry:
    """One bar in words: what stands under it, what it says to who does not see it, and where it leads."""

    short: str
    words: str
    value: int
    href: str
    growth: float | None = None


@blueprint.get("/years")
def page() -> str:
    """The yearly table with its drawing and the months of all counted years."""
    table = years.table(current.session(), current.settings().town_zone, current.now())
    terms = years.terms(current.session())
    numbers = [year.year for year in table.years]
    drawn = charts.columns([year.received for year in table.years])
    months = [count for year in table.years for count in year.months]
    return render_template(
        "years/page.html",
        table=table,
        drawn=drawn,
        entries=[_bar_of(year) for year in table.years],
        marks=tuple(charts.marks(terms, numbers, drawn)),
        terms_of={number: _terms(terms, number) for number in numbers},
        largest_month=max(months, default=0),
        step=charts.step,
        months=_months(),
        **_doors(),
    )


@blueprint.get("/years/<int:year>")
def one(year: int) -> str:
    """One year: figures, months, groups of topics, departments, networks."""
    found, door = _find(year), _door()
    return render_template(
        "years/one.html",
        year=found,
        drawn=charts.columns([month.received for month in found.months], width=1100, height=230, top=30),
        entries=[_bar_of_month(year, month, door) for month in found.months],
        definitions={name: measure.words for name, measure in measures.MEASURES.items()},
        answered=_answered(year),
        **_doors(),
    )


@blueprint.get("/years/<int:year>/backlog/<any(start, end):at>")
def backlog(year: int, at: str) -> str:
    """What was waiting for its first answer at the start of a year, or at its end or now."""
    found = _find(year)
    if found.backlog_end is None:
        abort(404)
    first, after = edges.of_year(year, current.settings().town_zone)
    if at == "start":
        title = gettext("Backlog at the start of %(year)s", year=year)
    else:
        title = gettext("Backlog at the end of %(year)s", year=year)
    moment = first if at == "start" else min(after, current.now())
    return figure_list.draw(title, measures.backlog(moment), endpoint="years.backlog", year=year, at=at)


@blueprint.get("/years.xlsx")
def table_book() -> Response:
    """The yearly table as a workbook."""
    table = years.table(current.session(), current.settings().town_zone, current.now())
    return figure_list.send_book(year_books.of_years(table, _months(), gettext), "years.xlsx")


@blueprint.get("/years/<int:year>.xlsx")
def one_book(year: int) -> Response:
    """One year as a workbook."""
    return figure_list.send_book(year_books.of_year(_find(year), gettext, _name_of), f"{year}.xlsx")


@blueprint.get("/years.csv")
def table_file() -> Response:
    """The yearly table for a spreadsheet."""
    table = years.table(current.session(), current.settings().town_zone, current.now())
    return _file(sheets.years(table, gettext), "years.csv")


@blueprint.get("/years/<int:year>.csv")
def one_file(year: int) -> Response:
    """One year for a spreadsheet."""
    return _file(sheets.one_year(_find(year), gettext, _name_of), f"{year}.csv")


def _find(year: int) -> years.OneYear:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    found = years.year(current.session(), year, current.settings().town_zone, current.now())
    if found is None:
        abort(404)
    return found


def _bar_of(year: years.Year) -> Entry:
    return Entry(
        short=f"{year.year}*" if year.note else str(year.year),
        words=f"{year.year}: {display.appeals(year.received)}",
        value=year.received,
        href=url_for("years.one", year=year.year),
        growth=year.growth_percent,
    )


def _bar_of_month(year: int, month: years.Part, door: Callable[..., str]) -> Entry:
    name = _name_of("Months", month.name)
    return Entry(
        short=_months()[int(month.name) - 1],
        words=f"{name}: {display.appeals(month.received)}",
        value=month.received,
        href=door(year=year, month=month.key) if month.received else "",
    )


def _terms(terms: tuple[years.Term, ...], year: int) -> tuple[int, ...]:
    """The norms in minutes that were in force in a year, in their order."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    before = [term.minutes for term in terms if term.valid_from <= begin]
    within = [term.minutes for term in terms if begin < term.valid_from <= end]
    return (*before[-1:], *within)


def _doors() -> dict[str, Any]:
    """Where a figure leads: the list with the filter it was counted by, or nowhere for who sees no appeals."""
    return {"door": _door(), "is_open": _is_open(), "name_of": _name_of}


def _door() -> Callable[..., str]:
    queue = figure_list.door_of("queue.page")
    return lambda **asked: queue(**{name: value or None for name, value in asked.items()}) if _is_open() else ""


def _answered(year: int) -> str:
    """The list behind the median: what was received in the year and answered, whenever that was."""
    days: dict[str, Any] = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
    return url_for("period.behind", state="answered", **days) if _is_open() else ""


def _is_open() -> bool:
    return access.may(current.person().role, "queue.page")


def _months() -> list[str]:
    """The beginnings of the months' names, as they stand over columns: not as after a day, "мая"."""
    names = get_locale().months["stand-alone"]["wide"]
    return [names[number][:3] for number in range(1, 13)]


def _name_of(section: str, name: str) -> str:
    """What a part is called: months and networks by their names, and what was not chosen by that."""
    if section == "Months":
        return str(get_locale().months["stand-alone"]["wide"][int(name)])
    if section == "Networks":
        return str(words.network_mark(name).name)
    if name:
        return name
    return str(gettext("without a topic") if section == "Groups of topics" else gettext("without a department"))


def _file(text: str, name: str) -> Response:
    # The mark at the beginning tells an office's spreadsheet that the letters are UTF-8.
    response = Response("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
