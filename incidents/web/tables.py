"""Every table of `table_kinds` as CSV: out, and in again after a look at what would change.

The form is sent twice, as with norms: first the differences are shown and nothing is saved, then just what was looked at
is taken (`seen`). With one bad row nothing is. One-time passwords of new people stand in one response only.
"""

import hashlib
from collections.abc import Iterator

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from incidents.flow import accounts, loading
from incidents.flow.loading import Loaded, Rows
from incidents.rules.acts import Refused
from incidents.web import csv_files, current, refusals
from incidents.web.table_kinds import KINDS, Table

blueprint = Blueprint("tables", __name__, url_prefix="/tables")

LONGEST = 512 * 1024
#: Each new person costs a hash; more at once would keep the browser waiting too long.
MOST_PEOPLE = 200
#: Differences shown; the rest is counted.
SHOWN = 200


class TableForm(FlaskForm):
    file = FileField(
        lazy_gettext("File"),
        description=lazy_gettext("CSV with semicolons or commas, UTF-8 or Windows-1251"),
        render_kw={"accept": ".csv,text/csv"},
    )
    text = TextAreaField(
        lazy_gettext("Or its lines"),
        [Length(max=LONGEST)],
        render_kw={"rows": 10, "spellcheck": "false", "autocomplete": "off"},
    )


@blueprint.get("/<kind>")
def dump(kind: str) -> Response:
    """The table as it stands, as a file that can be loaded again."""
    table = _table(kind, is_only_read=True)
    rows = table.dump(current.session())
    return csv_files.download([table.columns, *([row.get(c, "") for c in table.columns] for row in rows)], kind)


@blueprint.get("/<kind>/new")
def blank(kind: str) -> Response:
    return _show(kind, TableForm(text=";".join(_table(kind).columns) + "\n"))


@blueprint.post("/<kind>")
def load(kind: str) -> Response:
    table, form = _table(kind), TableForm()
    if not form.validate():
        return _show(kind, form, 422)
    text = uploaded(form)
    if text is None:
        form.file.errors = [gettext("This is no text file in UTF-8 or Windows-1251.")]
        return _show(kind, form, 422)
    if len(text) > LONGEST:
        form.file.errors = [gettext("The file is too big. Divide it.")]
        return _show(kind, form, 422)
    form.text.data = text
    try:
        rows = loading.read(text, table.required)
        is_meant = request.form.get("seen") == seen_of(text)
        loaded = taken(table, rows, is_meant=is_meant)
    except Refused as refused:
        current.session().rollback()
        return _show(kind, form, refusals.beside(form, refused, dict.fromkeys(("bad_columns", "nothing_read"), "text")))
    if loaded.bad or not is_meant:
        return _show(kind, form, 422 if loaded.bad else 200, loaded=loaded)
    response = make_response(render_template("tables/loaded.html", table=table, kind=kind, loaded=loaded))
    response.headers["Cache-Control"] = "no-store"
    return response


def taken(table: Table, rows: Rows, *, is_meant: bool) -> Loaded:
    """The rows taken and committed if that is meant and none is bad; else what would have changed, rolled back."""
    session = current.session()
    loaded = table.load(session, rows, _looked_at())
    session.rollback()
    new = len(loaded.made)
    if new > MOST_PEOPLE:
        raise Refused("too_many_people", most=MOST_PEOPLE)
    if loaded.bad or not is_meant:
        return loaded
    # Hashes are made while nothing is locked.
    ready = iter(accounts.made_ready(new))
    loaded = table.load(session, rows, ready)
    if loaded.bad:
        session.rollback()
    else:
        session.commit()
    return loaded


def uploaded(form: TableForm) -> str | None:
    """The text of the file, else of the field; None for a file that is no text."""
    raw = form.file.data.read() if form.file.data else b""
    return csv_files.decoded(raw) if raw else (form.text.data or "")


def seen_of(text: str) -> str:
    """By what a table that was looked at is known again."""
    return hashlib.sha256("\n".join(text.split()).encode()).hexdigest()


def told(loaded: Loaded) -> list[tuple[int, str]]:
    """The rows that cannot be taken, in sentences."""
    return [(line, refusals.sentence(refused)) for line, refused in loaded.bad]


def _looked_at() -> Iterator[accounts.Ready]:
    # For a look only: nobody can sign in by a hash that is none, and it is rolled back.
    while True:
        yield accounts.Ready("", "!")


def _table(kind: str, *, is_only_read: bool = False) -> Table:
    table = KINDS.get(kind) or abort(404)
    return table if current.person().role in (table.readers if is_only_read else table.writers) else abort(403)


def _show(kind: str, form: TableForm, status: int = 200, loaded: Loaded | None = None) -> Response:
    body = render_template(
        "tables/page.html",
        kind=kind,
        table=KINDS[kind],
        form=form,
        loaded=loaded,
        bad=told(loaded) if loaded else [],
        seen=seen_of(form.text.data or "") if loaded and not loaded.bad else "",
        shown=SHOWN,
    )
    return make_response(body, status)
