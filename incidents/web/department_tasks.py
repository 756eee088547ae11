"""What waits on the department's page: decisions, what is under way, parts that are asked for, texts to agree to.

The page draws it, and draws it anew while it is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from incidents.flow import budgeting, checking
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.parts import Part
from incidents.records.people import Department, Person
from incidents.rules.acts import PARTLY, Act, Role, Status
from incidents.rules.lifecycle import may
from incidents.settings import Settings
from incidents.statistics import measures
from incidents.web import access, approval_texts, queue_rows
from incidents.web.answer_words import Remark, remarks_on
from incidents.web.queue_rows import Row

#: Rows of the page; what does not fit stands in the queue.
MOST = 40
#: Decisions with their words and buttons, the most urgent ones; the others are lines that lead to their cards.
IN_FULL = 10
#: Texts to agree to, shown in full; the others stand on their own page.
MOST_TEXTS = 3
#: Where the department, not the press sector, has the next step.
AT_WORK = (Status.ASSIGNED, Status.IN_PROGRESS, *sorted(PARTLY))


@dataclass(frozen=True)
class Task:
    """One appeal: the row, what is left of the department's share, and which buttons this person has."""

    row: Row
    own: budgeting.Own | None
    may_take: bool
    may_return: bool
    may_give: bool


@dataclass(frozen=True)
class Group:
    """What stands under one heading of the page, and how much of it there is in all."""

    tasks: Sequence[Task]
    count: int


@dataclass(frozen=True)
class Tasks:
    """The department's open appeals: what waits for a decision, what is being worked on, what is with the press sector."""

    decide: Group
    work: Group
    press: Group

    @property
    def is_more(self) -> bool:
        return any(len(each.tasks) < each.count for each in (self.decide, self.work, self.press))


@dataclass(frozen=True)
class ToAgree:
    """One text of the department that waits for its head's word, with what the check finds in it."""

    text: approval_texts.Text
    remarks: Sequence[Remark]


def for_navigation(person: Person, today: date) -> Select[int] | None:
    """How many appeals wait for this department's decision, and how many parts it is asked for."""
    if not access.may(person.role, "department_desk.page"):
        return None
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    where = ((Appeal.department_id + 0).in_(sorted(person.departments)), measures.IS_OPEN)
    waits = select(func.count()).where(*where, _decides(person))
    asked = select(func.count()).select_from(Part).join(Part.appeal).where(*_is_asked(person))
    return select((waits.scalar_subquery() + asked.scalar_subquery()).label("department"))


def tasks(session: Session, person: Person, now: datetime) -> Tasks:
    """The open appeals of this person's departments: what waits for a decision before all else, then by the own minutes
    left and the deadline. Each group is counted whole, however much of it the page holds."""
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    where = ((Appeal.department_id + 0).in_(sorted(person.departments)), measures.IS_OPEN)
    decides, at_work = _decides(person), Appeal.status.in_(AT_WORK)
    counted = select(measures.tally(decides), measures.tally(at_work), func.count()).select_from(Appeal).where(*where)
    waiting, working, everything = session.execute(counted).one()
    order = (case((decides, 0), else_=1), Appeal.next_due_at.is_(None), Appeal.next_due_at)
    numbers = session.scalars(select(Appeal.number).where(*where).order_by(*order).limit(MOST)).all()
    rows = queue_rows.these(session, numbers, now)
    left = budgeting.own(session, [row.number for row in rows if row.next_due_at], person.departments, now=now)
    found = [
        Task(
            row,
            left.get(row.number),
            may(person.actor, Act.TAKE, row.status, row.department_id),
            may(person.actor, Act.RETURN, row.status, row.department_id),
            person.role is Role.HEAD and may(person.actor, Act.HAND, row.status, row.department_id),
        )
        for row in rows
    ]
    found.sort(key=_urgency)
    groups: dict[str, list[Task]] = {"decide": [], "work": [], "press": []}
    for task in found:
        groups[_group(person, task.row)].append(task)
    return Tasks(
        Group(groups["decide"], waiting),
        Group(groups["work"], working - waiting),
        Group(groups["press"], everything - working),
    )


def _decides(person: Person) -> ColumnElement[bool]:
    """Waits for this person's word: given to the department or to this very person, and taken by nobody."""
    return and_(Appeal.status == Status.ASSIGNED, or_(Appeal.assignee_id.is_(None), Appeal.assignee_id == person.id))


def _group(person: Person, row: Row) -> str:
    if row.status is Status.ASSIGNED and row.assignee_id in (None, person.id):
        return "decide"
    return "work" if row.status in AT_WORK else "press"


def _urgency(task: Task) -> tuple[bool, float, float]:
    """Own minutes first; what is with others comes after, by the citizen's deadline."""
    due = task.row.next_due_at
    later = due.timestamp() if due else float("inf")
    return task.own is None, task.own.left_seconds if task.own else 0, later


def asked(session: Session, person: Person) -> list[Part]:
    """What other departments, or the press sector, asked this person's for and have not got."""
    query = (
        select(Part)
        .join(Part.appeal)
        .where(*_is_asked(person))
        .options(joinedload(Part.appeal), joinedload(Part.department))
        .order_by(Part.due_at.is_(None), Part.due_at, Part.id)
        .limit(MOST)
    )
    return list(session.scalars(query))


def _is_asked(person: Person) -> tuple[measures.Condition, ...]:
    """Asked for, not given, not excused, and the appeal is open."""
    theirs = Part.department_id.in_(sorted(person.departments))
    return theirs, Part.excused_at.is_(None), Part.given_at.is_(None), Part.asked_at.is_not(None), measures.IS_OPEN


def others(session: Session, person: Person) -> list[Department]:
    """Whose an appeal may be that is not ours."""
    query = select(Department).where(Department.is_active, Department.id != person.department_id)
    return list(session.scalars(query.order_by(Department.name)))


def colleagues(session: Session, person: Person) -> list[Person]:
    """Whom a head may give an appeal to: everybody of the own department and of those under it, by name."""
    if person.role is not Role.HEAD:
        return []
    theirs = Person.department_id.in_(sorted(person.departments))
    query = select(Person).where(Person.is_active, theirs, Person.id != person.id)
    return list(session.scalars(query.order_by(Person.name)))


def to_agree(session: Session, person: Person, settings: Settings, now: datetime) -> tuple[list[ToAgree], int]:
    """Texts that wait for this head's agreement, where the town asks for it: the nearest deadlines, and how many in all."""
    if person.role is not Role.HEAD or settings.four_eyes != "head_then_press":
        return [], 0
    wanted = (
        measures.IS_OPEN,
        Appeal.status == Status.ON_APPROVAL,
        Answer.state == AnswerState.ON_APPROVAL,
        Appeal.department_id.in_(sorted(person.departments)),
        Answer.endorsed_version.is_distinct_from(Answer.version),
    )
    count = session.scalar(select(func.count()).select_from(Answer).join(Answer.appeal).where(*wanted)) or 0
    appeal = contains_eager(Answer.appeal)
    query = (
        select(Answer)
        .join(Answer.appeal)
        .where(*wanted)
        .order_by(Appeal.next_due_at.is_(None), Appeal.next_due_at, Appeal.number)
        .limit(MOST_TEXTS)
        .options(appeal.joinedload(Appeal.department), appeal.joinedload(Appeal.author), appeal.joinedload(Appeal.norm))
        .options(appeal.selectinload(Appeal.messages))
    )
    answers = list(session.scalars(query)) if count else []
    texts = approval_texts.read(session, answers, person, settings, now)
    findings = checking.check_all(session, answers, now=now)
    return [ToAgree(texts[each.id], remarks_on(each.text, findings.get(each.id, ()))) for each in answers], count
