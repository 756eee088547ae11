"""How a calendar is changed: another week, one day, a year of the library, a file. Each from a date on, and with its order."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from incidents.rules.acts import Refused
from incidents.rules.calendar import DayKind, Interval
from incidents.rules.days import SpecialDay
from incidents.rules.hours_line import read_line
from incidents.rules.town import check_year
from incidents.web import refusals
from incidents.web.calendar_view import KINDS
from incidents.web.moments import WEEKDAYS

#: The choice that makes a day an ordinary one again.
ORDINARY = "ordinary"
LONGEST_FILE = 512 * 1024


def in_our_years(_: FlaskForm, field: DateField) -> None:
    """A slip of the hand in the year is told, before time is counted at the edge of all dates."""
    try:
        if field.data:
            check_year(field.data)
    except Refused as refused:
        raise ValidationError(refusals.sentence(refused)) from None


class ChangeForm(FlaskForm):
    """What every change has: from when, and why."""

    valid_from = DateField(
        lazy_gettext("In force from"),
        [InputRequired(lazy_gettext("Enter a date")), in_our_years],
        description=lazy_gettext("Today: from this moment on. Clocks that run already keep their calendar"),
    )
    note = StringField(
        lazy_gettext("Which order it follows"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("For example: order № 12 of 3 November 2026"),
    )

    @property
    def order(self) -> str:
        return (self.note.data or "").strip()


def _readable(form: FlaskForm, field: StringField) -> None:
    if read_line(field.data or "") is None:
        raise ValidationError(
            gettext("Write the hours as 9:00-13:00, 14:00-18:00, one after the other; empty is a day off.")
        )


def _line(number: int) -> StringField:
    return StringField(WEEKDAYS[number], [Length(max=100), _readable], render_kw={"autocomplete": "off"})


class WeekForm(ChangeForm):
    monday = _line(0)
    tuesday = _line(1)
    wednesday = _line(2)
    thursday = _line(3)
    friday = _line(4)
    saturday = _line(5)
    sunday = _line(6)
    keeps_days = BooleanField(
        lazy_gettext(
            "Holidays, moved and shortened days stay. Without the tick every week is alike: a duty without days off"
        ),
        default=True,
    )

    def days(self) -> list[StringField]:
        return [self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday]

    def week(self) -> list[list[Interval]]:
        return [read_line(field.data or "") or [] for field in self.days()]


class DayForm(ChangeForm):
    on = DateField(lazy_gettext("Which day"), [InputRequired(lazy_gettext("Enter a date")), in_our_years])
    kind = SelectField(lazy_gettext("What it is"), default=DayKind.REGIONAL.value)
    name = StringField(lazy_gettext("Its name"), [Optional(), Length(max=200)])
    shorter_by = IntegerField(
        lazy_gettext("Shorter by, minutes"),
        [Optional(), NumberRange(min=0, max=1439, message=lazy_gettext("From 0 to 1439 minutes"))],
        description=lazy_gettext("For a shortened day, or a working day that ends earlier"),
        default=60,
        render_kw={"inputmode": "numeric"},
    )
    like = SelectField(lazy_gettext("Has the hours of"), description=lazy_gettext("For a working day moved here"))
    hours = StringField(
        lazy_gettext("Its hours"),
        [Optional(), Length(max=100), _readable],
        description=lazy_gettext("For hours of its own: 9:00-13:00, 14:00-18:00"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ordinary = SelectChoice(ORDINARY, gettext("an ordinary day of its week"))
        self.kind.choices = [*(SelectChoice(kind.value, str(mark.words)) for kind, mark in KINDS.items()), ordinary]
        self.like.choices = [SelectChoice(str(number), str(name)) for number, name in enumerate(WEEKDAYS)]

    def day(self) -> SpecialDay | None:
        """The day that was described by the fields its kind asks for; None for an ordinary one."""
        if self.kind.data == ORDINARY:
            return None
        kind = DayKind(self.kind.data)
        may_be_shorter = kind in (DayKind.SHORTENED, DayKind.WORKING)
        return SpecialDay(
            kind=kind,
            name=(self.name.data or "").strip(),
            shorter_by=(self.shorter_by.data or 0) if may_be_shorter else 0,
            like=int(self.like.data) if kind is DayKind.WORKING else None,
            intervals=tuple(read_line(self.hours.data or "") or ()) if kind is DayKind.HOURS else (),
        )


class YearForm(ChangeForm):
    year = SelectField(lazy_gettext("Year"))


class FileForm(ChangeForm):
    file = FileField(
        lazy_gettext("File"),
        description=lazy_gettext(
            "CSV with the columns date, kind, name, shorter_by_minutes, like, intervals; or only date, shorter_by_minutes"
        ),
        render_kw={"accept": ".csv,text/csv"},
    )
    text = TextAreaField(
        lazy_gettext("Or its lines"),
        [Length(max=LONGEST_FILE)],
        render_kw={"rows": 12, "spellcheck": "false", "autocomplete": "off"},
    )


class TownForm(ChangeForm):
    """A department gives up its own calendar: nothing to fill in but the date and the order."""
