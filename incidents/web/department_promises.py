"""What the department promised: what falls due this week, and how the promises of its month were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Date, Select, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from incidents.records.people import Person
from incidents.records.promises import Promise
from incidents.statistics import promises as figures
from incidents.web import promise_rows

#: What falls due within so many days stands on the page, so many of it at most.
AHEAD, SHOWN = timedelta(days=7), 5


@dataclass(frozen=True)
class Promises:
    """Those of a month whose day is over or that were kept, and what is owed next."""

    kept: int
    broken: int
    coming: Sequence[promise_rows.Row]

    @property
    def settled(self) -> int:
        return self.kept + self.broken


def read(session: Session, person: Person, today: date) -> Promises:
    """Two questions, by the index of a department's promised days and by that of what is owed."""
    first, last = _month(today)
    rows = figures.by_department(session, first, last, today, _theirs(person.departments))
    found = session.scalars(_coming(person.departments), {"until": today + AHEAD})
    coming = [promise_rows.describe(each, today) for each in found]
    return Promises(sum(row.kept for row in rows), sum(row.broken for row in rows), coming)


# Questions are written once for all of a department: only the days in them differ.
@lru_cache(maxsize=64)
def _theirs(departments: frozenset[int]) -> ColumnElement[bool]:
    return Promise.department_id.in_(sorted(departments))


@lru_cache(maxsize=64)
def _coming(departments: frozenset[int]) -> Select[Promise]:
    return (
        select(Promise)
        .where(figures.OWED, _theirs(departments), Promise.due_on <= bindparam("until", type_=Date()))
        .options(joinedload(Promise.appeal), joinedload(Promise.answer))
        .order_by(Promise.due_on, Promise.id)
        .limit(SHOWN)
    )


def of_month(session: Session, person: Person, today: date) -> list[promise_rows.Row]:
    """The promises behind the figure, the latest day first."""
    query = (
        select(Promise)
        .where(
            _theirs(person.departments),
            Promise.due_on.between(*_month(today)),
            or_(figures.KEPT, figures.broken(today)),
        )
        .options(joinedload(Promise.appeal), joinedload(Promise.answer))
        .order_by(Promise.due_on.desc(), Promise.id.desc())
    )
    return [promise_rows.describe(each, today) for each in session.scalars(query)]


def _month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
