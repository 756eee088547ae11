"""Norms: which term is in force for what and since when, and the way to the calendar. Read by press and managers, entered
by the administrator; nothing here is edited in place, so a deadline can be defended years later."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from incidents.flow import enacting, founding
from incidents.records.calendars import CalendarVersion
from incidents.records.norms import NormRow
from incidents.records.topics import Topic
from incidents.rules.lifecycle import Refused, Role
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, Unit
from incidents.web import current, refusals
from incidents.web.norm_forms import CLOCKS, KINDS, NormForm

blueprint = Blueprint("norms", __name__, url_prefix="/norms")

#: How the founding of a town marks its first norms.
EXAMPLE = founding.EXAMPLE_DATE
MARKS = {
    EXAMPLE: lazy_gettext("example date"),
    founding.EXAMPLE: lazy_gettext("an example, no law"),
    founding.DOUBT: lazy_gettext("check with a lawyer"),
}

STARTS = {
    Start.POSTED: lazy_gettext("the citizen posted it"),
    Start.RECEIVED: lazy_gettext("the program received it"),
    Start.REGISTERED: lazy_gettext("it was registered"),
    Start.ASSIGNED: lazy_gettext("a department first got it"),
    Start.ANSWERED: lazy_gettext("the citizen saw an answer, or wrote again"),
}
PLACES = {
    "term_needed": "term",
    "norm_in_past": "valid_from",
    "norm_twice": "valid_from",
    "norm_tie": "network",
    "no_working_time": "hours",
}


@dataclass(frozen=True)
class Period:
    """A norm, the last day it is in force, and whether it is today."""

    row: NormRow
    last_day: date | None
    is_now: bool
    is_coming: bool


@blueprint.get("")
def page() -> str:
    session = current.session()
    periods = periods_of(session, today())
    topics = {each.row.topic_id for each in periods if each.row.topic_id is not None}
    names = dict(session.execute(select(Topic.id, Topic.name).where(Topic.id.in_(topics))).all()) if topics else {}
    return render_template(
        "norms/page.html",
        kinds={words: [each for each in periods if each.row.kind is kind] for kind, words in KINDS.items()},
        periods=periods,
        topics=names,
        starts=STARTS,
        counts_nights=any(_counts_nights(each) for each in periods),
        has_examples=any(each.row.note == EXAMPLE for each in periods),
        marks=MARKS,
        clocks=CLOCKS,
        may_change=current.person().role is Role.ADMIN,
        has_calendar=session.scalar(select(CalendarVersion.id).limit(1)) is not None,
    )


def _counts_nights(period: Period) -> bool:
    """Does a norm in force count the minutes of nights? One in whole days does not ask anybody to answer at night."""
    return period.is_now and period.row.hours is Hours.CALENDAR and period.row.unit is Unit.MINUTES


@blueprint.get("/new")
def blank() -> Response:
    form = NormForm(valid_from=today(), term="120", hours=Hours.CALENDAR.value, starts_at=Start.RECEIVED.value)
    return _show(form)


@blueprint.post("")
def add() -> Response:
    form = NormForm()
    form.offer(current.session(), STARTS)
    if not form.validate():
        return _show(form, 422)
    term, unit, hours = form.measured()
    norm = Norm(
        id=0,
        kind=Kind(form.kind.data),
        term=term,
        unit=unit,
        hours=hours,
        clock=ClockName(form.clock.data),
        starts_at=Start(form.starts_at.data),
        valid_from=form.valid_from.data,
        network=form.network.data or None,
        topic_id=int(form.topic.data) if form.topic.data else None,
    )
    try:
        enacting.enact(
            current.session(),
            norm,
            current.person().actor,
            now=current.now(),
            today=today(),
            note=(form.note.data or "").strip(),
        )
    except Refused as refused:
        current.session().rollback()
        return _show(form, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("The norm is entered. Deadlines already given stay as they are."), "success")
    return redirect(url_for("norms.page"), 303)


def today() -> date:
    """The town's date."""
    return current.now().astimezone(current.settings().town_zone).date()


def periods_of(session: Session, on: date) -> list[Period]:
    """Every norm with its end, the newest first within the same fields, the plain ones before the special ones."""
    rows = session.scalars(select(NormRow).order_by(NormRow.valid_from.desc(), NormRow.id.desc())).all()
    following: dict[tuple[object, ...], date] = {}
    periods = []
    for row in rows:
        fields = (row.kind, row.clock, row.network, row.importance, row.topic_id)
        ends = [each for each in (following.get(fields), row.retired_on) if each is not None]
        until = min(ends, default=None)
        following[fields] = row.valid_from
        is_now = row.valid_from <= on and (until is None or on < until)
        periods.append(Period(row, until - timedelta(days=1) if until else None, is_now, row.valid_from > on))
    return sorted(
        periods,
        key=lambda each: (
            list(ClockName).index(each.row.clock),
            each.row.topic_id or 0,
            each.row.network or "",
            -each.row.valid_from.toordinal(),
        ),
    )


def _show(form: NormForm, status: int = 200) -> Response:
    form.offer(current.session(), STARTS)
    return make_response(render_template("norms/new.html", form=form), status)
