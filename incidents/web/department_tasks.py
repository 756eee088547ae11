"""What waits on the department's page: decisions, what is under way, parts that are asked for.

The page draws it, and draws it anew while it is open. It costs the same however much the department has: each group is
counted, the page holds the most urgent of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import budgeting
from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.parts import Part
from incidents.records.people import Person
from incidents.rules import urgency
from incidents.rules.acts import PARTLY, Act, Role, Status
from incidents.rules.lifecycle import may
from incidents.statistics import measures
from incidents.web import access, queue_rows
from incidents.web.queue_rows import Row
from incidents.web.time_left import MINUTE, RING_STEPS, TimeLeft, time_left, whole_minutes

#: An id and the name beside it, for a field.
Choice = tuple[int, str]

#: Rows of the page; what does not fit stands in the queue.
MOST = 25
#: Decisions with their words and buttons, the most urgent ones; the others are lines that lead to their cards.
IN_FULL = 10
#: Where the department, not the press sector, has the next step.
AT_WORK = (Status.ASSIGNED, Status.IN_PROGRESS, *sorted(PARTLY))


class OwnTime(NamedTuple):
    """What is left of the department's share, as a row shows it; below nothing when it is used up."""

    tone: str
    ring: str
    #: Whole ones: rounded down while time is left, up once it is gone; none within a minute of the end.
    minutes: int
    planned_seconds: int


class Task(NamedTuple):
    """One appeal as this person sees it in this minute: all that its drawing shows, and nothing else (`drawing`)."""

    row: Row
    own: OwnTime | None
    #: Where nothing of the department's share runs: until the citizen's deadline.
    time: TimeLeft | None
    #: What moments are told by: "yesterday, 18:20".
    today: date
    #: Another department than the person's own, by name.
    elsewhere: str
    #: Given to this very person.
    is_mine: bool
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


def for_navigation(person: Person, today: date) -> Select[int] | None:
    """How many appeals wait for this department's decision, and how many parts it is asked for."""
    if not access.may(person.role, "department_desk.page"):
        return None
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    where = ((Appeal.department_id + 0).in_(sorted(person.departments)), measures.IS_OPEN)
    waits = select(func.count()).where(*where, _decides(person.id))
    asked = select(func.count()).select_from(Part).join(Part.appeal).where(*_is_asked(person.departments))
    return select((waits.scalar_subquery() + asked.scalar_subquery()).label("department"))


def tasks(session: Session, person: Person, now: datetime) -> Tasks:
    """The open appeals of this person's departments: what waits for a decision before all else, then by the own minutes
    left and the deadline. Each group is counted whole, however much of it the page holds."""
    asked = session.execute(_question(person.id, person.departments, MOST)).all()
    waiting, working, everything = asked[0][1:] if asked else (0, 0, 0)
    rows = queue_rows.these(session, [each.number for each in asked], now)
    left = budgeting.own(session, [row.number for row in rows if row.next_due_at], person.departments, now=now)
    rows.sort(key=lambda row: _urgency(row, left.get(row.number)))
    groups: dict[str, list[Task]] = {"decide": [], "work": [], "press": []}
    for row, task in zip(rows, _drawn(rows, left, person, now, town_of(session).zone), strict=True):
        groups[_group(person, row)].append(task)
    return Tasks(
        Group(groups["decide"], waiting),
        Group(groups["work"], working - waiting),
        Group(groups["press"], everything - working),
    )


@lru_cache(maxsize=64)
def _question(person_id: int, departments: frozenset[int], most: int) -> Select[int, int, int, int]:
    """The numbers in the order of the page, each with the counts of all."""
    # A sum keeps both databases to the few open appeals, away from all that ever belonged to a department.
    where = ((Appeal.department_id + 0).in_(sorted(departments)), measures.IS_OPEN)
    decides = _decides(person_id)
    counts = (measures.tally(decides), measures.tally(Appeal.status.in_(AT_WORK)), func.count())
    order = (case((decides, 0), else_=1), Appeal.next_due_at.is_(None), Appeal.next_due_at)
    return select(Appeal.number, *(each.over() for each in counts)).where(*where).order_by(*order).limit(most)


def _drawn(
    rows: Iterable[Row], left: Mapping[int, budgeting.Own], person: Person, now: datetime, zone: ZoneInfo
) -> Iterator[Task]:
    @cache
    def may_do(act: Act, status: Status, department_id: int | None) -> bool:
        return may(person.actor, act, status, department_id)

    today, is_head = now.astimezone(zone).date(), person.role is Role.HEAD
    for row in rows:
        own, due_at = left.get(row.number), row.next_due_at
        yield Task(
            row,
            _own_time(own) if own else None,
            None if own or due_at is None else time_left(due_at, now, term_seconds=row.term_seconds),
            today,
            "" if row.department_id == person.department_id else row.department or "",
            row.assignee_id == person.id,
            may_do(Act.TAKE, row.status, row.department_id),
            may_do(Act.RETURN, row.status, row.department_id),
            is_head and may_do(Act.HAND, row.status, row.department_id),
        )


def _own_time(own: budgeting.Own) -> OwnTime:
    left, planned = own.left_seconds, own.planned_seconds
    step = min(RING_STEPS, max(1, -(-left * RING_STEPS // max(planned, 1))))
    tone = "late" if left <= 0 else "soon" if left < urgency.SOON.total_seconds() else "today"
    minutes = 0 if abs(left) < MINUTE else whole_minutes(left) if left > 0 else left // MINUTE
    return OwnTime(tone, "ring-late" if left <= 0 else f"ring-{step}", minutes, planned)


def _decides(person_id: int) -> ColumnElement[bool]:
    """Waits for this person's word: given to the department or to this very person, and taken by nobody."""
    return and_(Appeal.status == Status.ASSIGNED, or_(Appeal.assignee_id.is_(None), Appeal.assignee_id == person_id))


def _group(person: Person, row: Row) -> str:
    if row.status is Status.ASSIGNED and row.assignee_id in (None, person.id):
        return "decide"
    return "work" if row.status in AT_WORK else "press"


def _urgency(row: Row, own: budgeting.Own | None) -> tuple[bool, float, float]:
    """Own minutes first; what is with others comes after, by the citizen's deadline."""
    later = row.next_due_at.timestamp() if row.next_due_at else float("inf")
    return own is None, own.left_seconds if own else 0, later


def asked(session: Session, person: Person) -> list[Part]:
    """What other departments, or the press sector, asked this person's for and have not got."""
    return list(session.scalars(_asked(person.departments)))


@lru_cache(maxsize=64)
def _asked(departments: frozenset[int]) -> Select[Part]:
    return (
        select(Part)
        .join(Part.appeal)
        .where(*_is_asked(departments))
        .options(joinedload(Part.appeal), joinedload(Part.department))
        .order_by(Part.due_at.is_(None), Part.due_at, Part.id)
        .limit(MOST)
    )


def _is_asked(departments: frozenset[int]) -> tuple[measures.Condition, ...]:
    """Asked for, not given, not excused, and the appeal is open."""
    theirs = Part.department_id.in_(sorted(departments))
    return theirs, Part.excused_at.is_(None), Part.given_at.is_(None), Part.asked_at.is_not(None), measures.IS_OPEN


def others(session: Session, person: Person) -> tuple[Choice, ...]:
    """Whose an appeal may be that is not ours."""
    known = choices.open_departments(session)
    return tuple((each.id, each.name) for each in known if each.id != person.department_id)


def colleagues(session: Session, person: Person) -> Mapping[int, tuple[Choice, ...]]:
    """Whom a head may give an appeal to, by the department it lies with: everybody else of that one, by name."""
    if person.role is not Role.HEAD:
        return {}
    found: dict[int, tuple[Choice, ...]] = {}
    for each in choices.people(session).values():
        theirs = each.actor.department_id
        if each.is_active and each.id != person.id and theirs in person.departments:
            found[theirs] = (*found.get(theirs, ()), (each.id, each.name))
    return found
