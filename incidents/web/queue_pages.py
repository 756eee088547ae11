"""Which appeals stand on a page of a list, in their order.

The open list goes by the time left, with what waits for others at its end; the history by arrival, newest first. A page
begins after the key of the last row of the page before it, so no page costs more than the first.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.web import filters, queue_keys, queue_rows
from incidents.web.filters import Filter, Sight
from incidents.web.queue_order import NOW
from incidents.web.queue_rows import Row

PAGE = 50


def page(
    session: Session, sight: Sight, asked: Filter, now: datetime, zone: ZoneInfo, after: str = ""
) -> tuple[list[Row], str]:
    """One page of a list and the key after which the next begins (empty: this was the last)."""
    ask = session.connection().execute
    # The order is settled on numbers alone: joining and sorting whole rows would be done for every open appeal.
    if asked.is_history:
        query = select(Appeal.number).where(*filters.conditions(asked, sight, now, zone))
        query = queue_keys.by_arrival(query, queue_keys.read_arrival(after))
        numbers = list(ask(query.limit(PAGE + 1)).scalars())
        rows = queue_rows.these(session, numbers[:PAGE], now)
        return rows, str(queue_keys.Arrival(rows[-1].received_at, rows[-1].number)) if len(numbers) > PAGE else ""
    place = queue_keys.read_place(after)
    as_of = now if place is None else place.began_at
    if asked.is_kept and place is None:
        found = ask(_kept_first(sight, asked, zone), {"now": now, "most": PAGE + 1}).all()
    else:
        query = _open_list(sight, asked, zone, now, as_of, place)
        found = ask(query, {"most": PAGE + 1}).all()
    rows = queue_rows.these(session, [each.number for each in found[:PAGE]], now)
    if len(found) <= PAGE:
        return rows, ""
    last = found[PAGE - 1]
    return rows, str(queue_keys.Place(last.rank, last.at, last.number, int(as_of.timestamp())))


def _open_list(
    sight: Sight, asked: Filter, zone: ZoneInfo, now: Any, as_of: Any, place: queue_keys.Place | None
) -> Select[Any]:
    query = select(Appeal.number).where(*filters.conditions(asked, sight, now, zone))
    return queue_keys.by_time_left(query, place, as_of).limit(bindparam("most"))


#: The first page of the same list, for every request of one person: only the moment in it differs.
_kept_first = lru_cache(maxsize=64)(lambda sight, asked, zone: _open_list(sight, asked, zone, NOW, NOW, None))
