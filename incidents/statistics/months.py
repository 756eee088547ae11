"""The measures of each month: those that are over as they are kept (`kept`), the others counted in one statement for many
years; `years` and `one_year` add them up.

The town's midnights are computed here, by one source of time zones. The two databases want two forms of the question
(at 100,000 appeals, beside a bare GROUP BY: SQLite 0.8 and 1.5, PostgreSQL 1.2 and 0.8; bench): SQLite sorts for a GROUP BY
what a range of its index gives in order, PostgreSQL plans a hundred ranges longer than it reads all rows once.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal, select, text, union_all
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import KeptMonth
from incidents.statistics import edges, kept, measures
from incidents.statistics.edges import Bounds

#: Years in one statement: SQLite takes at most 500 parts of a compound SELECT.
_YEARS_AT_ONCE = 20

#: As many ranges PostgreSQL plans sooner than it reads all rows. Those that follow each other are one to it: for a few of
#: them apart it would start helpers, which takes longer than they do.
_FEW = 24

Month = dict[str, int]


def count(
    session: Session, years: Sequence[int], zone: ZoneInfo, now: datetime, names: tuple[str, ...]
) -> dict[int, list[Month]]:
    """The named measures of every month of the years by the town's dates: year -> twelve months, January first."""
    found: dict[int, list[Month]] = {}
    for start in range(0, len(years), _YEARS_AT_ONCE):
        part = years[start : start + _YEARS_AT_ONCE]
        bounds = [edges.of_month(year, month, zone) for year in part for month in range(1, 13)]
        rows = _of(session, bounds, now, names)
        counted = [{name: getattr(rows.get(stretch), name, 0) for name in names} for stretch in bounds]
        found |= {year: counted[place * 12 : place * 12 + 12] for place, year in enumerate(part)}
    return found


def _of(session: Session, bounds: Sequence[Bounds], now: datetime, names: tuple[str, ...]) -> dict[Bounds, Any]:
    """What is kept, and the rest counted."""
    known: dict[Bounds, Any] = dict(kept.read(session, KeptMonth, bounds, now, *names))
    missing = [stretch for stretch in bounds if stretch not in known]
    return known | ask(session, missing, now, names) if missing else known


def ask(session: Session, bounds: Sequence[Bounds], now: datetime, names: tuple[str, ...]) -> dict[Bounds, Any]:
    """The counts of each stretch from the appeals themselves, in their order; nothing for one in which nothing came."""
    columns = measures.counting(now, *names)
    are_apart = len(bounds) <= _FEW and len(edges.joined(bounds)) > 1
    if session.get_bind().dialect.name == "sqlite" or are_apart:
        query: Any = union_all(
            *(
                select(literal(place).label("place"), *columns).where(measures.received_within(*stretch))
                for place, stretch in enumerate(bounds)
            )
        )
    else:
        # Gaps between stretches become stretches too: their rows must fall to nobody else.
        ends = sorted(set(chain(*bounds)))
        whole = list(pairwise(ends))
        place = _place(whole, 0, len(whole) - 1).label("place")
        # By its position: a table has a column of this name.
        query = select(place, *columns).where(measures.received_within(ends[0], ends[-1])).group_by(text("1"))
        bounds = whole
    return {bounds[row.place]: row for row in session.execute(query)}


def _place(bounds: Sequence[Bounds], first: int, last: int) -> ColumnElement[int]:
    """In which stretch an appeal was received: halved until one is left, seven comparisons for a hundred months."""
    if first == last:
        return literal(first)
    middle = (first + last) // 2
    is_earlier = Appeal.received_at < bounds[middle][1]
    return case((is_earlier, _place(bounds, first, middle)), else_=_place(bounds, middle + 1, last))
