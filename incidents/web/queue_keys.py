"""Where a page of a list begins: after the key of the last row of the page before it.

No page counts or walks the rows before it. The parts of the open list's order that change with time (overdue, soon) are
no part of the key, so nothing is shown twice or left out while somebody reads.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from incidents.records.appeals import Appeal
from incidents.web.filters import Condition


@dataclass(frozen=True)
class Key:
    """`others` is 1 for what waits for others; `at` the deadline that presses (open list) or the arrival (history)."""

    others: int
    at: datetime | None
    number: int

    def __str__(self) -> str:
        return f"{self.others}_{self.at.isoformat() if self.at else ''}_{self.number}"


def read(written: str) -> Key | None:
    """The key in an address; None where there is none, or none of ours."""
    others, _, rest = written.partition("_")
    at, _, number = rest.rpartition("_")
    if others not in ("0", "1") or not (number.isdecimal() and len(number) <= 18):
        return None
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        return None
    return None if moment is not None and moment.tzinfo is None else Key(int(others), moment, int(number))


def by_time_left(query: Select[Any], waits: ColumnElement[int], after: Key | None) -> Select[Any]:
    """The open list: by deadline, without a deadline later, what waits for others last."""
    query = query.order_by(waits, Appeal.next_due_at.is_(None), Appeal.next_due_at, Appeal.number)
    return query if after is None else query.where(or_(waits > after.others, and_(waits == after.others, _due(after))))


def by_arrival(query: Select[Any], after: Key | None) -> Select[Any]:
    """The history: newest first."""
    query = query.order_by(Appeal.received_at.desc(), Appeal.number.desc())
    if after is None or after.at is None:
        return query
    is_older = Appeal.received_at < after.at
    return query.where(or_(is_older, and_(Appeal.received_at == after.at, Appeal.number < after.number)))


def _due(after: Key) -> Condition:
    if after.at is None:
        return and_(Appeal.next_due_at.is_(None), Appeal.number > after.number)
    is_later = or_(Appeal.next_due_at.is_(None), Appeal.next_due_at > after.at)
    return or_(is_later, and_(Appeal.next_due_at == after.at, Appeal.number > after.number))
