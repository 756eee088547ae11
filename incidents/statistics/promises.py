"""What the figures of promises mean: owed, kept, broken; and how many of each a department has.

A promise is counted by the day that was promised. Kept is what was done by that day; broken is what was not, whether it
was done later or is still owed. What was moved in public or dropped with a reason is neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.promises import IS_OWED, Promise
from incidents.rules.promise_clock import PromiseState
from incidents.statistics import measures

Condition = ColumnElement[bool]

#: The very words of the partial index.
OWED: Condition = literal_column(f"(promises.{IS_OWED})")
KEPT: Condition = and_(Promise.state == PromiseState.KEPT, Promise.kept_on <= Promise.due_on)


def broken(today: Any) -> Condition:
    """The promised day was over before it was done (`rules.promise_clock.is_broken`)."""
    late = and_(Promise.state == PromiseState.KEPT, Promise.kept_on > Promise.due_on)
    return or_(late, and_(Promise.state == PromiseState.OPEN, Promise.due_on < today))


@dataclass(frozen=True, slots=True)
class Row:
    """The promises of one department (None: of nobody's) that fell due in a period."""

    department_id: int | None
    name: str
    kept: int
    broken: int
    owed: int


def by_department(session: Session, first: date, last: date, today: date, *conditions: Condition) -> Sequence[Row]:
    """Kept, broken and still to come by department, the most broken first; days of both ends included."""
    given = {"first": first, "last": last, "today": today}
    rows = (Row(*row) for row in session.connection().execute(_by_department(conditions), given))
    return sorted(rows, key=lambda row: (-row.broken, -row.kept, row.name))


# Written once for everybody who sees the same: only the days in it differ.
@lru_cache(maxsize=64)
def _by_department(conditions: tuple[Condition, ...]) -> Any:
    first, last, today = (bindparam(name, type_=Date()) for name in ("first", "last", "today"))
    owed = and_(Promise.state == PromiseState.OPEN, Promise.due_on >= today)
    return (
        select(
            Promise.department_id,
            func.coalesce(Department.name, literal_column("''")),
            measures.tally(KEPT),
            measures.tally(broken(today)),
            measures.tally(owed),
        )
        .join(Appeal, Appeal.number == Promise.appeal_number)
        .outerjoin(Department, Department.id == Promise.department_id)
        .where(Promise.due_on.between(first, last), *conditions)
        .group_by(Promise.department_id, Department.name)
    )


def counting_owed(today: date, *conditions: Condition) -> Select[int, int]:
    """How many promises are owed, and how many of them should have been kept by now: columns `owed` and `promises`."""
    return (
        select(func.count().label("owed"), measures.tally(Promise.due_on < today).label("promises"))
        .join(Appeal, Appeal.number == Promise.appeal_number)
        .where(OWED, *conditions)
    )
