"""Which appeals stand on a page of a list, in their order.

The open list goes by the time left, with what waits for others at its end; the history by arrival, newest first. A page
begins after the key of the last row of the page before it, so no page costs more than the first.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.web import filters, queue_keys, queue_rows
from incidents.web.filters import Filter, Sight
from incidents.web.queue_counts import Place
from incidents.web.queue_order import NOW
from incidents.web.queue_rows import Row

PAGE = 50


def first(session: Session, known: Sequence[Place], now: datetime) -> tuple[list[Row], str]:
    """The first page of the open list, whose appeals came with its figures (`queue_counts.read`), one more than it holds;
    and the key after which the next page begins (empty: this was the last)."""
    return _open(session, known, now, now)


def page(
    session: Session, person: Person, asked: Filter, now: datetime, zone: ZoneInfo, after: str
) -> tuple[list[Row], str]:
    """The same for a page of the history, or a later one of the open list."""
    # The order is settled on numbers alone: joining and sorting whole rows would be done for every open appeal.
    query = select(Appeal.number).where(*filters.conditions(asked, person, now, zone)).limit(PAGE + 1)
    if asked.is_history:
        query = queue_keys.by_arrival(query, queue_keys.read_arrival(after))
        numbers = list(session.scalars(query))
        rows = queue_rows.these(session, numbers[:PAGE], now)
        return rows, str(queue_keys.Arrival(rows[-1].received_at, rows[-1].number)) if len(numbers) > PAGE else ""
    place = queue_keys.read_place(after)
    as_of = now if place is None else place.began_at
    query = queue_keys.by_time_left(query, place, as_of)
    known = [Place(each.rank, each.at, each.number) for each in session.execute(query)]
    return _open(session, known, now, as_of)


def pressing(
    session: Session, person: Person, asked: Filter, now: datetime, zone: ZoneInfo, most: int
) -> tuple[list[Row], int]:
    """The first rows of an open list, and how many it has in all."""
    given = {"now": now, "me": person.id, "most": most}
    found = session.connection().execute(_pressing(filters.sight(person), asked, zone), given).all()
    rows = queue_rows.these(session, [each.number for each in found], now)
    return rows, found[0].all if found else 0


@lru_cache(maxsize=64)
def _pressing(sight: Sight, asked: Filter, zone: ZoneInfo) -> Any:
    query: Any = select(Appeal.number, func.count().over().label("all"))
    query = query.where(*filters.conditions(asked, sight, NOW, zone)).limit(bindparam("most"))
    return queue_keys.by_time_left(query, None, NOW)


def _open(session: Session, known: Sequence[Place], now: datetime, as_of: datetime) -> tuple[list[Row], str]:
    rows = queue_rows.these(session, [each.number for each in known[:PAGE]], now)
    if len(known) <= PAGE:
        return rows, ""
    return rows, str(queue_keys.Place(*known[PAGE - 1], int(as_of.timestamp())))
