"""The administrator changes a calendar: another week, a day, a year of the library, a file; a department its own or none.

Each form first shows what would differ (`calendar_previews`), then enters a new version.
"""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, abort, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from incidents.flow import calendar_changes as changes
from incidents.flow import production
from incidents.flow.calendar_changes import Content
from incidents.records.calendars import CalendarVersion
from incidents.rules import calendar_file, days
from incidents.rules.acts import Refused
from incidents.rules.days import SpecialDay
from incidents.rules.hours_line import as_line
from incidents.web import csv_files, current, refusals
from incidents.web.calendar_forms import (
    LONGEST_FILE,
    ChangeForm,
    DayForm,
    FileForm,
    TownForm,
    WeekForm,
    YearForm,
)
from incidents.web.calendar_previews import enter, in_force, order_of, show
from incidents.web.calendars import owner, today

blueprint = Blueprint("calendar_changes", __name__, url_prefix="/calendars")

#: Why a line of a file cannot be taken, by the code of `rules.calendar_file`.
BAD_LINES = {
    "date": lazy_gettext("there is no such date"),
    "twice": lazy_gettext("this date stands above already"),
    "kind": lazy_gettext("there is no such kind of day"),
    "bad_minutes": lazy_gettext("the minutes do not fit the kind"),
    "bad_like": lazy_gettext("the weekday does not fit: mon to sun, for a working day only"),
    "bad_hours": lazy_gettext("the hours do not fit: 9:00-13:00, 14:00-18:00, for the kind hours only"),
}
_MOST_LINES = 5


@blueprint.get("/week")
def blank_week() -> Response:
    form = WeekForm(valid_from=today())
    content = in_force(today())
    for field, hours in zip(form.days(), content.week if content else [()] * 7, strict=True):
        field.data = as_line(hours)
    return show("week", form)


@blueprint.post("/week")
def set_week() -> Response:
    form = WeekForm()
    if not form.validate():
        return show("week", form, 422)
    kept: dict[date, SpecialDay] | None = None if form.keeps_days.data else {}
    return enter("week", form, lambda _: changes.set_week(current.session(), form.week(), days=kept, **order_of(form)))


@blueprint.get("/day")
def blank_day() -> Response:
    on = request.args.get("on", type=date.fromisoformat)
    form = DayForm(valid_from=today(), on=on)
    content = in_force(today())
    known = content.days.get(on) if content and on else None
    if known is not None:
        form.kind.data, form.name.data = known.kind.value, known.name
        form.shorter_by.data, form.hours.data = known.shorter_by, as_line(known.intervals)
        form.like.data = str(known.like or 0)
    return show("day", form)


@blueprint.post("/day")
def set_day() -> Response:
    form = DayForm()
    if not form.validate():
        return show("day", form, 422)
    return enter("day", form, lambda _: _change({form.on.data: form.day()}, form))


@blueprint.get("/year")
def blank_year() -> Response:
    form = YearForm(valid_from=today(), year=request.args.get("year", str(today().year + 1)))
    form.year.choices = _library_years()
    return show("year", form)


@blueprint.post("/year")
def take_year() -> Response:
    form = YearForm()
    form.year.choices = _library_years()
    if not form.validate():
        return show("year", form, 422)
    year = int(form.year.data)

    def verb(base: Content | None) -> CalendarVersion:
        kept = base.days if base else {}
        return _change(days.differences(kept, production.taken(kept, year)), form)

    return enter("year", form, verb)


@blueprint.get("/upload")
def blank_file() -> Response:
    return show("file", FileForm(valid_from=today()))


@blueprint.post("/upload")
def load() -> Response:
    form = FileForm()
    if not form.validate():
        return show("file", form, 422)
    if form.file.data:
        # What was uploaded is kept as text: a file cannot be sent a second time by itself.
        form.text.data = csv_files.decoded(form.file.data.read(LONGEST_FILE + 1)) or ""
    try:
        read = calendar_file.read((form.text.data or "")[:LONGEST_FILE])
    except calendar_file.NoCalendarFile as bad:
        wanted = ",".join(calendar_file.COLUMNS)
        form.file.errors = [
            gettext("The file lacks columns: %(missing)s. It needs: %(wanted)s.", missing=str(bad), wanted=wanted)
        ]
        return show("file", form, 422)
    except Refused as refused:
        return show("file", form, refusals.beside(form, refused, {"bad_table": "file"}))
    if read.bad or not read.days:
        form.text.errors = [_bad_lines(read) if read.bad else gettext("The file has no days.")]
        return show("file", form, 422)

    def verb(base: Content | None) -> CalendarVersion:
        kept = base.days if base else {}
        return _change(days.differences(kept, read.applied(kept)), form)

    return enter("file", form, verb)


@blueprint.get("/town")
def blank_town() -> Response:
    return show("town", TownForm(valid_from=today()))


@blueprint.post("/town")
def follow_town() -> Response:
    form, department = TownForm(), owner() or abort(404)
    if not form.validate():
        return show("town", form, 422)
    common = {**order_of(form), "department_id": department.id}
    return enter("town", form, lambda _: changes.follow_town(current.session(), **common))


def _change(wanted: Mapping[date, SpecialDay | None], form: ChangeForm) -> CalendarVersion:
    return changes.change_days(current.session(), wanted, **order_of(form))


def _bad_lines(read: calendar_file.CalendarFile) -> str:
    lines = [gettext("line %(line)s: %(why)s", line=line, why=BAD_LINES[why]) for line, why in read.bad[:_MOST_LINES]]
    more = len(read.bad) - _MOST_LINES
    if more > 0:
        lines.append(ngettext("and %(num)d more line", "and %(num)d more lines", more))
    return "; ".join(lines)


def _library_years() -> list[SelectChoice]:
    """The years to take: from the first to the year after the next."""
    last = max(production.LAST_YEAR, today().year + 2)
    return [SelectChoice(str(year), str(year)) for year in range(last, production.FIRST_YEAR - 1, -1)]
