"""People: the list, adding, changing, a new one-time password. For the administrator.

A one-time password stands in exactly one response, the answer to the POST that made it: not in the session cookie, not
in the log. Whoever loses it makes another one.
"""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from incidents.flow import accounts, handing_over, linking, tokens, undoing
from incidents.records.people import Department, Person
from incidents.rules.acts import Refused, Role
from incidents.web import addresses, current, department_forms, refusals, shell, undo

blueprint = Blueprint("people", __name__, url_prefix="/people")

PLACES = {
    "bad_login": "login",
    "login_taken": "login",
    "long_name": "name",
    "department_needed": "department",
    "department_not_wanted": "department",
    "last_admin": "role",
    "bad_email": "email",
    "person_unfit": "heir",
    "choose_heir": "heir",
}


#: The choice of a form that hands to nobody.
NOBODY = "nobody"


class ChangeForm(FlaskForm):
    name = StringField(
        lazy_gettext("Full name"),
        [InputRequired(lazy_gettext("Enter the name as colleagues know it")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(lazy_gettext("Role"))
    department = SelectField(
        lazy_gettext("Department"),
        default="",
        description=lazy_gettext("For a responder and a head of department; empty for everybody else"),
    )
    email = StringField(
        lazy_gettext("E-mail"),
        [Length(max=254)],
        description=lazy_gettext("For letters about alarms; the person can change it too. Empty: no mail"),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
    is_active = BooleanField(lazy_gettext("May sign in"), default=True)
    heir = SelectField(
        lazy_gettext("Who goes on with the open appeals"),
        default="",
        description=lazy_gettext("Asked when the person leaves, or gets another role or department"),
    )

    def offer(self, present: Department | None = None, whose: Person | None = None) -> None:
        """Fill the lists; a closed department is offered only to whom it already belongs."""
        self.role.choices = [SelectChoice(role.value, str(words)) for role, words in shell.ROLE_WORDS.items()]
        known = department_forms.open_departments(present)
        chosen = [SelectChoice(str(each.id), each.name) for each in known]
        self.department.choices = [SelectChoice("", gettext("none")), *chosen]
        heirs = handing_over.heirs_of(current.session(), whose) if whose else []
        self.heir.choices = [
            SelectChoice("", gettext("choose")),
            SelectChoice(NOBODY, gettext("nobody yet: they stay in the list of the department")),
            *(SelectChoice(str(each.id), each.name) for each in heirs),
        ]

    def chosen_heir(self) -> Person | None:
        """Who goes on; None: nobody yet. Raises Refused("choose_heir") where nothing was chosen."""
        if not self.heir.data:
            raise Refused("choose_heir")
        return None if self.heir.data == NOBODY else current.session().get(Person, int(self.heir.data))

    def chosen_department(self) -> Department | None:
        return current.session().get(Department, int(self.department.data)) if self.department.data else None


class AddForm(ChangeForm):
    login = StringField(
        lazy_gettext("Login"),
        [InputRequired(lazy_gettext("Enter a login")), Length(max=64)],
        description=lazy_gettext("One word without spaces. It cannot be changed later"),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


@blueprint.get("")
def page() -> str:
    chosen = request.args.get("department", type=addresses.number)
    query = select(Person).options(joinedload(Person.department)).order_by(Person.is_active.desc(), Person.name)
    if chosen is not None:
        query = query.where(Person.department_id == chosen)
    return render_template(
        "people/page.html",
        people=current.session().scalars(query).all(),
        chosen=chosen,
        departments=department_forms.open_departments(),
    )


@blueprint.get("/new")
def blank() -> Response:
    form = AddForm(role=Role.RESPONDER.value, is_active=True)
    form.offer()
    return _show(form, None)


@blueprint.post("")
def add() -> Response:
    form = AddForm()
    form.offer()
    if not form.validate():
        return _show(form, None, 422)
    try:
        person, made = accounts.add_person(
            current.session(),
            form.login.data,
            Role(form.role.data),
            current.person().actor,
            now=current.now(),
            name=form.name.data,
            department=form.chosen_department(),
        )
        linking.set_address(current.session(), person, form.email.data or "", current.person().actor, now=current.now())
    except Refused as refused:
        current.session().rollback()
        return _show(form, None, refusals.beside(form, refused, PLACES))
    current.session().commit()
    return _show_once(person, made or "")


@blueprint.get("/<int:person_id>")
def one(person_id: int) -> Response:
    person = _person(person_id)
    form = ChangeForm(
        name=person.name,
        role=person.role.value,
        department=str(person.department_id or ""),
        is_active=person.is_active,
        email=person.email,
    )
    form.offer(person.department, person)
    return _show(form, person)


@blueprint.post("/<int:person_id>")
def change(person_id: int) -> Response:
    person, form = _person(person_id), ChangeForm()
    form.offer(person.department, person)
    if not form.validate():
        return _show(form, person, 422)
    was_active = person.is_active
    try:
        keys, steps = _change(person, form)
    except Refused as refused:
        current.session().rollback()
        return _show(form, person, refusals.beside(form, refused, PLACES))
    current.session().commit()
    has_left = was_active and not person.is_active
    told = gettext("%(name)s has no access any more.", name=person.name) if has_left else gettext("Saved.")
    more = [
        ngettext("Handed over: %(num)d appeal.", "Handed over: %(num)d appeals.", len(steps)) if steps else "",
        ngettext("Revoked: %(num)d token.", "Revoked: %(num)d tokens.", keys) if keys else "",
    ]
    undo.offer(" ".join(filter(None, [told, *more])), steps, person if has_left else None)
    return redirect(url_for("people.page"), 303)


@blueprint.post("/<int:person_id>/password")
def reset_password(person_id: int) -> Response:
    """A new one-time password; the person is signed out everywhere. One's own is changed in the profile."""
    person = _person(person_id)
    if person.id == current.person().id:
        return redirect(url_for("profile.password"), 303)
    made = accounts.reset_password(current.session(), person, current.person().actor, now=current.now())
    current.session().commit()
    return _show_once(person, made)


def _change(person: Person, form: ChangeForm) -> tuple[int, list[undoing.Step]]:
    """All that the form says, in one go: how many tokens ended with it, and which appeals went over. Raises Refused."""
    session, by, now = current.session(), current.person().actor, current.now()
    accounts.change_person(
        session,
        person,
        by,
        now=now,
        name=form.name.data,
        role=Role(form.role.data),
        department=form.chosen_department(),
        is_active=form.is_active.data,
    )
    linking.set_address(session, person, form.email.data or "", by, now=now)
    session.flush()
    session.expire(person, ["department"])
    is_asked = handing_over.leaves_behind(session, person)
    return handing_over.release(session, person, form.chosen_heir() if is_asked else None, by, now=now)


def _person(person_id: int) -> Person:
    return current.session().get(Person, person_id) or abort(404)


def _show(form: ChangeForm, person: Person | None, status: int = 200) -> Response:
    session = current.session()
    shown = render_template(
        "people/one.html",
        form=form,
        somebody=person,
        held=handing_over.held_by(session, person) if person else 0,
        keys=tokens.of_person(session, person) if person else [],
    )
    return make_response(shown, status)


def _show_once(person: Person, password: str) -> Response:
    response = make_response(render_template("people/password.html", somebody=person, password=password))
    response.headers["Cache-Control"] = "no-store"
    return response
