"""The manager's "period": the norm over some days beside the days before and a year ago. Every figure opens its list.

The question stands in the address, so that it can be sent to somebody and printed again.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from incidents.flow import calendars
from incidents.rules import periods
from incidents.rules.norms import Hours
from incidents.rules.periods import Period, Preset
from incidents.statistics import charts, cuts, measures, period, period_parts, trends, workbook, years
from incidents.web import access, current, figure_list, moments

blueprint = Blueprint("period", __name__, url_prefix="/period")

PRESETS = {
    Preset.WEEK: lazy_gettext("Week"),
    Preset.MONTH: lazy_gettext("Month"),
    Preset.QUARTER: lazy_gettext("Quarter"),
    Preset.YEAR: lazy_gettext("Year"),
}
TITLES = {
    "received": lazy_gettext("Received"),
    "in_time": lazy_gettext("Answered in time"),
    "late": lazy_gettext("Answered late or overdue"),
    "waiting": lazy_gettext("Waiting, not yet due"),
    "without_norm": lazy_gettext("Without a norm"),
    "answered": lazy_gettext("Received and answered"),
    "answered_in_period": lazy_gettext("Answered in the period"),
    "returned": lazy_gettext("Returned as “not ours”"),
    "repeated": lazy_gettext("Repeated"),
    "alone": lazy_gettext("Published without other eyes"),
    "rejected": lazy_gettext("Not incidents"),
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
    if asked.error or state not in TITLES:
        abort(404)
    cut = cuts.Cut(
        state=state,
        department=_number("department"),
        topic=_number("topic"),
        weekday=_number("weekday", 6),
        hour=_number("hour", 23),
        hours=_number("hours", 24) or 1,
        bar=_number("bar", 99),
    )
    where = cuts.conditions(cut, asked.period, current.settings().town_zone, current.now())
    names = ("days", "from", "to", "state", "department", "topic", "weekday", "hour", "hours", "bar")
    address = {name: args[name] for name in names if name in args}
    return figure_list.draw(_title(cut, asked.period), *where, endpoint="period.behind", **address)


@blueprint.get("/promises")
def promised() -> str:
    """The promises for a day of the period that were kept, and those that were not."""
    asked = _asked()
    if asked.error:
        abort(404)
    if not access.may(current.person().role, "queue.page"):
        abort(403)
    zone = current.settings().town_zone
    rows = period_parts.promised_rows(current.session(), asked.period, _number("department"), zone, current.now())
    return render_template("period/promises.html", rows=rows, asked=asked, days=days_words(asked.period))


@blueprint.get("/figures.xlsx")
def sheet() -> Response:
    """The same figures as a workbook."""
    asked = _asked()
    if asked.error:
        abort(404)
    days = asked.period
    body = workbook.of_period(_read(days), str(gettext("Period")), days_words(days), gettext)
    return figure_list.send_book(body, f"period-{days.first:%Y-%m-%d}-{days.last:%Y-%m-%d}.xlsx")


def days_words(days: Period) -> str:
    """A stretch of days: "2–22 November 2026", "28 September – 16 October 2026"."""
    first, last = days.first, days.last
    if first == last:
        return moments.day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{moments.day_words(last)}"
    if first.year == last.year:
        return f"{first.day} {moments.MONTHS[first.month - 1]} – {moments.day_words(last)}"
    return f"{moments.day_words(first)} – {moments.day_words(last)}"


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
    days = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}

    def door(**more: Any) -> str:
        args = days | {name: value for name, value in more.items() if value is not None}
        return url_for("period.behind", **args) if is_open else ""

    def promise_door(**more: Any) -> str:
        args: dict[str, Any] = days | more
        return url_for("period.promised", **args) if is_open else ""

    return {
        "door": door,
        "promise_door": promise_door,
        "days": days,
        "days_words": days_words,
        "presets": PRESETS,
        "chosen": request.args.get("days", "" if request.args.get("from") else Preset.MONTH),
        "weekdays": moments.SHORT_WEEKDAYS,
        "full_weekdays": moments.WEEKDAYS,
        "is_open": is_open,
    }


def _title(cut: cuts.Cut, days: Period) -> str:
    parts = [str(TITLES[cut.state])]
    if cut.bar is not None:
        quarter = 15
        parts.append(gettext("waited from %(first)s min on", first=cut.bar * quarter))
    if cut.weekday is not None:
        parts.append(str(moments.WEEKDAYS[cut.weekday]).lower())
    if cut.hour is not None:
        parts.append(f"{cut.hour}:00–{cut.hour + cut.hours}:00")
    return f"{', '.join(parts)}: {days_words(days)}"


def _number(name: str, most: int = 2**31 - 1) -> int | None:
    written = request.args.get(name, "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= 10 and int(written) <= most):
        abort(404)
    return int(written)
