"""Months and days that are over, as they were counted and kept: what lies finished behind a town costs its figures nothing.

What is kept is believed only while nothing of it changed since. Whatever changes an older appeal leaves a mark in the same
transaction (a trigger, migrations 0034 and 0040); a stretch with a mark, without a row, or counted under other definitions is
counted live by `months` and `days`. So the figures are those of the appeals themselves while the worker that keeps them is
dead, and before it first ran.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from incidents.records.figures import ChangedAppeal, KeptDay, KeptMonth
from incidents.statistics import edges, facts, measures
from incidents.statistics.edges import Bounds
from incidents.statistics.moments import whole_seconds

#: What is counted of a month.
NAMES = ("received", "in_time", "late", "waiting", "without_norm", "rejected", "duplicates", "other_kinds")

#: The definitions take a present; which one does not change what they mean.
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)

_HAS_CHANGED = {
    table: exists().where(ChangedAppeal.received_at >= table.starts_at, ChangedAppeal.received_at < table.ends_at)
    for table in (KeptMonth, KeptDay)
}


def read(
    session: Session, table: type[KeptMonth | KeptDay], stretches: Sequence[Bounds], now: datetime, *names: str
) -> Mapping[Bounds, Any]:
    """The named columns of those stretches, given in order of time, that are kept and true, in one question; a moment before
    the counting finds none."""
    if not stretches:
        return {}
    # Columns, not objects, and moments as numbers: hundreds of them are read by a page.
    ends = whole_seconds(table.starts_at), whole_seconds(table.ends_at)
    query = select(*ends, *(getattr(table, name) for name in names)).where(
        or_(*(and_(table.starts_at >= first, table.ends_at <= after) for first, after in edges.joined(stretches))),
        table.counted_at <= now,
        table.definition == definition(),
        ~_HAS_CHANGED[table],
    )
    found = {(row[0], row[1]): row for row in session.execute(query)}
    keys = ((stretch, (int(stretch[0].timestamp()), int(stretch[1].timestamp()))) for stretch in stretches)
    return {stretch: found[key] for stretch, key in keys if key in found}


@cache
def definition() -> str:
    """A short name of what is kept, its words and its values: it changes when a definition does."""
    query = select(*measures.counting(_ANY_MOMENT, *NAMES), *facts.columns(_ANY_MOMENT)).compile()
    values = sorted(str(value) for value in query.params.values() if not isinstance(value, datetime))
    return sha256("\n".join([str(query), *values]).encode()).hexdigest()[:16]
