"""What a manager must know now: what is open, late, soon due, oldest; who has it; what the town writes about today.

By the definitions of `measures`, in four statements over the open appeals and the last eight days, however many appeals lie
finished behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.records.topics import Topic
from incidents.rules import growing
from incidents.statistics import edges, measures, topics_today
from incidents.statistics.present import PRESENT
from incidents.statistics.topics_today import TopicToday

#: Days of the share that stands beside today's: of most departments one day says too little.
WEEK = 7


@dataclass(frozen=True, slots=True)
class Oldest:
    """The open appeal that waits longest for its first answer."""

    number: int
    received_at: datetime
    topic: str | None
    address: str | None


class _Shares:
    """The shares of what was answered today and in a week, of a department and of the town."""

    __slots__ = ()
    in_time: int
    cases: int
    week_in_time: int
    week_cases: int

    @property
    def rate(self) -> float | None:
        """Today's answers in time, in percent; None where too few had a deadline to say."""
        return measures.rate(self.in_time, self.cases)

    @property
    def week_rate(self) -> float | None:
        """The week's answers in time, in percent."""
        return measures.rate(self.week_in_time, self.week_cases)


@dataclass(frozen=True, slots=True)
class Line(_Shares):
    """One department now; `key` and `name` are empty for what lies with nobody. Answers are today's and the week's."""

    key: str
    name: str
    open: int
    overdue_now: int
    due_soon: int
    answered: int
    in_time: int
    #: Of the answered, those that had a deadline.
    cases: int
    #: The same of the last seven days, today included.
    week_in_time: int
    week_cases: int


@dataclass(frozen=True, slots=True)
class Board(_Shares):
    """Everything of the page, as it stands at `now`."""

    now: datetime
    today: date
    open: int
    overdue_now: int
    due_soon: int
    #: Late now after the first answer was given: the final one or a promise; the answer to what the citizen wrote since.
    overdue_final_now: int
    overdue_next_now: int
    #: The deadline that passed first of those overdue.
    longest_due_at: datetime | None
    oldest: Oldest | None
    answered: int
    in_time: int
    cases: int
    week_in_time: int
    week_cases: int
    departments: tuple[Line, ...]
    topics: tuple[TopicToday, ...]

    @property
    def unusual(self) -> TopicToday | None:
        """The topic that makes this day heavier than usual."""
        heavy = [topic for topic in self.topics if growing.is_unusual(topic.today, topic.average)]
        return max(heavy, key=lambda topic: topic.today, default=None)


def read(session: Session, zone: ZoneInfo, now: datetime) -> Board:
    """The board at `now` (aware); today is the town's date of it."""
    today = now.astimezone(zone).date()
    waiting = _open(session, now)
    answered = _answered(session, today, zone, now)
    names = choices.departments(session)
    lines = [_line(key, names, waiting.get(key), answered.get(key)) for key in waiting.keys() | answered.keys()]
    due = [row.first_overdue_at for row in waiting.values() if row.first_overdue_at]
    return Board(
        now=now,
        today=today,
        open=sum(line.open for line in lines),
        overdue_now=sum(line.overdue_now for line in lines),
        due_soon=sum(line.due_soon for line in lines),
        overdue_final_now=sum(row.overdue_final_now for row in waiting.values()),
        overdue_next_now=sum(row.overdue_next_now for row in waiting.values()),
        longest_due_at=min(due, default=None),
        oldest=_oldest(session, min((row.oldest_at for row in waiting.values() if row.oldest_at), default=None)),
        answered=sum(line.answered for line in lines),
        in_time=sum(line.in_time for line in lines),
        cases=sum(line.cases for line in lines),
        week_in_time=sum(line.week_in_time for line in lines),
        week_cases=sum(line.week_cases for line in lines),
        departments=tuple(sorted(lines, key=lambda line: (-line.overdue_now, -line.open, line.name))),
        topics=topics_today.read(session, today, zone),
    )


def _open(session: Session, now: datetime) -> dict[int | None, Any]:
    given = {"now": now, "soon": now + measures.SOON}
    return {row.department_id: row for row in session.connection().execute(_of_open(), given)}


@cache
def _of_open() -> Select[*tuple[Any, ...]]:
    """What lies with each department; the partial index of the open appeals answers."""
    overdue = measures.condition("overdue_now", PRESENT)
    first_overdue: ColumnElement[datetime | None] = func.min(Appeal.due_at).filter(overdue)
    oldest: Any = func.min(Appeal.received_at).filter(Appeal.answered_at.is_(None))
    # A sum: grouped by the bare column SQLite would walk all that ever lay with a department, in the order of that index.
    department = (Appeal.department_id + 0).label("department_id")
    query = select(
        department,
        *measures.counting(PRESENT, "open", "overdue_now", "due_soon", "overdue_final_now", "overdue_next_now"),
        first_overdue.label("first_overdue_at"),
        oldest.label("oldest_at"),
    ).where(measures.IS_OPEN)
    return query.group_by(department)


def _answered(session: Session, today: date, zone: ZoneInfo, now: datetime) -> dict[int | None, Any]:
    begun, _ = edges.of_day(today, zone)
    first, after = edges.of_days(today, WEEK, zone)
    given = {"now": now, "begun": begun, "first": first, "after": after}
    return {row.department_id: row for row in session.connection().execute(_of_answered(), given)}


@cache
def _of_answered() -> Select[*tuple[Any, ...]]:
    """What each department's appeals were answered today and in the week, and how many of them in time."""
    begun, first, after = (bindparam(name, type_=UTCDateTime()) for name in ("begun", "first", "after"))
    is_today, has_verdict = Appeal.answered_at >= begun, Appeal.due_at.is_not(None)
    in_time = measures.condition("in_time", PRESENT)
    query = select(
        Appeal.department_id,
        measures.tally(is_today).label("answered"),
        measures.tally(and_(is_today, in_time)).label("in_time"),
        measures.tally(and_(is_today, has_verdict)).label("cases"),
        measures.tally(in_time).label("week_in_time"),
        measures.tally(has_verdict).label("week_cases"),
    ).where(measures.answered_within(first, after), measures.condition("answered", PRESENT))
    return query.group_by(Appeal.department_id)


def _line(key: int | None, names: Mapping[int, choices.DepartmentName], waiting: Any, answered: Any) -> Line:
    return Line(
        key="" if key is None else str(key),
        name="" if key is None else names[key].name,
        open=waiting.open if waiting else 0,
        overdue_now=waiting.overdue_now if waiting else 0,
        due_soon=waiting.due_soon if waiting else 0,
        answered=answered.answered if answered else 0,
        in_time=answered.in_time if answered else 0,
        cases=answered.cases if answered else 0,
        week_in_time=answered.week_in_time if answered else 0,
        week_cases=answered.week_cases if answered else 0,
    )


def _oldest(session: Session, received_at: datetime | None) -> Oldest | None:
    """The open appeal that came at that moment and has no answer. Asked for by its moment: in the order of arrival SQLite
    would pass all that lies finished before it."""
    if received_at is None:
        return None
    query = (
        select(Appeal.number, Appeal.received_at, Topic.name, Appeal.address)
        .outerjoin(Topic, Topic.id == Appeal.topic_id)
        .where(Appeal.received_at == received_at, measures.IS_OPEN, Appeal.answered_at.is_(None))
        .order_by(Appeal.number)
        .limit(1)
    )
    row = session.execute(query).first()
    return Oldest(*row) if row else None
