"""The promise ledger, `/promises`: what is owed and by when, what was kept and broken, department by department.

The press sector and managers see all, a department its own. Whoever works on the appeal says that it was done; the press
sector also moves a promise to a day that the citizen was told, or drops it with a reason.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from werkzeug.wrappers import Response

from incidents.flow import promises
from incidents.records import choices
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.records.promises import Promise
from incidents.rules.acts import Refused
from incidents.statistics import promises as figures
from incidents.web import access, addresses, current, filters, promise_ledger, promise_rows, refusals

blueprint = Blueprint("promises", __name__, url_prefix="/promises")

#: The figures of departments go by the promised days of so many days back.
FIGURES_DAYS = 90
STATES = {
    "owed": lazy_gettext("owed"),
    "broken": lazy_gettext("broken"),
    "kept": lazy_gettext("kept"),
    "moved": lazy_gettext("moved"),
    "dropped": lazy_gettext("dropped"),
    "all": lazy_gettext("all"),
}


@blueprint.get("")
def page() -> str:
    session, person, today = current.session(), current.person(), _today()
    state = request.args.get("state", "owed")
    state = state if state in STATES else "owed"
    department = request.args.get("department", type=addresses.number)
    since = _read_day(request.args.get("since", ""))
    found = promise_ledger.page(session, person, state, department, since, today, request.args.get("after", ""))
    visible, first = filters.visible(person), today - timedelta(days=FIGURES_DAYS)
    return render_template(
        "promises/page.html",
        rows=[promise_rows.describe(each, today) for each in found[: promise_ledger.A_PAGE]],
        older=promise_ledger.cursor(found[promise_ledger.A_PAGE - 1]) if len(found) > promise_ledger.A_PAGE else "",
        is_first=not request.args.get("after"),
        state=state,
        states=STATES,
        department=department,
        since=since,
        departments=_departments(session, person),
        figures=figures.by_department(session, first, date.max, today, *visible),
        figures_days=FIGURES_DAYS,
        first=first,
        today=today,
    )


@blueprint.get("/<int:promise_id>")
def one(promise_id: int) -> Response:
    return _show(_find(promise_id))


@blueprint.post("/<int:promise_id>/keeping")
def keep(promise_id: int) -> Response:
    """Done: by today, or as a later answer says."""

    def act(promise: Promise) -> str:
        chosen = request.form.get("answer", type=addresses.number)
        answer = current.session().get(Answer, chosen) if chosen else None
        promises.keep(current.session(), promise.appeal, promise, current.person(), now=current.now(), answer=answer)
        return str(gettext("№ %(number)s: the promise is kept", number=promise.appeal_number))

    return _do(promise_id, act)


@blueprint.post("/<int:promise_id>/moving")
def move(promise_id: int) -> Response:
    def act(promise: Promise) -> str:
        chosen = request.form.get("to", type=addresses.number)
        to = current.session().get(Promise, chosen) if chosen else None
        promises.move(current.session(), promise.appeal, promise, current.person(), now=current.now(), to=to)
        return str(gettext("№ %(number)s: the promise is moved", number=promise.appeal_number))

    return _do(promise_id, act)


@blueprint.post("/<int:promise_id>/dropping")
def drop(promise_id: int) -> Response:
    def act(promise: Promise) -> str:
        reason = request.form.get("reason", "")
        promises.drop(current.session(), promise.appeal, promise, current.person(), now=current.now(), reason=reason)
        return str(gettext("№ %(number)s: the promise is dropped", number=promise.appeal_number))

    return _do(promise_id, act)


def for_navigation(person: Person, today: date) -> Select[int, int] | None:
    """The figure of the navigation: what should have been kept by now."""
    if not access.may(person.role, "promises.page"):
        return None
    return figures.counting_owed(today, *filters.visible(person))


def _do(promise_id: int, act: Callable[[Promise], str]) -> Response:
    promise = _find(promise_id)
    try:
        told = act(promise)
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _show(_find(promise_id), refusals.sentence(refused), refusals.status_code(refused))
    flash(told, "success")
    return redirect(access.local_path(request.form.get("next")) or url_for("promises.page"), 303)


def _show(promise: Promise, sentence: str = "", status: int = 200) -> Response:
    session = current.session()
    answers = select(Answer).where(
        Answer.appeal_number == promise.appeal_number,
        Answer.state == AnswerState.PUBLISHED,
        Answer.published_at >= promise.made_at,
        Answer.id != promise.answer_id,
    )
    page = render_template(
        "promises/one.html",
        row=promise_rows.describe(promise, _today()),
        sentence=sentence,
        answers=list(session.scalars(answers.order_by(Answer.published_at.desc()))),
        later=promises.later_ones(session, promise),
        moved_to=session.get(Promise, promise.moved_to_id) if promise.moved_to_id else None,
    )
    return make_response(page, status)


def _find(promise_id: int) -> Promise:
    """The promise among those whose appeal this person may see; to a stranger there is none (404)."""
    query = _query(current.person()).where(Promise.id == promise_id)
    found: Promise | None = current.session().scalar(query)
    if found is None:
        abort(404)
    return found


def _query(person: Person) -> Any:
    appeal = contains_eager(Promise.appeal)
    return (
        select(Promise)
        .join(Promise.appeal)
        .where(*filters.visible(person))
        .options(appeal.joinedload(Appeal.assignee), appeal.joinedload(Appeal.topic))
        .options(joinedload(Promise.answer), joinedload(Promise.department))
    )


def _departments(session: Session, person: Person) -> tuple[tuple[int, str], ...]:
    """To choose from; whoever belongs to a department has nothing to choose."""
    if person.department_id is not None:
        return ()
    return tuple((each.id, each.name) for each in choices.open_departments(session))


def _read_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _today() -> date:
    return current.now().astimezone(current.settings().town_zone).date()
