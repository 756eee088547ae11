"""Norms: which term is in force for what and since when, and the way to the calendar. Read by press and managers, entered
by the administrator; nothing here is edited in place, so a deadline can be defended years later.

A norm is shown on the last ninety days before it is enacted: the form is sent twice, and what is entered is just what
was looked at (`seen`); if anything differs, one looks again.
"""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents.flow import enacting, founding, timing
from incidents.records.calendars import CalendarVersion
from incidents.records.norms import NormRow
from incidents.records.people import Department
from incidents.rules.acts import Refused, Role
from incidents.rules.calendar import NoWorkingTime
from incidents.rules.norms import Norm, Start
from incidents.statistics import rehearsal
from incidents.statistics.rehearsal import Rehearsal
from incidents.web import access, current, refusals
from incidents.web.norm_forms import CLOCKS, KINDS, EndForm, NormForm
from incidents.web.norm_periods import Period, periods_of

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
    "clock_unfit": "clock",
    "start_unfit": "starts_at",
}
ENDS = {"end_in_past": "last_day", "norm_over": "last_day", "reason_needed": "reason", "leaves_no_norm": "is_known"}
#: Flips that a preview names.
MOST_FLIPS = 30


@blueprint.get("")
def page() -> str:
    session = current.session()
    periods = periods_of(session, current.now(), today())
    return render_template(
        "norms/page.html",
        kinds={words: tuple(each for each in periods if each.row.kind is kind) for kind, words in KINDS.items()},
        periods=periods,
        day=today(),
        starts=STARTS,
        counts_nights=any(each.counts_nights for each in periods),
        has_examples=any(each.note == EXAMPLE for each in periods),
        marks=MARKS,
        clocks=CLOCKS,
        may_change=current.person().role is Role.ADMIN,
        has_calendar=session.scalar(select(CalendarVersion.id).limit(1)) is not None,
    )


@blueprint.get("/new")
def blank() -> Response:
    return _show(NormForm(valid_from=today(), term="120"))


@blueprint.post("")
def add() -> Response:
    form = NormForm()
    form.offer(current.session(), STARTS)
    if not form.validate():
        return _show(form, 422)
    norm = form.norm()
    seen, note = repr(norm), (form.note.data or "").strip()
    is_meant = request.form.get("seen") == seen
    try:
        if is_meant:
            by = current.person().actor
            enacting.enact(current.session(), norm, by, now=current.now(), today=today(), note=note)
        else:
            enacting.check(current.session(), norm, today=today())
    except Refused as refused:
        current.session().rollback()
        return _show(form, refusals.beside(form, refused, PLACES))
    if not is_meant:
        return _show(form, norm=norm, seen=seen, **_rehearsed(norm))
    current.session().commit()
    flash(gettext("The norm is entered. Deadlines already given stay as they are."), "success")
    return redirect(url_for("norms.page"), 303)


@blueprint.get("/<int:norm_id>/end")
def ask_end(norm_id: int) -> Response:
    return _show_end(_ending(norm_id), EndForm(last_day=today()))


@blueprint.post("/<int:norm_id>/end")
def end(norm_id: int) -> Response:
    period, form = _ending(norm_id), EndForm()
    if not form.validate():
        return _show_end(period, form, 422)
    try:
        enacting.retire(
            current.session(),
            current.session().get_one(NormRow, period.row.id),
            # What is to come is taken back whole: there is no day to choose.
            form.last_day.data or today(),
            current.person().actor,
            now=current.now(),
            today=today(),
            reason=form.reason.data or "",
            is_known=form.is_known.data,
        )
    except Refused as refused:
        current.session().rollback()
        asks = refused.code == "leaves_no_norm"
        return _show_end(_ending(norm_id), form, refusals.beside(form, refused, ENDS), asks=asks)
    current.session().commit()
    if period.is_coming:
        flash(gettext("The norm is taken back: it will not come into force."), "success")
    else:
        flash(gettext("The norm ends. Deadlines already given stay as they are."), "success")
    return redirect(url_for("norms.page"), 303)


def today() -> date:
    """The town's date."""
    return current.now().astimezone(current.settings().town_zone).date()


def _rehearsed(norm: Norm) -> dict[str, Any]:
    """The last ninety days under the norm, and the words that their table needs."""
    rules = timing.rules(current.session())
    # What takes long must not hold the database's lock.
    current.session().rollback()
    with current.looking() as session:
        names = dict(session.execute(select(Department.id, Department.name)).all())
        zone, now = current.settings().town_zone, current.now()
        seen: Rehearsal | None = None
        try:
            seen = rehearsal.rehearse(session, norm, rules.norms, rules.calendars, zone, now=now, most_flips=MOST_FLIPS)
        except NoWorkingTime:
            flash(gettext("A calendar of these days has no working time, so they cannot be counted under this norm."))
    return {"rehearsal": seen, "departments": names}


def _show(form: NormForm, status: int = 200, **seen: Any) -> Response:
    form.offer(current.session(), STARTS)
    is_open = access.may(current.person().role, "appeal.page")
    return make_response(render_template("norms/new.html", form=form, is_open=is_open, **seen), status)


def _ending(norm_id: int) -> Period:
    """The period of a norm that can still be ended; 404 for another one."""
    if current.session().get(NormRow, norm_id) is None:
        abort(404)
    return next(each for each in periods_of(current.session(), current.now(), today()) if each.row.id == norm_id)


def _show_end(period: Period, form: EndForm, status: int = 200, *, asks: bool = False) -> Response:
    words = {"clock": CLOCKS.get(period.row.clock, period.row.clock), "kind": KINDS[period.row.kind]}
    return make_response(render_template("norms/end.html", form=form, period=period, asks=asks, **words), status)
