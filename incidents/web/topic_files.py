"""The classifier as a file: download, and upload with a report of what was left out and why. It is a part of `topics`."""

from datetime import datetime

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from incidents.flow import taxonomy
from incidents.records.people import Department
from incidents.records.topics import TopicGroup
from incidents.rules.acts import Refused
from incidents.web import current, refusals

blueprint = Blueprint("topic_files", __name__, url_prefix="/topics/file")

#: Why a line was left out, by the code of `taxonomy`.
REASONS = {
    "group_or_topic_empty": lazy_gettext("group or topic is empty"),
    "unknown_department": lazy_gettext("there is no department of this name"),
}


class FileForm(FlaskForm):
    file = FileField(
        lazy_gettext("File"),
        [FileRequired(lazy_gettext("Choose a file"))],
        description=lazy_gettext("CSV with semicolons, UTF-8 or Windows-1251: group;topic;department;keywords"),
        render_kw={"accept": ".csv,text/csv"},
    )


@blueprint.get("")
def dump() -> Response:
    """The classifier as it stands, as a file that can be loaded again."""
    session = current.session()
    # Read whole beforehand: else each topic would ask for its group and its department.
    kept = session.scalars(select(Department)).all(), session.scalars(select(TopicGroup)).all()
    text = taxonomy.dump(session)
    del kept
    # A byte order mark: without it the office's spreadsheet shows Russian as rubbish.
    response = Response("\ufeff" + text, mimetype="text/csv")
    day = current.now().astimezone(current.settings().town_zone)
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(day)}"'
    return response


@blueprint.get("/new")
def blank() -> Response:
    return _show(FileForm())


@blueprint.post("")
def load() -> Response:
    form = FileForm()
    if not form.validate():
        return _show(form, 422)
    text = decoded(form.file.data.read())
    if text is None:
        form.file.errors = [gettext("This is no text file in UTF-8 or Windows-1251.")]
        return _show(form, 422)
    try:
        loaded = taxonomy.load(current.session(), taxonomy.read(text), current.person().actor, now=current.now())
    except Refused as refused:
        current.session().rollback()
        return _show(form, refusals.beside(form, refused, {"bad_columns": "file"}))
    current.session().commit()
    return make_response(render_template("topics/loaded.html", loaded=loaded, reasons=REASONS))


def decoded(raw: bytes) -> str | None:
    """An uploaded text, in UTF-8 or Windows-1251; None for what is no text."""
    if b"\0" in raw:
        return None
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _name(day: datetime) -> str:
    return f"topics-{day:%Y-%m-%d}.csv"


def _show(form: FileForm, status: int = 200) -> Response:
    return make_response(render_template("topics/file.html", form=form), status)
