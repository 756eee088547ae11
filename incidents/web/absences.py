"""Absences: one's own; for a head those of the department, for the administrator everybody's."""

from datetime import date

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from incidents.flow import absences
from incidents.records.notices import Absence
from incidents.records.people import Person
from incidents.rules.acts import Refused
from incidents.web import addresses, current, refusals

blueprint = Blueprint("absences", __name__, url_prefix="/absences")

PLACES = {
    "absence_backwards": "to_on",
    "absence_over": "to_on",
    "absence_too_long": "to_on",
    "substitute_unfit": "substitute",
}


class AbsenceForm(FlaskForm):
    person = SelectField(lazy_gettext("Who is away"), coerce=int)
    from_on = DateField(lazy_gettext("From"), [InputRequired(lazy_gettext("Enter the first day"))])
    to_on = DateField(lazy_gettext("To, this day included"), [InputRequired(lazy_gettext("Enter the last day"))])
    substitute = SelectField(
        lazy_gettext("Told instead"),
        default="",
        description=lazy_gettext("A colleague of the same department, or the press sector"),
    )
    note = StringField(lazy_gettext("Note"), [Length(max=120)], description=lazy_gettext("For colleagues. No illness"))


@blueprint.get("")
def page() -> Response:
    chosen = _chosen(request.args.get("person", type=addresses.number)) or current.person()
    today = absences.today_in(current.session(), current.now())
    return _show(_form(chosen, from_on=today, to_on=today), chosen)


@blueprint.post("")
def add() -> Response:
    asked = request.form.get("person", type=addresses.number)
    person = _chosen(asked)
    if person is None:
        abort(404)
    form = _form(person)
    if not form.validate():
        return _show(form, person, 422)
    session = current.session()
    try:
        absences.enter(
            session,
            person,
            current.person().actor,
            now=current.now(),
            from_on=form.from_on.data or date.min,
            to_on=form.to_on.data or date.min,
            substitute=session.get(Person, int(form.substitute.data)) if form.substitute.data else None,
            note=form.note.data or "",
        )
    except Refused as refused:
        session.rollback()
        return _show(form, person, refusals.beside(form, refused, PLACES))
    session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("absences.page"), 303)


@blueprint.post("/<int:absence_id>/end")
def end(absence_id: int) -> Response:
    session = current.session()
    absence = session.get(Absence, absence_id)
    if absence is None or not absences.may_enter(current.person(), absence.person):
        abort(404)
    try:
        absences.end(session, absence, current.person().actor, now=current.now())
    except Refused as refused:
        session.rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        session.commit()
        flash(gettext("The absence is ended."), "success")
    return redirect(url_for("absences.page"), 303)


def _chosen(person_id: int | None) -> Person | None:
    """The person of this number, if this one may enter their absence."""
    person = current.session().get(Person, person_id) if person_id and 0 < person_id < 2**31 else None
    return person if person is not None and absences.may_enter(current.person(), person) else None


def _form(person: Person, **values: date) -> AbsenceForm:
    """The form for one person: who may stand in depends on who is away."""
    form = AbsenceForm(person=person.id, **values)
    session = current.session()
    people = {each.id: each for each in [*absences.people_of(session, current.person()), person]}
    form.person.choices = [SelectChoice(each.id, each.name) for each in people.values()]
    others = absences.substitutes_for(session, person)
    form.substitute.choices = [
        SelectChoice("", gettext("nobody")),
        *(SelectChoice(str(other.id), other.name) for other in others),
    ]
    return form


def _show(form: AbsenceForm, person: Person, status: int = 200) -> Response:
    session, today = current.session(), absences.today_in(current.session(), current.now())
    ids = [choice.value for choice in form.person.choices]
    body = render_template(
        "absences/page.html", form=form, chosen=person, entered=absences.of(session, ids, today), today=today
    )
    return make_response(body, status)
