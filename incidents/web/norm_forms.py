"""How a norm is entered, a term in minutes, hours or days, and how it is ended."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from incidents.records.topics import Topic
from incidents.rules.norms import ClockName, Hours, Kind, Norm, OnDayOff, Start, Unit
from incidents.web import words

KINDS = {
    Kind.SOCIAL: lazy_gettext("Posts and comments"),
    Kind.DIRECT_MESSAGE: lazy_gettext("Private messages"),
    Kind.RECEPTION: lazy_gettext("Online reception"),
    Kind.HOT_LINE: lazy_gettext("Hot lines"),
    Kind.PORTAL: lazy_gettext("Messages of the state portal (ПОС)"),
    Kind.FORMAL: lazy_gettext("Formal appeals (59-ФЗ)"),
    Kind.INFORMATION: lazy_gettext("Requests for information (8-ФЗ)"),
    Kind.MEDIA: lazy_gettext("Requests of the press"),
}
CLOCKS = {
    ClockName.FIRST: lazy_gettext("the first answer (under a law: the answer)"),
    ClockName.FINAL: lazy_gettext("the last word after an interim answer"),
    ClockName.NEXT: lazy_gettext("the answer to what the citizen writes again"),
    ClockName.REGISTER: lazy_gettext("the registration"),
}
#: Minutes in a unit that is counted in them.
UNITS = {"minutes": 1, "hours": 60}


class NormForm(FlaskForm):
    kind = SelectField(lazy_gettext("For"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    clock = SelectField(
        lazy_gettext("The term of"),
        choices=[SelectChoice(clock.value, label) for clock, label in CLOCKS.items()],
        default=ClockName.FIRST.value,
    )
    network = SelectField(lazy_gettext("In the network"), default="")
    topic = SelectField(lazy_gettext("About the topic"), default="")
    term = IntegerField(
        lazy_gettext("Answer within"),
        [
            InputRequired(lazy_gettext("Enter the term as a whole number")),
            NumberRange(min=1, max=1_000_000, message=lazy_gettext("The term is at least one minute")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    unit = SelectField(
        lazy_gettext("Unit of the term"),
        choices=[
            SelectChoice("minutes", lazy_gettext("minutes")),
            SelectChoice("hours", lazy_gettext("hours")),
            SelectChoice("days", lazy_gettext("days, to the end of the last one")),
            SelectChoice("working_days", lazy_gettext("working days, to the end of the last one")),
            SelectChoice("working_day_end", lazy_gettext("ends of a working day, today's first")),
        ],
    )
    hours = SelectField(
        lazy_gettext("Which hours count"),
        choices=[
            SelectChoice(Hours.CALENDAR.value, lazy_gettext("all hours, day and night")),
            SelectChoice(Hours.WORKING.value, lazy_gettext("working hours only")),
        ],
        description=lazy_gettext("For minutes and hours; days say it themselves"),
    )
    on_day_off = SelectField(
        lazy_gettext("If the last day is a day off"),
        choices=[
            SelectChoice(OnDayOff.KEEP.value, lazy_gettext("it stays the last day")),
            SelectChoice(OnDayOff.PREVIOUS.value, lazy_gettext("the working day before it")),
            SelectChoice(OnDayOff.NEXT.value, lazy_gettext("the working day after it")),
        ],
        default=OnDayOff.KEEP.value,
        description=lazy_gettext("For days of the calendar"),
    )
    starts_at = SelectField(lazy_gettext("The clock starts when"), default=Start.RECEIVED.value)
    valid_from = DateField(
        lazy_gettext("In force from"),
        [InputRequired(lazy_gettext("Enter a date"))],
        description=lazy_gettext("Today or later: what was already counted is not counted anew"),
    )
    article = StringField(
        lazy_gettext("Where it stands written"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("The article of a law, if it is one; the page of norms and the passport name it"),
    )
    note = StringField(
        lazy_gettext("Which order it follows"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("For example: order № 12 of 3 November 2026"),
    )

    def offer(self, session: Session, starts: Mapping[Start, Any]) -> None:
        """Fill the lists that depend on the town and the language."""
        networks = [SelectChoice(code, str(mark.name)) for code, mark in words.NETWORKS.items()]
        self.network.choices = [SelectChoice("", gettext("any network")), *networks]
        query = select(Topic.id, Topic.name).where(Topic.is_active).order_by(Topic.name)
        topics = [SelectChoice(str(number), name) for number, name in session.execute(query)]
        self.topic.choices = [SelectChoice("", gettext("any topic")), *topics]
        self.starts_at.choices = [SelectChoice(start.value, str(label)) for start, label in starts.items()]

    def norm(self) -> Norm:
        """What was entered, as the rules read it."""
        term, unit, hours = self._measured()
        is_in_calendar_days = unit is Unit.DAYS and hours is Hours.CALENDAR
        return Norm(
            id=0,
            kind=Kind(self.kind.data),
            term=term,
            unit=unit,
            hours=hours,
            clock=ClockName(self.clock.data),
            starts_at=Start(self.starts_at.data),
            valid_from=self.valid_from.data,
            network=self.network.data or None,
            topic_id=int(self.topic.data) if self.topic.data else None,
            on_day_off=OnDayOff(self.on_day_off.data) if is_in_calendar_days else OnDayOff.KEEP,
            article=(self.article.data or "").strip(),
        )

    def _measured(self) -> tuple[int, Unit, Hours]:
        """The term, what it is measured in, and which hours count: days know that themselves."""
        term, unit = int(self.term.data), self.unit.data
        if unit in UNITS:
            return term * UNITS[unit], Unit.MINUTES, Hours(self.hours.data)
        if unit == Unit.WORKING_DAY_END:
            return term, Unit.WORKING_DAY_END, Hours.WORKING
        return term, Unit.DAYS, Hours.WORKING if unit == "working_days" else Hours.CALENDAR


class EndForm(FlaskForm):
    last_day = DateField(
        lazy_gettext("Last day in force"), [Optional()], description=lazy_gettext("Today if left empty")
    )
    reason = StringField(
        lazy_gettext("Why, or by which order"),
        [InputRequired(lazy_gettext("Give a reason in a few words.")), Length(max=500)],
    )
    is_known = BooleanField(lazy_gettext("I know that nothing will count these appeals then"))
