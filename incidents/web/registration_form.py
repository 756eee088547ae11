"""The form of an appeal that a person enters by hand: its fields, their hints, and what does not fit."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from incidents.flow.complying import LONGEST_NUMBER
from incidents.flow.recognising import PHONE
from incidents.flow.replying import BY_LETTER
from incidents.networks import links
from incidents.records import choices
from incidents.rules import phones, statutory
from incidents.rules.acts import Refused
from incidents.rules.norms import Kind
from incidents.rules.town import check_year
from incidents.web import current, law_words, refusals

LONGEST_TEXT = 16_384


class Channel(StrEnum):
    """How an appeal that a person enters reached us; it stands in the journal."""

    LINK = "link"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"


CHANNELS = {
    Channel.LINK: lazy_gettext("From a network"),
    Channel.CALL: lazy_gettext("A call"),
    Channel.VISIT: lazy_gettext("A visit"),
    Channel.LETTER: lazy_gettext("A letter"),
}
#: What an appeal is before the law, if nobody says otherwise: by the way it came.
KIND_OF = {
    Channel.LINK: Kind.SOCIAL,
    Channel.CALL: Kind.HOT_LINE,
    Channel.VISIT: Kind.FORMAL,
    Channel.LETTER: Kind.FORMAL,
}
_TYPED = {"autocomplete": "off", "spellcheck": "false"}
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class RegistrationForm(FlaskForm):
    token = HiddenField()
    channel = RadioField(
        lazy_gettext("How it came"),
        choices=[SelectChoice(channel.value, label) for channel, label in CHANNELS.items()],
        default=Channel.LINK.value,
    )
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            SelectChoice("", lazy_gettext("by the way it came")),
            *(SelectChoice(kind.value, label) for kind, label in law_words.KINDS.items()),
        ],
        default="",
        validate_choice=True,
        description=lazy_gettext("It decides the term of the answer and what the law asks for besides."),
    )
    link = StringField(
        lazy_gettext("Link to the post or comment"),
        [Optional(), Length(max=1000)],
        render_kw={"inputmode": "url", **_TYPED},
    )
    text = TextAreaField(
        lazy_gettext("The citizen's words"),
        [
            InputRequired(lazy_gettext("Enter what the citizen wrote or said")),
            Length(max=LONGEST_TEXT, message=lazy_gettext("At most %(max)d characters", max=LONGEST_TEXT)),
        ],
        render_kw={"rows": 5},
    )
    author_name = StringField(lazy_gettext("Who wrote"), [Length(max=200)], render_kw=_TYPED)
    phone = StringField(
        lazy_gettext("Telephone"),
        [Length(max=40)],
        description=lazy_gettext("The same number is known again."),
        render_kw={"inputmode": "tel", **_TYPED},
    )
    author_url = StringField(
        lazy_gettext("Link to the author's page"),
        [Optional(), Length(max=1000)],
        render_kw={"inputmode": "url", **_TYPED},
    )
    posted_at = DateTimeLocalField(
        lazy_gettext("When it was written"),
        [Optional()],
        format=_MOMENTS,
        description=lazy_gettext("By the town's clock. Leave it empty if you do not know."),
    )
    received_at = DateTimeLocalField(
        lazy_gettext("When it was received"),
        [Optional()],
        format=_MOMENTS,
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
        render_kw=_TYPED,
    )
    topic = SelectField(
        lazy_gettext("Topic"),
        [Optional()],
        description=lazy_gettext("Without a choice the program suggests one from the words."),
    )
    address = StringField(lazy_gettext("Address of the problem"), [Length(max=300)], render_kw={"autocomplete": "off"})
    #: What ten questions in a row have in common; it is written into the history of each.
    line_name = StringField(lazy_gettext("Name of the line"), [Length(max=120)], render_kw={"autocomplete": "off"})

    @property
    def chosen_kind(self) -> Kind:
        """The kind that was chosen, else the usual one of the way it came."""
        return Kind(self.kind.data) if self.kind.data else KIND_OF[Channel(self.channel.data)]

    @property
    def pasted(self) -> str:
        """The link, where the appeal came from a network; elsewhere its field is folded away, and what stands in it stays
        there for who comes back to it."""
        return (self.link.data or "").strip() if self.channel.data == Channel.LINK else ""

    @property
    def author_key(self) -> str | None:
        """What the author is known again by: the link to the page, else the telephone."""
        number = phones.normal(self.phone.data or "")
        return (self.author_url.data or "").strip() or (f"{PHONE}{number}" if number else None)

    @property
    def more(self) -> list[Field]:
        """What is seldom filled in: folded until it is."""
        return [self.kind, self.author_url, self.posted_at, self.registered_on, self.document_number]

    @property
    def is_more_open(self) -> bool:
        return any(field.data or field.errors for field in self.more)

    def validate_phone(self, field: StringField) -> None:
        if (field.data or "").strip() and phones.normal(field.data) is None:
            raise ValidationError(gettext("This is no telephone number: digits, with + or 8 at the beginning."))

    def validate_link(self, field: StringField) -> None:
        if not self.pasted:
            return
        _must_be_link(field)
        if not self.kind.errors and self.chosen_kind in BY_LETTER:
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
    for group, topics in choices.topics_in_use(session).items():
        found[group] = [(str(topic.id), topic.name) for topic in topics]
    return found


def _must_be_link(field: StringField) -> None:
    try:
        links.recognise(field.data or "")
    except links.BadLink:
        raise ValidationError(refusals.sentence(Refused("bad_link"))) from None
