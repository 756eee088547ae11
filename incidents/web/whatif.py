"""What if: a period under another limit, other hours or another working day, for managers and the press sector.

The question stands in the address, so that it can be sent to somebody; nothing is written. With nothing changed the
figures are those of the years.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from incidents.flow import calendar_changes, timing
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.calendar import Calendar, NoWorkingTime
from incidents.rules.days import resolve
from incidents.rules.hours_line import read_line
from incidents.rules.norms import ClockName, Hours
from incidents.rules.whatif import Answer, Question, Tally
from incidents.statistics import charts, edges
from incidents.statistics import whatif as figures
from incidents.web import current
from incidents.web.calendar_forms import in_our_years
from incidents.web.moments import WEEKDAYS
from incidents.web.norm_forms import CLOCKS

blueprint = Blueprint("whatif", __name__)

#: Days that are asked about when nobody said which.
USUAL_DAYS = 90
#: A page must answer while somebody waits for it; more can be asked of the command.
MOST_APPEALS = 200_000
MOST_FLIPS = 50


class Asked(FlaskForm):
    """The question; read from the address, so it needs no token."""

    class Meta:
        csrf = False

    first = DateField(lazy_gettext("Received from"), [InputRequired(lazy_gettext("Enter a date")), in_our_years])
    last = DateField(lazy_gettext("until"), [InputRequired(lazy_gettext("Enter a date")), in_our_years])
    clock = SelectField(
        lazy_gettext("The term of"),
        choices=[SelectChoice(each.value, CLOCKS[each]) for each in figures.CLOCKS],
        default=ClockName.FIRST.value,
    )
    limit = IntegerField(
        lazy_gettext("Term in minutes"),
        [Optional(), NumberRange(1, 1_000_000, lazy_gettext("The term is at least one minute"))],
        description=lazy_gettext("Empty: as each norm has it"),
        render_kw={"inputmode": "numeric"},
    )
    hours = SelectField(
        lazy_gettext("Which hours count"),
        choices=[
            SelectChoice("", lazy_gettext("as each norm has it")),
            SelectChoice(Hours.CALENDAR.value, lazy_gettext("all hours, day and night")),
            SelectChoice(Hours.WORKING.value, lazy_gettext("working hours only")),
        ],
        default="",
    )
    day = StringField(
        lazy_gettext("Another working day, Monday to Friday"),
        [Optional(), Length(max=100)],
        description=lazy_gettext(
            "For example 8:00-12:00, 13:00-20:00. Working hours count then; holidays stay as they are"
        ),
    )

    def validate_last(self, field: DateField) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("The last day is before the first one. Check the dates."))

    def validate_day(self, field: StringField) -> None:
        if not read_line(field.data):
            raise ValidationError(
                gettext("Write the hours as 9:00-13:00, 14:00-18:00, one after the other; empty is a day off.")
            )


@dataclass(frozen=True)
class Row:
    """A department or topic: its name, and how many are late as it was and as it would be."""

    name: str
    tally: Tally


@blueprint.get("/whatif")
def page() -> Response:
    today = current.now().astimezone(current.settings().town_zone).date()
    usual = {"first": today - timedelta(days=USUAL_DAYS - 1), "last": today}
    form = Asked(request.args, **usual) if request.args else Asked(None, **usual)
    if not request.args:
        # Each appeal of the period is judged anew, by the norm that is asked about: not before anybody asked.
        return _show(form, None)
    if not form.validate():
        return _show(form, None, 422)
    try:
        answer = _answered(form)
    except NoWorkingTime:
        form.hours.errors = [gettext("There are no working hours yet. Enter the working week first.")]
        return _show(form, None, 422)
    return _show(form, answer)


def _answered(form: Asked) -> Answer | None:
    """What came of the question; None, with a sentence beside the dates, where the period holds too much for a page."""
    session, zone, now = current.session(), current.settings().town_zone, current.now()
    period = _period(form.first.data, form.last.data)
    if figures.size(session, period, now) > MOST_APPEALS:
        form.last.errors = [gettext("Too many appeals for a page. Ask for less, or use the command incidents whatif.")]
        return None
    rules = timing.rules(session)
    return figures.read(
        session,
        _question(form),
        period,
        norms=rules.norms,
        calendars=rules.calendars,
        zone=zone,
        now=now,
        clock=ClockName(form.clock.data),
        most_flips=MOST_FLIPS,
        before_number=_after(),
    )


def _period(first: date, last: date) -> tuple[datetime, datetime]:
    zone = current.settings().town_zone
    return edges.of_day(first, zone)[0], edges.of_day(last, zone)[1]


def _question(form: Asked) -> Question:
    day = read_line(form.day.data or "")
    if not day:
        return Question(form.limit.data, Hours(form.hours.data) if form.hours.data else None)
    zone = current.settings().town_zone
    week = (tuple(day),) * 5 + ((), ())
    present = calendar_changes.content_at(current.session(), current.now(), zone)
    calendar = Calendar(zone, week, resolve(week, present.days if present else {}))
    return Question(form.limit.data, Hours(form.hours.data or Hours.WORKING), calendar)


def _after() -> int | None:
    written = request.args.get("after", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


def _show(form: Asked, answer: Answer | None, status: int = 200) -> Response:
    seen: dict[str, Any] = {}
    if answer is not None:
        session = current.session()
        args: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after"}
        departments = dict(session.execute(select(Department.id, Department.name)).all())
        topics = dict(session.execute(select(Topic.id, Topic.name)).all())
        flips = answer.flips
        seen = {
            "departments": _rows(answer.departments, departments, gettext("with nobody")),
            "topics": _rows(answer.topics, topics, gettext("without a topic")),
            "week": [answer.hours[day * 24 : day * 24 + 24] for day in range(7)],
            "largest": max(each.after for each in answer.hours),
            "older": url_for("whatif.page", **args, after=flips[-1].number) if len(flips) == MOST_FLIPS else "",
        }
    shown = render_template(
        "whatif/page.html",
        form=form,
        answer=answer,
        is_asked=bool(request.args),
        weekdays=WEEKDAYS,
        step=charts.step,
        after=_after(),
        **seen,
    )
    return make_response(shown, status)


def _rows(tallies: dict[int | None, Tally], names: dict[int, str], nobody: str) -> list[Row]:
    """The parts, those with most late first."""
    rows = [Row(names.get(key, nobody) if key else nobody, tally) for key, tally in tallies.items()]
    return sorted(rows, key=lambda row: (-row.tally.after, -row.tally.cases, row.name))
