"""How long the first answer took: median and 90th percentile by the nearest rank, the same on both databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.statistics import measures
from incidents.statistics.measures import Condition
from incidents.statistics.moments import whole_seconds

#: From the start of the clock to the first answer that the citizen could see. Whole seconds; an answer that the network
#: dates before the start counts as none.
WAITED: ColumnElement[int] = whole_seconds(Appeal.answered_at) - whole_seconds(
    func.coalesce(Appeal.clock_started_at, Appeal.received_at)
)

#: The bars of the distribution: a quarter of an hour each, and one for all that took longer.
BAR_SECONDS, BARS = 900, 16


@dataclass(frozen=True, slots=True)
class Waits:
    """Of so many answers: the values that stand at the two ranks, in minutes with one digit; None of fewer than
    `measures.FEWEST`, of which neither says anything."""

    answers: int = 0
    median_minutes: float | None = None
    p90_minutes: float | None = None


def read(session: Session, *where: Condition) -> Waits:
    """The ranks of all answers for which `where` holds; it must ask for answered ones."""
    return by_part(session, None, *where).get(None, Waits())


def by_part(session: Session, part: ColumnElement[Any] | None, *where: Condition) -> Mapping[Any, Waits]:
    """The ranks of each part by its value, in one statement."""
    rank = func.row_number().over(partition_by=part, order_by=WAITED)
    columns = [WAITED.label("seconds"), rank.label("rank"), func.count().over(partition_by=part).label("cases")]
    if part is not None:
        columns.append(part.label("part"))
    ranked = select(*columns).where(*where).subquery()
    ranks = [(ranked.c.cases * percent + 99) // 100 for percent in (50, 90)]
    found: dict[Any, dict[int, float]] = {}
    counts: dict[Any, int] = {}
    for row in session.execute(select(ranked).where(or_(*(ranked.c.rank == rank for rank in ranks)))):
        key = row.part if part is not None else None
        found.setdefault(key, {})[row.rank] = round(max(0, row.seconds) / 60, 1)
        counts[key] = row.cases
    return {
        key: Waits(count, *(found[key][measures.nearest_rank(count, percent)] for percent in (50, 90)))
        if count >= measures.FEWEST
        else Waits(count)
        for key, count in counts.items()
    }


def bar() -> ColumnElement[int]:
    """Which bar an answer stands in. A bar holds its end and not its beginning, so that what is exactly on the norm
    stands before its line."""
    return case((WAITED <= 0, 0), (WAITED > BAR_SECONDS * BARS, BARS), else_=(WAITED - 1) // BAR_SECONDS)
