"""What the administrator does from the page of the state: a copy of the database, a try at once, giving up with a reason.

A copy is written by a worker into the folder of the settings and is not handed out here: it holds citizens' words, and
whoever may read them all signs in at the server.
"""

from datetime import timedelta
from itertools import pairwise, zip_longest
from pathlib import Path

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_decimal, gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from incidents.flow import keeping, minding, posting
from incidents.records import copying
from incidents.records.upkeep import Backup, BackupState, MonthSize
from incidents.rules.acts import Refused
from incidents.web import addresses, current, refusals

blueprint = Blueprint("upkeep", __name__, url_prefix="/system")

SHOWN_BACKUPS = 10
SHOWN_MONTHS = timedelta(days=200)
#: What can be given up, and what that means.
KINDS = {
    "events": lazy_gettext(
        "The messages of the networks are never read: no appeal comes of them. Their bodies are kept."
    ),
    "letters": lazy_gettext("The messages to people never go out. The alarms themselves stay on their people's pages."),
}


#: Why no copy came of it, where it is not the system's own word.
NOT_COPIED = {
    copying.ABSENT: lazy_gettext("pg_dump is not here: install postgresql-client at the server."),
    copying.FAILED: lazy_gettext("pg_dump failed: its words stand in the log of the worker."),
}


class GivingUpForm(FlaskForm):
    reason = StringField(
        lazy_gettext("Why"),
        [InputRequired(lazy_gettext("Give a reason in a few words.")), Length(max=500)],
        description=lazy_gettext("It stands in the journal with your name"),
    )


@blueprint.post("/backups")
def ask_backup() -> Response:
    session = current.session()
    try:
        keeping.ask(session, current.person(), current.settings().backup_folder, now=current.now())
    except Refused as refused:
        session.rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        session.commit()
        flash(gettext("A worker makes the copy; the page shows how far it is."), "success")
    return redirect(url_for("system.page") + "#backups", 303)


@blueprint.get("/backups")
def backups_part() -> str:
    """The part of the page that asks for itself while a copy is made."""
    return render_template("system/_backups.html", **backups())


@blueprint.post("/answers/attempts")
def hurry_all() -> Response:
    return _hurry(None)


@blueprint.post("/answers/<int:answer_id>/attempts")
def hurry_one(answer_id: int) -> Response:
    return _hurry(answer_id)


@blueprint.get("/giving-up/<kind>")
def ask_giving_up(kind: str) -> Response:
    return _show(kind, GivingUpForm(), request.args.get("id", type=addresses.number))


@blueprint.post("/giving-up/<kind>")
def give_up(kind: str) -> Response:
    form, row = GivingUpForm(), request.form.get("id", type=addresses.number)
    if not form.validate():
        return _show(kind, form, row, 422)
    session, by, reason = current.session(), current.person().actor, form.reason.data or ""
    try:
        if kind == "events":
            number = minding.drop_events(session, by, now=current.now(), reason=reason, event_id=row)
        else:
            number = posting.drop(session, by, now=current.now(), reason=reason, letter_id=row)
    except Refused as refused:
        session.rollback()
        return _show(kind, form, row, refusals.beside(form, refused, {}))
    session.commit()
    flash(ngettext("%(num)d message is given up.", "%(num)d messages are given up.", number), "success")
    return redirect(url_for("system.page"), 303)


def backups() -> dict[str, object]:
    """The last copies, how far the one on its way is, and whether any can be asked for."""
    session, folder = current.session(), current.settings().backup_folder
    rows = list(
        session.scalars(
            select(Backup).options(joinedload(Backup.person)).order_by(Backup.id.desc()).limit(SHOWN_BACKUPS)
        )
    )
    on_its_way = next((row for row in rows if row.state in (BackupState.WAITING, BackupState.RUNNING)), None)
    return {
        "backups": rows,
        "on_its_way": on_its_way,
        "written": _grown(Path(folder) / on_its_way.file) if on_its_way and on_its_way.file else 0,
        "whole": keeping.size_of(session) if on_its_way else 0,
        "folder": folder,
        "not_copied": NOT_COPIED,
        "size": size,
    }


def growth() -> list[tuple[MonthSize, int | None]]:
    """The size of the last months, each with what it grew by since the one before."""
    today = current.now().astimezone(current.settings().town_zone).date()
    months = keeping.months(current.session(), today - SHOWN_MONTHS)
    grown = [each.size - before.size for each, before in pairwise(months)]
    return list(zip_longest(months, grown))


def size(number: int) -> str:
    """Bytes as people read them: "214 MB", "1.3 GB"."""
    if abs(number) < 10**9:
        return str(gettext("%(number)s MB", number=format_decimal(max(0.1, round(abs(number) / 10**6, 1)))))
    return str(gettext("%(number)s GB", number=format_decimal(round(abs(number) / 10**9, 1))))


def _grown(file: Path) -> int:
    """How much of a copy is written; 0 where the worker writes on another machine."""
    part = copying.part_of(file)
    try:
        return part.stat().st_size
    except OSError:
        return 0


def _hurry(answer_id: int | None) -> Response:
    try:
        number = minding.hurry(current.session(), current.person().actor, now=current.now(), answer_id=answer_id)
    except Refused as refused:
        current.session().rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        current.session().commit()
        flash(ngettext("%(num)d answer goes out now.", "%(num)d answers go out now.", number), "success")
    return redirect(url_for("system.page"), 303)


def _show(kind: str, form: GivingUpForm, row: int | None, status: int = 200) -> Response:
    if kind not in KINDS:
        abort(404)
    body = render_template("system/giving_up.html", form=form, kind=kind, row=row, meaning=KINDS[kind])
    return make_response(body, status)
