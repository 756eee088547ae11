"""The department's page, where a head or responder begins: what waits for a decision, by the own minutes that are left.

Two buttons a row, take and "not ours"; beside them what is in work, what was asked of the department, how its last texts
were published, and the figures of its month. The acts post to the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask_babel import format_date
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import budgeting, own_month
from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.parts import Part
from incidents.records.people import Department, Person
from incidents.rules.acts import PARTLY, Act, Role, Status
from incidents.rules.lifecycle import may
from incidents.statistics import measures
from incidents.web import access, current, differing, filters, queue_rows
from incidents.web.queue_rows import Row

blueprint = Blueprint("department_desk", __name__, url_prefix="/department")

#: Rows of the page; what does not fit stands in the queue.
MOST = 40
#: Texts shown as they were published.
PUBLISHED = 3
#: Lines of a list behind a figure.
LISTED = 200
LISTS = ("texts", "returned")


@dataclass(frozen=True)
class Task:
    """One appeal: the row, what is left of the department's share, and which of the two buttons this person has."""

    row: Row
    own: budgeting.Own | None
    may_take: bool
    may_return: bool


@dataclass(frozen=True)
class Published:
    """A text of the department beside what the citizen saw."""

    number: int
    at: datetime
    written: str
    changes: Markup
    is_same: bool


@blueprint.get("")
def page() -> str:
    session, person, now = current.session(), current.person(), current.now()
    tasks, is_more = _tasks(session, person, now)
    month = own_month.read(session, person.departments, _month_begins(now), now=now)
    return render_template(
        "department/page.html",
        department=person.department,
        month_name=format_date(now.astimezone(current.settings().town_zone), "LLLL"),
        groups=_grouped(tasks, person),
        is_more=is_more,
        asked=_asked(session, person),
        departments=_others(session, person),
        month=month,
        received=_received(session, person, now),
        open_now=_open(session, person),
        published=_published(session, person, now),
        to_agree=_to_agree(session, person),
        queue_of_month=url_for("queue.page", **_of_month(now).args()),
    )


@blueprint.get("/<what>")
def behind(what: str) -> str:
    """The list behind a figure of the month."""
    if what not in LISTS:
        abort(404)
    session, person, now = current.session(), current.person(), current.now()
    month = own_month.read(session, person.departments, _month_begins(now), now=now)
    lines: Sequence[Any] = month.done if what == "texts" else month.returned
    numbers = [each.number for each in lines[:LISTED]]
    seen = select(Appeal.number).where(Appeal.number.in_(numbers), *filters.visible(person))
    return render_template(
        "department/list.html", what=what, lines=lines[:LISTED], total=len(lines), seen=set(session.scalars(seen))
    )


def for_navigation(session: Session, person: Person, now: datetime) -> dict[str, int]:
    """How many appeals wait for this department's decision."""
    if not access.may(person.role, "department_desk.page"):
        return {}
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    where = ((Appeal.department_id + 0).in_(sorted(person.departments)), measures.IS_OPEN)
    waits = (Appeal.status == Status.ASSIGNED, Appeal.assignee_id.is_(None))
    return {"department": session.scalar(select(func.count()).where(*where, *waits)) or 0}


def _tasks(session: Session, person: Person, now: datetime) -> tuple[list[Task], bool]:
    """The open appeals of this person's departments by the own minutes left, then by the deadline."""
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    own = (Appeal.department_id + 0).in_(sorted(person.departments))
    query = (
        select(Appeal.number).where(own, measures.IS_OPEN).order_by(Appeal.next_due_at.is_(None), Appeal.next_due_at)
    )
    numbers = session.scalars(query.limit(MOST + 1)).all()
    rows = queue_rows.these(session, numbers[:MOST], [], now)
    left = budgeting.own(session, [row.number for row in rows if row.next_due_at], person.departments, now=now)
    tasks = [
        Task(
            row,
            left.get(row.number),
            may(person.actor, Act.TAKE, row.status, row.department_id),
            may(person.actor, Act.RETURN, row.status, row.department_id),
        )
        for row in rows
    ]
    return sorted(tasks, key=_urgency), len(numbers) > MOST


def _urgency(task: Task) -> tuple[bool, float, float]:
    """Own minutes first; what is with others comes after, by the citizen's deadline."""
    due = task.row.next_due_at
    later = due.timestamp() if due else float("inf")
    return task.own is None, task.own.left_seconds if task.own else 0, later


def _grouped(tasks: list[Task], person: Person) -> dict[str, list[Task]]:
    groups: dict[str, list[Task]] = {"decide": [], "work": [], "press": []}
    for task in tasks:
        status, whose = task.row.status, task.row.assignee_id
        if status is Status.ASSIGNED and whose in (None, person.id):
            groups["decide"].append(task)
        elif status in (Status.ASSIGNED, Status.IN_PROGRESS):
            groups["work"].append(task)
        else:
            groups["press" if status not in PARTLY else "work"].append(task)
    return groups


def _asked(session: Session, person: Person) -> list[Part]:
    """What other departments, or the press sector, asked this person's for and have not got."""
    query = (
        select(Part)
        .where(Part.department_id.in_(sorted(person.departments)), Part.excused_at.is_(None), Part.given_at.is_(None))
        .where(Part.asked_at.is_not(None))
        .join(Appeal, Appeal.number == Part.appeal_number)
        .where(measures.IS_OPEN)
        .options(joinedload(Part.appeal), joinedload(Part.department))
        .order_by(Part.due_at.is_(None), Part.due_at, Part.id)
        .limit(MOST)
    )
    return list(session.scalars(query))


def _others(session: Session, person: Person) -> list[Department]:
    """Whose an appeal may be that is not ours."""
    query = select(Department).where(Department.is_active, Department.id != person.department_id)
    return list(session.scalars(query.order_by(Department.name)))


def _of_month(now: datetime) -> filters.Filter:
    here = now.astimezone(current.settings().town_zone)
    return filters.read({"status": "all", "year": str(here.year), "month": str(here.month)})


def _received(session: Session, person: Person, now: datetime) -> int:
    """As the queue lists them: the figure is counted by the very filter that it leads to."""
    where = filters.conditions(_of_month(now), person, now, current.settings().town_zone)
    return session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0


def _open(session: Session, person: Person) -> int:
    where = (*filters.visible(person), measures.IS_OPEN)
    return session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0


def _to_agree(session: Session, person: Person) -> int:
    """Texts that wait for this head's agreement, where the town asks for it."""
    if person.role is not Role.HEAD or current.settings().four_eyes != "head_then_press":
        return 0
    query = (
        select(func.count())
        .select_from(Answer)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(measures.IS_OPEN, Appeal.status == Status.ON_APPROVAL, Answer.state == AnswerState.ON_APPROVAL)
        .where(Appeal.department_id.in_(sorted(person.departments)))
        .where(Answer.endorsed_version.is_distinct_from(Answer.version))
    )
    return session.scalar(query) or 0


def _published(session: Session, person: Person, now: datetime) -> list[Published]:
    """The last texts of the department beside what was published."""
    answers = (
        select(Answer.id, Answer.appeal_number, Answer.text, Answer.published_at)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(Appeal.department_id.in_(sorted(person.departments)), Appeal.received_at >= _month_begins(now))
        .where(Answer.state == AnswerState.PUBLISHED, Answer.text != "", Answer.published_at.is_not(None))
        .order_by(Answer.published_at.desc())
        .limit(PUBLISHED)
    )
    found = session.execute(answers).all()
    written = _written(session, [row.id for row in found], [row.appeal_number for row in found], person)
    return [
        Published(
            row.appeal_number,
            row.published_at,
            text,
            differing.merged(text, row.text),
            text.split() == row.text.split(),
        )
        for row in found
        if (text := written.get(row.id) or written.get(-row.appeal_number))
    ]


def _written(session: Session, answers: list[int], numbers: list[int], person: Person) -> dict[int, str]:
    """The department's last wording by answer, and its substance by appeal (with a minus): what there is of the two."""
    if not answers:
        return {}
    departments = sorted(person.departments)
    versions = (
        select(AnswerVersion.answer_id, AnswerVersion.text)
        .join(Person, Person.id == AnswerVersion.person_id)
        .where(AnswerVersion.answer_id.in_(answers), Person.department_id.in_(departments))
        .order_by(AnswerVersion.version)
    )
    parts = select(Part.appeal_number, Part.text).where(
        Part.appeal_number.in_(numbers), Part.department_id.in_(departments), Part.given_at.is_not(None)
    )
    substance = {-number: text for number, text in session.execute(parts)}
    return {**substance, **{answer: text for answer, text in session.execute(versions)}}  # noqa: C416 - rows, not pairs


def _month_begins(now: datetime) -> datetime:
    here = now.astimezone(current.settings().town_zone)
    return here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
