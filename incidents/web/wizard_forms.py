"""The forms of the first setup's steps: the week, the norm, departments, people."""

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from incidents.rules.calendar import Interval
from incidents.rules.hours_line import read_line
from incidents.rules.norms import Hours
from incidents.web import tables


def _readable(form: FlaskForm, field: StringField) -> None:
    if read_line(field.data or "") is None:
        raise ValidationError(
            gettext("Write the hours as 9:00-13:00, 14:00-18:00, one after the other; empty is a day off.")
        )


class DayForm(FlaskForm):
    workdays = StringField(lazy_gettext("Monday to Thursday"), [Length(max=100), _readable])
    friday = StringField(lazy_gettext("Friday"), [Length(max=100), _readable])
    saturday = StringField(lazy_gettext("Saturday"), [Length(max=100), _readable])
    sunday = StringField(lazy_gettext("Sunday"), [Length(max=100), _readable])

    def week(self) -> list[list[Interval]]:
        lines = [*[self.workdays] * 4, self.friday, self.saturday, self.sunday]
        return [read_line(line.data or "") or [] for line in lines]


class NormForm(FlaskForm):
    minutes = IntegerField(
        lazy_gettext("Answer within, minutes"),
        [
            InputRequired(lazy_gettext("Enter the term as a whole number")),
            NumberRange(min=1, max=527_040, message=lazy_gettext("The term is at least one minute")),
        ],
        default=120,
        render_kw={"inputmode": "numeric"},
    )
    hours = RadioField(
        lazy_gettext("Which hours count"),
        choices=[
            SelectChoice(Hours.CALENDAR.value, lazy_gettext("all hours, day and night")),
            SelectChoice(Hours.WORKING.value, lazy_gettext("working hours only")),
        ],
        default=Hours.WORKING.value,
    )


class ListForm(FlaskForm):
    names = TextAreaField(
        lazy_gettext("Departments, one a line"),
        [Length(max=tables.LONGEST)],
        render_kw={"rows": 16, "spellcheck": "false"},
    )
    closes_others = BooleanField(
        lazy_gettext("Close those that the list does not name; their topics go to the press sector")
    )


class PeopleForm(FlaskForm):
    text = TextAreaField(
        lazy_gettext("People, one a line"),
        [InputRequired(lazy_gettext("Enter at least one person")), Length(max=tables.LONGEST)],
        render_kw={"rows": 12, "spellcheck": "false", "autocomplete": "off"},
    )
