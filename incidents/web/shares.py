"""The shares of the stages: how a norm's minutes are divided, for the town, a department or a topic. Read by press and
managers, entered by the administrator with its date; nothing here is edited in place."""

from datetime import date, datetime, time

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from incidents.flow import budgeting
from incidents.records.budgets import StageBudget
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Refused, Role
from incidents.rules.budgets import DEFAULT, Budget
from incidents.web import current, refusals

blueprint = Blueprint("shares", __name__, url_prefix="/norms/shares")

PLACES = {
    "budget_in_past": "valid_from",
    "budget_no_norm": "valid_from",
    "budget_over_norm": "department",
    "budget_owner": "for_department",
    "budget_negative": "triage",
}


def _minutes(label: object) -> IntegerField:
    return IntegerField(
        label,
        [
            InputRequired(lazy_gettext("Enter whole minutes")),
            NumberRange(min=0, max=1_000_000, message=lazy_gettext("A stage has no less than 0 minutes.")),
        ],
        render_kw={"inputmode": "numeric"},
    )


class SharesForm(FlaskForm):
    for_topic = SelectField(lazy_gettext("About the topic"), default="")
    for_department = SelectField(lazy_gettext("For the department"), default="")
    triage = _minutes(lazy_gettext("Triage, minutes"))
    department = _minutes(lazy_gettext("Department, minutes"))
    approval = _minutes(lazy_gettext("Approval, minutes"))
    publishing = _minutes(lazy_gettext("Sending out, minutes"))
    valid_from = DateField(
        lazy_gettext("In force from"),
        [InputRequired(lazy_gettext("Enter a date"))],
        description=lazy_gettext("Today or later: what was already counted is not counted anew"),
    )
    note = StringField(lazy_gettext("Which order it follows"), [Optional(), Length(max=200)])

    def offer(self, session: Session) -> None:
        """Fill the lists that depend on the town."""
        topics = session.execute(select(Topic.id, Topic.name).where(Topic.is_active).order_by(Topic.name))
        departments = session.execute(
            select(Department.id, Department.name).where(Department.is_active).order_by(Department.name)
        )
        self.for_topic.choices = [SelectChoice("", gettext("any topic")), *(SelectChoice(str(i), n) for i, n in topics)]
        self.for_department.choices = [
            SelectChoice("", gettext("any department")),
            *(SelectChoice(str(i), n) for i, n in departments),
        ]


@blueprint.get("")
def page() -> str:
    session = current.session()
    rows = session.execute(
        select(StageBudget, Topic.name, Department.name)
        .outerjoin(Topic, StageBudget.topic_id == Topic.id)
        .outerjoin(Department, StageBudget.department_id == Department.id)
        .order_by(StageBudget.valid_from.desc(), StageBudget.id.desc())
    ).all()
    return render_template(
        "shares/page.html", rows=rows, default=DEFAULT, may_change=current.person().role is Role.ADMIN, today=_today()
    )


@blueprint.get("/new")
def blank() -> Response:
    form = SharesForm(
        triage=DEFAULT.triage,
        department=DEFAULT.department,
        approval=DEFAULT.approval,
        publishing=DEFAULT.publishing,
        valid_from=_today(),
    )
    return _show(form)


@blueprint.post("")
def add() -> Response:
    form = SharesForm()
    form.offer(current.session())
    if not form.validate():
        return _show(form, 422)
    session, now = current.session(), current.now()
    topic_id = int(form.for_topic.data) if form.for_topic.data else None
    budget = Budget(
        id=0,
        term=budgeting.term_on(session, topic_id, _moment(form.valid_from.data)) or 0,
        triage=form.triage.data,
        department=form.department.data,
        approval=form.approval.data,
        publishing=form.publishing.data,
        valid_from=form.valid_from.data,
        topic_id=topic_id,
        department_id=int(form.for_department.data) if form.for_department.data else None,
    )
    try:
        by, note = current.person().actor, (form.note.data or "").strip()
        budgeting.enter(session, budget, by, now=now, today=_today(), note=note)
    except Refused as refused:
        session.rollback()
        return _show(form, refusals.beside(form, refused, PLACES))
    session.commit()
    flash(gettext("The shares are entered. Plans already given stay as they are."), "success")
    return redirect(url_for("shares.page"), 303)


def _today() -> date:
    return current.now().astimezone(current.settings().town_zone).date()


def _moment(day: date) -> datetime:
    """The moment whose norm is shared out: now, or the beginning of a day to come."""
    return max(current.now(), datetime.combine(day, time(), current.settings().town_zone))


def _show(form: SharesForm, status: int = 200) -> Response:
    form.offer(current.session())
    session = current.session()
    term = budgeting.term_on(session, None, current.now())
    return make_response(render_template("shares/new.html", form=form, term=term), status)
