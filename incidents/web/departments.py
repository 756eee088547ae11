"""Departments: the list, adding, changing, closing and opening again. For the administrator."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from incidents.flow import organising
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.acts import Refused, Role
from incidents.web import current, refusals

blueprint = Blueprint("departments", __name__, url_prefix="/departments")

PLACES = {
    "bad_code": "code",
    "code_taken": "code",
    "name_needed": "name",
    "name_taken": "name",
    "deputy_unfit": "deputy",
}


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
    is_external = BooleanField(lazy_gettext("Stands outside the administration: the press sector writes its answers"))
    is_press = BooleanField(lazy_gettext("Is the press sector itself"))
    deputy = SelectField(
        lazy_gettext("Deputy head of the city"),
        default="",
        description=lazy_gettext("A manager who answers for it: told of what is long overdue before all managers are"),
    )

    def offer(self, present: Person | None = None) -> "DepartmentForm":
        """Fill the list of managers; one who is no manager any more is offered only where chosen."""
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


@blueprint.get("")
def page() -> str:
    session = current.session()
    departments = session.scalars(
        select(Department).order_by(Department.is_active.desc(), Department.is_external, Department.name)
    ).all()
    return render_template(
        "departments/page.html",
        open=[department for department in departments if department.is_active],
        closed=[department for department in departments if not department.is_active],
        people=_counts(Person.department_id, Person.is_active),
        topics=_counts(Topic.department_id, Topic.is_active),
    )


@blueprint.get("/new")
def blank() -> Response:
    return _show(DepartmentForm().offer(), None)


@blueprint.post("")
def add() -> Response:
    form = DepartmentForm().offer()
    if not form.validate():
        return _show(form, None, 422)
    try:
        department = organising.add_department(
            current.session(),
            form.code.data,
            form.name.data,
            current.person().actor,
            now=current.now(),
            is_external=form.is_external.data,
            is_press=form.is_press.data,
        )
        _name_deputy(department, form)
    except Refused as refused:
        current.session().rollback()
        return _show(form, None, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("The department “%(name)s” is added.", name=department.name), "success")
    return redirect(url_for("departments.page"), 303)


@blueprint.get("/<int:department_id>")
def one(department_id: int) -> Response:
    department = department_of(department_id)
    return _show(_form_of(department), department)


@blueprint.post("/<int:department_id>")
def change(department_id: int) -> Response:
    department = department_of(department_id)
    form = DepartmentForm().offer(organising.deputy_of(current.session(), department))
    if not form.validate():
        return _show(form, department, 422)
    try:
        organising.change_department(
            current.session(),
            department,
            current.person().actor,
            now=current.now(),
            code=form.code.data,
            name=form.name.data,
            is_external=form.is_external.data,
            is_press=form.is_press.data,
        )
        _name_deputy(department, form)
    except Refused as refused:
        current.session().rollback()
        return _show(form, department, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("departments.page"), 303)


@blueprint.post("/<int:department_id>/closing")
def close(department_id: int) -> Response:
    department, heir = department_of(department_id), request.form.get("heir", type=int)
    session = current.session()
    try:
        moved = organising.retire_department(
            session,
            department,
            current.person().actor,
            now=current.now(),
            heir=department_of(heir) if heir else None,
        )
    except Refused as refused:
        session.rollback()
        status = refusals.status_code(refused)
        return _show(_form_of(department, None), department, status, refusals.sentence(refused), heir)
    session.commit()
    told = gettext("The department “%(name)s” is closed.", name=department.name)
    more = ngettext("%(num)d topic went elsewhere.", "%(num)d topics went elsewhere.", moved) if moved else ""
    flash(f"{told} {more}".strip(), "success")
    return redirect(url_for("departments.page"), 303)


@blueprint.post("/<int:department_id>/opening")
def reopen(department_id: int) -> Response:
    department = department_of(department_id)
    organising.restore_department(current.session(), department, current.person().actor, now=current.now())
    current.session().commit()
    flash(gettext("The department “%(name)s” is open again.", name=department.name), "success")
    return redirect(url_for("departments.one", department_id=department.id), 303)


def open_departments() -> list[Department]:
    """What can be chosen in a form: the open ones by name."""
    return list(current.session().scalars(select(Department).where(Department.is_active).order_by(Department.name)))


def department_of(department_id: int) -> Department:
    """The department of this number, or 404."""
    return current.session().get(Department, department_id) or abort(404)


def _form_of(department: Department, *formdata: None) -> DepartmentForm:
    """The form as the department is now; a None keeps what was posted by another form out of it."""
    deputy = organising.deputy_of(current.session(), department)
    return DepartmentForm(*formdata, obj=department, deputy=str(deputy.id) if deputy else "").offer(deputy)


def _name_deputy(department: Department, form: DepartmentForm) -> None:
    by = current.person().actor
    organising.set_deputy(current.session(), department, form.chosen_deputy(), by, now=current.now())


def _counts(owner, condition) -> dict[int, int]:  # type: ignore[no-untyped-def]  # two columns of one table
    query = select(owner, func.count()).where(condition, owner.is_not(None)).group_by(owner)
    return dict(current.session().execute(query).all())


def _show(
    form: DepartmentForm,
    department: Department | None,
    status: int = 200,
    why_not_closed: str = "",
    heir: int | None = None,
) -> Response:
    shown = render_template(
        "departments/one.html",
        form=form,
        department=department,
        topics=_counts(Topic.department_id, Topic.is_active).get(department.id, 0) if department else 0,
        heirs=[each for each in open_departments() if each is not department],
        why_not_closed=why_not_closed,
        heir=heir,
    )
    return make_response(shown, status)
