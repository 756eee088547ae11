"""The steps of the first setup: what each shows, and what its form does. It is a part of `wizard`, whose routes it has."""

from collections.abc import Callable, Mapping

from flask import abort, request
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from incidents.flow import calendar_changes, equipping, loading
from incidents.records.people import Department
from incidents.records.sources import Source
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Refused
from incidents.rules.hours_line import as_line
from incidents.rules.norms import Hours
from incidents.web import (
    addresses,
    current,
    departments,
    readiness,
    refusals,
    rule_words,
    sources,
    table_kinds,
    tables,
    wizard,
)
from incidents.web.department_forms import open_departments
from incidents.web.wizard import done, onward, show
from incidents.web.wizard_forms import DayForm, ListForm, NormForm, PeopleForm

#: The routes of `wizard`; whoever takes it from here has the steps with it.
blueprint = wizard.blueprint


@blueprint.get("/<step>")
def step(step: str) -> Response:
    return SHOWN[step]() if step in SHOWN else abort(404)


@blueprint.post("/<step>")
def do(step: str) -> Response:
    return DONE[step]() if step in DONE else abort(404)


def _town(status: int = 200) -> Response:
    return show("town", status, settings=current.settings(), eyes=rule_words.EYES)


def _look() -> Response:
    """A step with nothing to enter: it was looked at."""
    name = request.path.rpartition("/")[2]
    done(name)
    return onward(name)


def _day() -> Response:
    zone = current.settings().town_zone
    content = calendar_changes.content_at(current.session(), current.now(), zone, None)
    lines = [as_line(day) for day in content.week] if content else [""] * 7
    return show("day", form=DayForm(workdays=lines[0], friday=lines[4], saturday=lines[5], sunday=lines[6]))


def _set_day() -> Response:
    form, session = DayForm(), current.session()
    if not form.validate():
        return show("day", 422, form=form)
    try:
        zone = current.settings().town_zone
        equipping.set_day(session, form.week(), current.person().actor, now=current.now(), zone=zone)
    except Refused as refused:
        session.rollback()
        return show("day", refusals.beside(form, refused, {}), form=form)
    done("day")
    return onward("day")


def _norms() -> Response:
    return show("norms", form=NormForm())


def _set_norms() -> Response:
    form, session = NormForm(), current.session()
    if not form.validate():
        return show("norms", 422, form=form)
    today = current.now().astimezone(current.settings().town_zone).date()
    try:
        equipping.set_norm(
            session,
            form.minutes.data or 0,
            Hours(form.hours.data),
            current.person().actor,
            now=current.now(),
            today=today,
        )
    except Refused as refused:
        session.rollback()
        return show("norms", refusals.beside(form, refused, {"no_working_time": "hours"}), form=form)
    done("norms")
    return onward("norms")


def _departments() -> Response:
    names = "\n".join(department.name for department in open_departments())
    return show("departments", form=ListForm(names=names))


def _set_departments() -> Response:
    form, session, by = ListForm(), current.session(), current.person().actor
    if not form.validate():
        return show("departments", 422, form=form)
    names = (form.names.data or "").splitlines()
    try:
        equipping.list_departments(session, names, by, now=current.now())
        if form.closes_others.data:
            equipping.close_others(session, names, by, now=current.now())
    except Refused as refused:
        session.rollback()
        return show("departments", refusals.beside(form, refused, {}), form=form)
    done("departments")
    return onward("departments")


def _people() -> Response:
    return show("people", form=PeopleForm(text="login;name;role;department\n"), known=open_departments())


def _set_people() -> Response:
    form, table = PeopleForm(), table_kinds.KINDS["people"]
    if not form.validate():
        return show("people", 422, form=form, known=open_departments())
    try:
        loaded = tables.taken(table, loading.read(form.text.data or "", table.required), is_meant=True)
    except Refused as refused:
        current.session().rollback()
        status = refusals.beside(form, refused, {})
        return show("people", status, form=form, known=open_departments())
    if loaded.bad:
        bad = tables.told(loaded)
        return show("people", 422, form=form, known=open_departments(), bad=bad, loaded=loaded, shown=50)
    done("people")
    return show("people", made=loaded.made, form=None, known=()) if loaded.made else onward("people")


def _topics(status: int = 200) -> Response:
    session = current.session()
    groups = session.scalars(select(TopicGroup).order_by(TopicGroup.position, TopicGroup.name)).all()
    query = (
        select(Topic.group_id, Department.name, func.count())
        .outerjoin(Department, Department.id == Topic.department_id)
        .where(Topic.is_active)
        .group_by(Topic.group_id, Department.name)
        .order_by(func.count().desc())
    )
    now: dict[int, list[tuple[str, int]]] = {}
    for group, name, number in session.execute(query):
        now.setdefault(group, []).append((name or gettext("press sector"), number))
    return show("topics", status, groups=groups, led=now, known=open_departments())


def _set_topics() -> Response:
    session, by = current.session(), current.person().actor
    for group in session.scalars(select(TopicGroup)).all():
        chosen = request.form.get(f"group-{group.id}", type=addresses.number)
        if chosen:
            equipping.lead_group(session, group, departments.department_of(chosen), by, now=current.now())
    done("topics")
    return onward("topics")


def _source() -> Response:
    known = current.session().scalars(select(Source).order_by(Source.network, Source.name)).all()
    return show("source", known=known, hook_of=sources.hook_of)


def _check() -> Response:
    return show("check", findings=readiness.findings())


SHOWN: Mapping[str, Callable[[], Response]] = {
    "town": _town,
    "day": _day,
    "norms": _norms,
    "departments": _departments,
    "people": _people,
    "topics": _topics,
    "source": _source,
    "check": _check,
}
DONE: Mapping[str, Callable[[], Response]] = {
    "town": _look,
    "day": _set_day,
    "norms": _set_norms,
    "departments": _set_departments,
    "people": _set_people,
    "topics": _set_topics,
    "source": _look,
}
