"""The form of an appeal that a person enters by hand: its fields, their hints, and what does not fit."""

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import DateField, DateTimeLocalField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from incidents.flow.complying import LONGEST_NUMBER
from incidents.flow.replying import BY_LETTER
from incidents.networks import links
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import statutory
from incidents.rules.acts import Refused
from incidents.rules.norms import Kind
from incidents.rules.town import check_year
from incidents.web import current, law_words, refusals

LONGEST_TEXT = 16_384


class RegistrationForm(FlaskForm):
    token = HiddenField()
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[SelectChoice(kind.value, label) for kind, label in law_words.KINDS.items()],
        default=Kind.SOCIAL.value,
        description=lazy_gettext("It decides the term of the answer and what the law asks for besides."),
    )
    link = StringField(
        lazy_gettext("Link to the post or comment"),
        [Optional(), Length(max=1000)],
        description=lazy_gettext("From the browser's address line. Leave it empty after a phone call."),
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    text = TextAreaField(
        lazy_gettext("The citizen's words"),
        [
            InputRequired(lazy_gettext("Enter what the citizen wrote or said")),
            Length(max=LONGEST_TEXT, message=lazy_gettext("At most %(max)d characters", max=LONGEST_TEXT)),
        ],
        render_kw={"rows": 6},
    )
    author_name = StringField(
        lazy_gettext("Who wrote"), [Length(max=200)], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
    author_url = StringField(
        lazy_gettext("Link to the author's page"),
        [Optional(), Length(max=1000)],
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    posted_at = DateTimeLocalField(
        lazy_gettext("When it was written"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=lazy_gettext("By the town's clock. Leave it empty if you do not know."),
    )
    received_at = DateTimeLocalField(
        lazy_gettext("When it was received"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=lazy_gettext("By the town's clock. Leave it empty if it came just now."),
    )
    registered_on = DateField(
        lazy_gettext("Registered in the document system on"),
        [Optional()],
        description=lazy_gettext("59-ФЗ and 8-ФЗ count the answer from this day. Leave it empty if that is today."),
    )
    document_number = StringField(
        lazy_gettext("Number in the document system or on the portal"),
        [Length(max=LONGEST_NUMBER)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    topic = SelectField(
        lazy_gettext("Topic"),
        [Optional()],
        description=lazy_gettext("Without a choice the program suggests one from the words."),
    )
    address = StringField(lazy_gettext("Address of the problem"), [Length(max=300)], render_kw={"autocomplete": "off"})

    def validate_link(self, field: StringField) -> None:
        _must_be_link(field)
        if Kind(self.kind.data) in BY_LETTER:
            raise ValidationError(refusals.sentence(Refused("link_not_wanted")))

    def validate_received_at(self, field: DateTimeLocalField) -> None:
        _must_have_been(field)

    def validate_registered_on(self, field: DateField) -> None:
        today = current.now().astimezone(current.settings().town_zone).date()
        if field.data and field.data > today:
            raise ValidationError(refusals.sentence(Refused("future_day")))
        received_on = self.received_at.data.date() if self.received_at.data else today
        if field.data:
            try:
                check_year(field.data)
                statutory.check_registration(received_on, field.data)
            except Refused as refused:
                raise ValidationError(refusals.sentence(refused)) from None

    def validate_author_url(self, field: StringField) -> None:
        _must_be_link(field)

    def validate_posted_at(self, field: DateTimeLocalField) -> None:
        _must_have_been(field)


def _must_have_been(field: DateTimeLocalField) -> None:
    if not field.data:
        return
    try:
        check_year(field.data)
        if in_town(field.data) > current.now():
            raise Refused("future_time")
    except Refused as refused:
        raise ValidationError(refusals.sentence(refused)) from None


def in_town(local: datetime) -> datetime:
    """A date and time as the clocks of the town show them, as an instant."""
    return local.replace(tzinfo=current.settings().town_zone)


def topics_by_group(session: Session) -> Any:
    """The topics in use under the names of their groups."""
    found: dict[str, list[tuple[str, str]]] = {"": [("", gettext("the program suggests"))]}
    rows = session.execute(
        select(TopicGroup.name, Topic.id, Topic.name)
        .join(Topic, Topic.group_id == TopicGroup.id)
        .where(Topic.is_active)
        .order_by(TopicGroup.position, TopicGroup.name, Topic.name)
    )
    for group, topic, name in rows:
        found.setdefault(group, []).append((str(topic), name))
    return found


def _must_be_link(field: StringField) -> None:
    try:
        links.recognise(field.data or "")
    except links.BadLink:
        raise ValidationError(refusals.sentence(Refused("bad_link"))) from None
