"""Personal control: what a manager or the press sector keeps under their own eyes, the overdue first.

Marks, comments and news of the end are the verbs of `flow.controlling`; here is the list, and the two acts.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, case, func, literal, select, tuple_
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from incidents.flow import controlling
from incidents.records.appeals import Appeal
from incidents.records.controls import Control
from incidents.records.database import UTCDateTime
from incidents.records.people import Person
from incidents.rules.acts import OPEN, Refused, Role
from incidents.web import access, card, current, refusals

blueprint = Blueprint("control", __name__, url_prefix="/control")

PAGE = 50
#: Later than every deadline: what has none stands last.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One mark: the appeal, who keeps it since when, and what they said."""

    appeal: Appeal
    mark: Control
    comment: str
    is_done: bool
    may_release: bool


@blueprint.get("")
def page() -> str:
    return _show("", "", "")


@blueprint.post("")
def mark() -> AnyResponse:
    """Put an appeal under one's control by its number."""
    written = request.form.get("number", "").strip().lstrip("№").strip()
    comment = request.form.get("comment", "").strip()
    if not (written.isascii() and written.isdecimal() and len(written) <= 18):
        return Response(_show(written, comment, gettext("Write the number of the appeal.")), 422)
    session = current.session()
    appeal = session.get(Appeal, int(written))
    if appeal is None:
        return Response(_show(written, comment, gettext("There is no appeal with this number.")), 422)
    try:
        controlling.control(session, appeal, current.person(), now=current.now(), comment=comment)
        session.commit()
    except Refused as refused:
        session.rollback()
        return Response(_show(written, comment, refusals.sentence(refused)), 422)
    flash(gettext("№ %(number)s is under your control", number=appeal.number), "success")
    return redirect(access.local_path(request.form.get("next")) or url_for("control.page"), 303)


@blueprint.post("/<int:number>/release")
def release(number: int) -> AnyResponse:
    """Take a mark off: one's own, or as a manager anybody's."""
    appeal, session = card.find(number), current.session()
    written = request.form.get("whose", "")
    whose = int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None
    try:
        controlling.release(session, appeal, current.person(), now=current.now(), whose=whose)
        session.commit()
    except Refused as refused:
        session.rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        flash(gettext("№ %(number)s is no longer under control", number=number), "success")
    return redirect(access.local_path(request.form.get("next")) or url_for("control.page"), 303)


def for_navigation(person: Person, today: date) -> Select[int] | None:
    """How many appeals this person keeps under control that are not over."""
    if not access.may(person.role, "control.page"):
        return None
    query = select(func.count().label("controlled")).select_from(Control)
    query = query.join(Appeal, Appeal.number == Control.appeal_number)
    return query.where(Control.person_id == person.id, Control.released_at.is_(None), Appeal.status.in_(OPEN))


def _show(number: str, comment: str, error: str) -> str:
    rows, following = _rows()
    return render_template(
        "control/page.html",
        rows=rows,
        following=following,
        is_mine=_is_mine(),
        number_typed=number,
        comment_typed=comment,
        error=error,
    )


def _is_mine() -> bool:
    return request.args.get("whose") != "all"


def _rows() -> tuple[list[Row], str]:
    """A page of marks and where the next one begins: what is open by its deadline, then what is over."""
    session, person = current.session(), current.person()
    is_over = case((Appeal.status.in_(OPEN), 0), else_=1)
    due = func.coalesce(Appeal.next_due_at, literal(_NEVER, UTCDateTime()), type_=UTCDateTime())
    query = (
        select(Control, Appeal, is_over.label("is_over"))
        .join(Appeal, Appeal.number == Control.appeal_number)
        .options(joinedload(Control.person), joinedload(Appeal.topic), joinedload(Appeal.department))
        .where(Control.released_at.is_(None), Appeal.is_controlled)
        .order_by(is_over, due, Control.id)
        .limit(PAGE + 1)
    )
    if _is_mine():
        query = query.where(Control.person_id == person.id)
    if after := _after():
        query = query.where(
            tuple_(is_over, due, Control.id)
            > tuple_(literal(after[0]), literal(after[1], UTCDateTime()), literal(after[2]))
        )
    found = session.execute(query).all()
    comments = controlling.comments(session, {each.Appeal.number for each in found[:PAGE]})
    rows = [
        Row(
            each.Appeal,
            each.Control,
            comments.get((each.Appeal.number, each.Control.person_id), ""),
            bool(each.is_over),
            each.Control.person_id == person.id or person.role is Role.MANAGER,
        )
        for each in found[:PAGE]
    ]
    if len(found) <= PAGE:
        return rows, ""
    last = found[PAGE - 1]
    return rows, f"{last.is_over}_{(last.Appeal.next_due_at or _NEVER).timestamp()}_{last.Control.id}"


def _after() -> tuple[int, datetime, int] | None:
    written = request.args.get("after", "")
    if not written:
        return None
    try:
        is_over, due, number = written.split("_")
        return int(is_over), datetime.fromtimestamp(float(due), UTC), int(number)
    except (ValueError, OverflowError, OSError):
        abort(404)
