"""Months that are over, as they were counted and kept: what lies finished behind a town costs its yearly page nothing.

A kept month is believed only while nothing of it changed since. Whatever changes an older appeal leaves a mark in the same
transaction (a trigger, migration 0034); a month with a mark, without a row, or counted under other definitions is counted
live by `months`. So the figures are those of the appeals themselves while the worker that keeps them is dead, and before it
first ran.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from incidents.records.figures import ChangedAppeal, KeptMonth
from incidents.statistics import measures

#: What of a month is kept.
NAMES = ("received", "in_time", "late", "waiting", "without_norm", "rejected", "duplicates", "other_kinds")

#: The definitions take a present; which one does not change what they mean.
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)

#: The first moment of a month, and the first one after it.
Bounds = tuple[datetime, datetime]


def read(session: Session, stretches: Sequence[Bounds], now: datetime) -> Mapping[Bounds, Any]:
    """The counts of those stretches that are kept and true, in one question; a moment before the counting finds none."""
    has_changed = exists().where(
        ChangedAppeal.received_at >= KeptMonth.starts_at, ChangedAppeal.received_at < KeptMonth.ends_at
    )
    # Columns, not objects: a hundred months are read by every yearly page.
    names = (getattr(KeptMonth, name) for name in NAMES)
    query = select(KeptMonth.starts_at, KeptMonth.ends_at, *names).where(
        KeptMonth.starts_at >= stretches[0][0],
        KeptMonth.ends_at <= stretches[-1][1],
        KeptMonth.counted_at <= now,
        KeptMonth.definition == definition(),
        ~has_changed,
    )
    found = {(row.starts_at, row.ends_at): row for row in session.execute(query)}
    return {stretch: found[in_utc] for stretch in stretches if (in_utc := _in_utc(stretch)) in found}


@cache
def definition() -> str:
    """A short name of what the measures mean, their words and their values: it changes when a definition does."""
    query = select(*measures.counting(_ANY_MOMENT, *NAMES)).compile()
    values = sorted(str(value) for value in query.params.values() if not isinstance(value, datetime))
    return sha256("\n".join([str(query), *values]).encode()).hexdigest()[:16]


def _in_utc(stretch: Bounds) -> Bounds:
    return stretch[0].astimezone(UTC), stretch[1].astimezone(UTC)
