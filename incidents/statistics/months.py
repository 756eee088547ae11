"""The measures of each month, in one statement for many years; `years` and `one_year` add them up.

The town's midnights are computed here, by one source of time zones. The two databases want two forms of the question
(at 100,000 appeals, beside a bare GROUP BY: SQLite 0.8 and 1.5, PostgreSQL 1.2 and 0.8; bench): SQLite sorts for a GROUP BY
what a range of its index gives in order, PostgreSQL plans a hundred ranges longer than it reads all rows once.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal, select, text, union_all
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.statistics import edges, measures

#: Years in one statement: SQLite takes at most 500 parts of a compound SELECT.
_YEARS_AT_ONCE = 20

Month = dict[str, int]
#: The first moment of a month, and the first one after it.
Bounds = tuple[datetime, datetime]


def count(
    session: Session, years: Sequence[int], zone: ZoneInfo, now: datetime, names: tuple[str, ...]
) -> dict[int, list[Month]]:
    """The named measures of every month of the years by the town's dates: year -> twelve months, January first."""
    found: dict[int, list[Month]] = {}
    for start in range(0, len(years), _YEARS_AT_ONCE):
        part = years[start : start + _YEARS_AT_ONCE]
        bounds = [edges.of_month(year, month, zone) for year in part for month in range(1, 13)]
        rows = _ask(session, bounds, measures.counting(now, *names))
        counted = [{name: getattr(rows.get(place), name, 0) for name in names} for place in range(len(bounds))]
        found |= {year: counted[place * 12 : place * 12 + 12] for place, year in enumerate(part)}
    return found


def _ask(session: Session, bounds: Sequence[Bounds], columns: Sequence[ColumnElement[int]]) -> dict[int, Any]:
    """The counts of each stretch by its place; the stretches follow each other."""
    if session.get_bind().dialect.name == "sqlite":
        query: Any = union_all(
            *(
                select(literal(place).label("place"), *columns).where(measures.received_within(*stretch))
                for place, stretch in enumerate(bounds)
            )
        )
    else:
        place = _place(bounds, 0, len(bounds) - 1).label("place")
        all_of_it = measures.received_within(*(list(chain(*bounds))[end] for end in (0, -1)))
        # By its position: a table has a column of this name.
        query = select(place, *columns).where(all_of_it).group_by(text("1"))
    return {row.place: row for row in session.execute(query)}


def _place(bounds: Sequence[Bounds], first: int, last: int) -> ColumnElement[int]:
    """In which stretch an appeal was received: halved until one is left, seven comparisons for a hundred months."""
    if first == last:
        return literal(first)
    middle = (first + last) // 2
    is_earlier = Appeal.received_at < bounds[middle][1]
    return case((is_earlier, _place(bounds, first, middle)), else_=_place(bounds, middle + 1, last))
