"""Departments: the list, adding, changing, closing and opening again. For the administrator."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from incidents.flow import handing_over, organising
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.acts import Refused
from incidents.web import addresses, current, refusals
from incidents.web.department_forms import DepartmentForm, open_departments

blueprint = Blueprint("departments", __name__, url_prefix="/departments")

PLACES = {
    "bad_code": "code",
    "code_taken": "code",
    "name_needed": "name",
    "name_taken": "name",
    "deputy_unfit": "deputy",
    "parent_closed": "parent",
    "opened_later": "opened_on",
    **dict.fromkeys(("department_circle", "department_deep"), "parent"),
}


@blueprint.get("")
def page() -> str:
    session = current.session()
    departments = session.scalars(
        select(Department).order_by(Department.is_active.desc(), Department.is_external, Department.name)
    ).all()
    return render_template(
        "departments/page.html",
        open=_as_tree([department for department in departments if department.is_active]),
        closed=[(0, department) for department in departments if not department.is_active],
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
        _place(department, form)
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
    form = DepartmentForm().offer(organising.deputy_of(current.session(), department), department)
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
        _place(department, form)
    except Refused as refused:
        current.session().rollback()
        return _show(form, department, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("departments.page"), 303)


@blueprint.post("/<int:department_id>/closing")
def close(department_id: int) -> Response:
    department, heir = department_of(department_id), request.form.get("heir", type=addresses.number)
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


@blueprint.post("/<int:department_id>/moving")
def move(department_id: int) -> Response:
    """Give the open appeals of a department that is to be closed to another one."""
    department, to = department_of(department_id), request.form.get("to", type=addresses.number)
    session, words = current.session(), request.form.get("reason", "")
    try:
        if not to:
            raise Refused("choose_department")
        by = current.person().actor
        moved, stay = handing_over.move_out(session, department, department_of(to), by, now=current.now(), reason=words)
    except Refused as refused:
        session.rollback()
        status = refusals.status_code(refused)
        return _show(_form_of(department, None), department, status, why_not_moved=refusals.sentence(refused))
    session.commit()
    flash(ngettext("%(num)d appeal went over.", "%(num)d appeals went over.", moved), "success")
    if stay:
        flash(
            ngettext(
                "%(num)d appeal stays: an answer is with the press sector. Come back when it is out.",
                "%(num)d appeals stay: answers are with the press sector. Come back when they are out.",
                stay,
            ),
            "warning",
        )
    return redirect(url_for("departments.one", department_id=department.id), 303)


@blueprint.post("/<int:department_id>/opening")
def reopen(department_id: int) -> Response:
    department = department_of(department_id)
    organising.restore_department(current.session(), department, current.person().actor, now=current.now())
    current.session().commit()
    flash(gettext("The department “%(name)s” is open again.", name=department.name), "success")
    return redirect(url_for("departments.one", department_id=department.id), 303)


def _as_tree(departments: list[Department]) -> list[tuple[int, Department]]:
    """Each under the one it is subordinate to, with its depth; otherwise in the order given."""
    here = {each.id for each in departments}
    below: dict[int | None, list[Department]] = {}
    for each in departments:
        below.setdefault(each.parent_id if each.parent_id in here else None, []).append(each)

    def walk(above: int | None, depth: int) -> list[tuple[int, Department]]:
        return [pair for each in below.get(above, []) for pair in [(depth, each), *walk(each.id, depth + 1)]]

    return walk(None, 0)


def department_of(department_id: int) -> Department:
    """The department of this number, or 404."""
    return current.session().get(Department, department_id) or abort(404)


def _form_of(department: Department, *formdata: None) -> DepartmentForm:
    """The form as the department is now; a None keeps what was posted by another form out of it."""
    deputy = organising.deputy_of(current.session(), department)
    form = DepartmentForm(
        *formdata,
        obj=department,
        deputy=str(deputy.id) if deputy else "",
        parent=str(department.parent_id or ""),
    )
    return form.offer(deputy, department)


def _place(department: Department, form: DepartmentForm) -> None:
    """Who answers for it, under whom it stands, since when."""
    session, by, now = current.session(), current.person().actor, current.now()
    organising.set_deputy(session, department, form.chosen_deputy(), by, now=now)
    parent = department_of(int(form.parent.data)) if form.parent.data else None
    organising.subordinate(session, department, parent, by, now=now)
    organising.set_opened(session, department, form.opened_on.data, by, now=now)


def _counts(owner, condition) -> dict[int, int]:  # type: ignore[no-untyped-def]  # two columns of one table
    query = select(owner, func.count()).where(condition, owner.is_not(None)).group_by(owner)
    return dict(current.session().execute(query).all())


def _show(
    form: DepartmentForm,
    department: Department | None,
    status: int = 200,
    why_not_closed: str = "",
    heir: int | None = None,
    why_not_moved: str = "",
) -> Response:
    lying = handing_over.lying_with(current.session(), department) if department and department.is_active else (0, ())
    shown = render_template(
        "departments/one.html",
        form=form,
        department=department,
        topics=_counts(Topic.department_id, Topic.is_active).get(department.id, 0) if department else 0,
        heirs=[each for each in open_departments() if department is None or each.id != department.id],
        why_not_closed=why_not_closed,
        heir=heir,
        lying=lying,
        why_not_moved=why_not_moved,
        typed=request.form,
    )
    return make_response(shown, status)
