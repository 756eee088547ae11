"""The forms of topics: a new one in its group, and all that is said of one."""

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from incidents.flow import topic_changes
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Refused
from incidents.web import current, department_forms

_NAME = lazy_gettext("Name")
_NAME_NEEDED = lazy_gettext("Enter the name of the topic")


class TopicForm(FlaskForm):
    name = StringField(_NAME, [InputRequired(_NAME_NEEDED), Length(max=200)], render_kw={"autocomplete": "off"})
    department = SelectField(lazy_gettext("Department that answers"), default="")
    keywords = TextAreaField(
        lazy_gettext("Beginnings of words"),
        [Length(max=4000)],
        description=lazy_gettext(
            "One a line. Two words in a line must stand near each other: “pit road”. One or two letters are a whole word"
        ),
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    hint = TextAreaField(
        lazy_gettext("Hint for whoever chooses"),
        [Length(max=1000)],
        description=lazy_gettext("What belongs here"),
        render_kw={"rows": 2},
    )
    confused_with = TextAreaField(
        lazy_gettext("Do not confuse with"),
        [Length(max=1000)],
        description=lazy_gettext("What is easily taken for it, and where that belongs"),
        render_kw={"rows": 2},
    )
    group = SelectField(lazy_gettext("Group"), default="")
    needs_click = BooleanField(lazy_gettext("Always waits for a person's click, however sure the program is"))
    is_fast_track = BooleanField(lazy_gettext("Fast track: to be solved quickly, not only answered"))
    is_active = BooleanField(lazy_gettext("Can be chosen"))

    def offer(self, topic: Topic) -> "TopicForm":
        """Fill the lists; a closed department is offered only where it is chosen."""
        known = department_forms.open_departments(topic.department)
        self.department.choices = [
            SelectChoice("", gettext("none: the press sector decides")),
            *(SelectChoice(str(each.id), each.name) for each in known),
        ]
        own = SelectChoice("", topic.group.name)
        self.group.choices = [
            own,
            *(SelectChoice(str(each.id), each.name) for each in _groups() if each.id != topic.group_id),
        ]
        return self


class NewTopicForm(FlaskForm):
    name = StringField(_NAME, [InputRequired(_NAME_NEEDED), Length(max=200)], render_kw={"autocomplete": "off"})
    group = SelectField(lazy_gettext("Group"), default="")
    new_group = StringField(
        lazy_gettext("Or a new group"),
        [Length(max=120)],
        description=lazy_gettext("Empty where the group stands in the list"),
        render_kw={"autocomplete": "off"},
    )

    def offer(self) -> "NewTopicForm":
        groups = (SelectChoice(str(each.id), each.name) for each in _groups())
        self.group.choices = [SelectChoice("", gettext("choose a group")), *groups]
        return self

    def chosen_group(self) -> TopicGroup:
        """The group of the list, or the new one. Raises Refused: `group_needed`, `group_name`."""
        session, name = current.session(), " ".join((self.new_group.data or "").split())
        if name:
            known = session.scalar(select(TopicGroup).where(TopicGroup.name == name))
            return known or topic_changes.add_group(session, name)
        if not self.group.data:
            raise Refused("group_needed")
        return session.get_one(TopicGroup, int(self.group.data))


def _groups() -> Sequence[TopicGroup]:
    return current.session().scalars(select(TopicGroup).order_by(TopicGroup.position, TopicGroup.name)).all()
