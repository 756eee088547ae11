"""The manager's "period": the norm over some days beside the days before and a year ago. Every figure opens its list.

The question stands in the address, so that it can be sent to somebody and printed again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from incidents.flow import calendars
from incidents.rules import periods
from incidents.rules.norms import Hours
from incidents.rules.periods import Period, Preset
from incidents.statistics import charts, cuts, measures, period, period_parts, stretches, trends, workbook, years
from incidents.web import access, current, figure_list, moments, period_words

blueprint = Blueprint("period", __name__, url_prefix="/period")

PRESETS = {
    Preset.WEEK: lazy_gettext("Week"),
    Preset.MONTH: lazy_gettext("Month"),
    Preset.QUARTER: lazy_gettext("Quarter"),
    Preset.YEAR: lazy_gettext("Year"),
}


@dataclass(frozen=True)
class Asked:
    """The days that are asked about, or a sentence why they cannot be counted."""

    period: Period
    error: str = ""


@blueprint.get("")
def page() -> Response:
    asked = _asked()
    if asked.error:
        return make_response(render_template("period/page.html", asked=asked, seen=None, **_frame(asked)), 422)
    figures = _read(asked.period)
    norm = _norm(asked.period)
    return make_response(
        render_template(
            "period/page.html",
            asked=asked,
            seen=figures,
            norm=norm,
            wide=trends.trend(figures.trend, norm),
            narrow=trends.trend(figures.trend, norm, width=340, labels=3),
            bars=charts.columns([bar.answers for bar in figures.bars], width=400, height=256, top=40, foot=26),
            norm_bar=trends.norm_bar(figures.bars, norm),
            definitions={name: measures.MEASURES[name].words for name in measures.MEASURES},
            share=charts.share,
            step=charts.step,
            **_frame(asked),
        )
    )


@blueprint.get("/list")
def behind() -> str:
    """The appeals behind a figure, a bar or a cell."""
    asked, args = _asked(), request.args
    state = args.get("state", "received")
    if asked.error or state not in period_words.TITLES:
        abort(404)
    cut = cuts.Cut(
        state=state,
        department=_number("department"),
        topic=_number("topic"),
        weekday=_number("weekday", 6),
        hour=_number("hour", 23),
        hours=_number("hours", 24) or 1,
        bar=_number("bar", 99),
        until=_until(),
    )
    where = cuts.conditions(cut, asked.period, current.settings().town_zone, current.now())
    names = ("days", "from", "to", "state", "department", "topic", "weekday", "hour", "hours", "bar", "until")
    address = {name: args[name] for name in names if name in args}
    return figure_list.draw(period_words.title(cut, asked.period), *where, endpoint="period.behind", **address)


@blueprint.get("/promises")
def promised() -> str:
    """The promises for a day of the period that were kept, and those that were not."""
    asked = _asked()
    if asked.error:
        abort(404)
    if not access.may(current.person().role, "queue.page"):
        abort(403)
    session, zone, now = current.session(), current.settings().town_zone, current.now()
    department = _number("department")
    return render_template(
        "period/promises.html",
        rows=period_parts.promised_rows(session, asked.period, department, zone, now),
        figures=period_parts.promises(session, asked.period, zone, now, department),
        whose=period_words.names(department, None),
        days=period_words.days_words(asked.period),
    )


@blueprint.get("/figures.xlsx")
def sheet() -> Response:
    """The same figures as a workbook."""
    asked = _asked()
    if asked.error:
        abort(404)
    days = asked.period
    body = workbook.of_period(_read(days), str(gettext("Period")), period_words.days_words(days), gettext)
    return figure_list.send_book(body, f"period-{days.first:%Y-%m-%d}-{days.last:%Y-%m-%d}.xlsx")


def _read(days: Period) -> period.Figures:
    session, zone = current.session(), current.settings().town_zone
    return period.read(session, days, zone, calendars.versions(session, zone), current.now())


def _asked() -> Asked:
    """The days of the address; without any, this month up to today. A preset is a word in it."""
    today = current.now().astimezone(current.settings().town_zone).date()
    name = request.args.get("days", "")
    if name in list(Preset):
        return Asked(periods.preset(Preset(name), today))
    usual = periods.preset(Preset.MONTH, today)
    written = request.args.get("from", ""), request.args.get("to", "")
    if not any(written):
        return Asked(usual)
    try:
        first, last = (date.fromisoformat(each) for each in written)
    except ValueError:
        return Asked(usual, gettext("Enter both dates."))
    if first.year < 1990 or last.year > 2999:
        return Asked(usual, gettext("Enter both dates."))
    if last < first:
        return Asked(Period(first, last), gettext("The last day is before the first one. Check the dates."))
    found = Period(first, last)
    if found.days > periods.MOST_DAYS:
        return Asked(found, gettext("That is more than a year. Choose fewer days, or look at the years."))
    return Asked(found)


def _norm(days: Period) -> int | None:
    """The norm in minutes that the drawings show: the town's own at the end of the period, where its minutes are the
    clock's. A norm of working hours has no line among minutes of the day."""
    terms = [term for term in years.terms(current.session()) if term.valid_from <= days.last]
    return terms[-1].minutes if terms and terms[-1].hours is Hours.CALENDAR else None


def _frame(asked: Asked) -> dict[str, Any]:
    """What page and parts need to lead somewhere; nowhere for who sees no appeals."""
    is_open = access.may(current.person().role, "queue.page")
    days, behind_it = _days_of(asked.period), figure_list.door_of("period.behind")

    def door(**more: Any) -> str:
        return behind_it(**days | more) if is_open else ""

    def door_to(other: stretches.Sum, **more: Any) -> str:
        """The list of a stretch that the period is compared with."""
        return door(**_days_of(other.period), until=_seconds(other.until), **more)

    def promise_door(**more: Any) -> str:
        args: dict[str, Any] = days | more
        return url_for("period.promised", **args) if is_open else ""

    return {
        "door": door,
        "door_to": door_to,
        "promise_door": promise_door,
        "days": days,
        "days_words": period_words.days_words,
        "presets": PRESETS,
        "chosen": request.args.get("days", "" if request.args.get("from") else Preset.MONTH),
        "weekdays": moments.SHORT_WEEKDAYS,
        "full_weekdays": moments.WEEKDAYS,
        "is_open": is_open,
    }


def _days_of(days: Period) -> dict[str, str]:
    """A stretch of days as the address says it."""
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _until() -> datetime | None:
    seconds = _number("until", 10**10 - 1)
    return None if seconds is None else datetime.fromtimestamp(seconds, current.settings().town_zone)


def _number(name: str, most: int = 2**31 - 1) -> int | None:
    written = request.args.get(name, "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= 10 and int(written) <= most):
        abort(404)
    return int(written)
