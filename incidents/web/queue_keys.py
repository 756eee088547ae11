"""Where a page of a list begins: after the key of the last row of the page before it.

No page counts or walks the rows before it. What was overdue, and so stands first, is settled by the moment of the first
page, which every key carries on: nothing is shown twice or left out while somebody reads and time passes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from incidents.records.appeals import Appeal
from incidents.web import queue_order

#: Seconds of the year 9999: no moment of ours lies behind it.
_LAST_MOMENT = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Place:
    """Of the last row of a page of the open list: its rank, its moment, its number; `as_of` is when the list began."""

    rank: int
    at: int
    number: int
    as_of: int

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.as_of, UTC)

    def __str__(self) -> str:
        return f"{self.rank}_{self.at}_{self.number}_{self.as_of}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """The last row of a page of the history."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.number}"


def read_place(written: str) -> Place | None:
    """The place in an address; None where there is none, or none of ours."""
    parts = written.split("_")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts):
        return None
    place = Place(*map(int, parts))
    return place if place.rank in queue_order.RANKS and place.as_of <= _LAST_MOMENT else None


def read_arrival(written: str) -> Arrival | None:
    """The same for the history."""
    at, _, number = written.partition("_")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if moment.tzinfo is None else Arrival(moment, int(number))


def by_time_left(query: Select[Any], place: Place | None, as_of: Any) -> Select[Any]:
    """The open list: overdue, then by the time really left, without a deadline later, what waits for others last.

    Adds rank and moment of each row, as of the moment by which the list is ordered, to its columns.
    """
    rank, at = queue_order.rank(as_of), queue_order.moment(as_of)
    query = query.add_columns(rank.label("rank"), at.label("at")).order_by(rank, at, Appeal.number)
    return query if place is None else query.where(_after(place, rank, at))


def by_arrival(query: Select[Any], after: Arrival | None) -> Select[Any]:
    """The history: newest first."""
    query = query.order_by(Appeal.received_at.desc(), Appeal.number.desc())
    if after is None:
        return query
    is_older = Appeal.received_at < after.at
    return query.where(or_(is_older, and_(Appeal.received_at == after.at, Appeal.number < after.number)))


def _after(place: Place, rank: ColumnElement[int], at: ColumnElement[int]) -> ColumnElement[bool]:
    is_later = or_(at > place.at, and_(at == place.at, Appeal.number > place.number))
    return or_(rank > place.rank, and_(rank == place.rank, is_later))
