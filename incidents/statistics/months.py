"""The measures of each month, in one statement for many years; `years` and `one_year` add them up."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from incidents.statistics import measures

#: Years in one statement: SQLite takes at most 500 parts of a compound SELECT.
_YEARS_AT_ONCE = 20

Month = dict[str, int]


def count(
    session: Session, years: Sequence[int], zone: ZoneInfo, now: datetime, names: tuple[str, ...]
) -> dict[int, list[Month]]:
    """The named measures of every month of the years by the town's dates: year -> twelve months, January first."""
    found: dict[int, list[Month]] = {}
    for start in range(0, len(years), _YEARS_AT_ONCE):
        found |= _count(session, years[start : start + _YEARS_AT_ONCE], zone, now, names)
    return found


def _count(
    session: Session, years: Sequence[int], zone: ZoneInfo, now: datetime, names: tuple[str, ...]
) -> dict[int, list[Month]]:
    columns = measures.counting(now, *names)
    # One SELECT a month, each a range of the index on received_at: faster on both databases than sorting all rows into
    # months, and the town's midnight is computed here, by one source of time zones.
    parts = [
        select(literal(year * 12 + month - 1).label("place"), *columns).where(
            measures.received_within(*measures.month_bounds(year, month, zone))
        )
        for year in years
        for month in range(1, 13)
    ]
    counted = {row.place: row for row in session.execute(union_all(*parts))}
    return {
        year: [{name: getattr(counted[year * 12 + month], name) for name in names} for month in range(12)]
        for year in years
    }
