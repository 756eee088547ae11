"""The form of a department, and the departments that a form offers."""

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from incidents.records import choices
from incidents.records.people import Department, Person
from incidents.rules.acts import Role
from incidents.web import current


class DepartmentForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Enter the name of the department")), Length(max=200)]
    )
    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter a code")), Length(max=40)],
        description=lazy_gettext("Short and in small Latin letters, for commands and imports. For example: housing"),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    parent = SelectField(
        lazy_gettext("Subordinate to"),
        default="",
        description=lazy_gettext("The head there sees its appeals too"),
    )
    opened_on = DateField(lazy_gettext("Exists since"), [Optional()], description=lazy_gettext("If it is known"))
    is_external = BooleanField(lazy_gettext("Stands outside the administration: the press sector writes its answers"))
    is_press = BooleanField(lazy_gettext("Is the press sector itself"))
    deputy = SelectField(
        lazy_gettext("Deputy head of the city"),
        default="",
        description=lazy_gettext("A manager who answers for it: told of what is long overdue before all managers are"),
    )

    def offer(self, present: Person | None = None, itself: Department | None = None) -> "DepartmentForm":
        """Fill the lists; who is no manager any more, and what is closed, is offered only where it is chosen."""
        above = current.session().get(Department, itself.parent_id) if itself and itself.parent_id else None
        others = open_departments(above)
        self.parent.choices = [
            SelectChoice("", gettext("nobody")),
            *(SelectChoice(str(each.id), each.name) for each in others if itself is None or each.id != itself.id),
        ]
        managers = select(Person).where(Person.role == Role.MANAGER, Person.is_active).order_by(Person.name)
        known = list(current.session().scalars(managers))
        if present is not None and present not in known:
            known.append(present)
        self.deputy.choices = [
            SelectChoice("", gettext("nobody")),
            *(SelectChoice(str(each.id), each.name) for each in known),
        ]
        return self

    def chosen_deputy(self) -> Person | None:
        return current.session().get(Person, int(self.deputy.data)) if self.deputy.data else None


def open_departments(present: Department | None = None) -> list[choices.DepartmentName]:
    """What can be chosen in a form: the open ones by name, and what is chosen already."""
    session = current.session()
    found = list(choices.open_departments(session))
    return found if present is None or present.is_active else [*found, choices.departments(session)[present.id]]
