"""Counting the months that are over, once, for whoever asks for years (`kept` reads them); and the proof that they are right.

A month is kept when two days have passed since its end and nothing in it waits any more: no verdict of it can change by time
alone then.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import ChangedAppeal, KeptMonth
from incidents.statistics import edges, kept, months
from incidents.statistics.kept import Bounds

#: Longer than the day within which an act leaves no mark (migration 0034): a transaction that was open all the time between
#: would have to last the difference.
AFTER = timedelta(days=2)
#: Months in one statement: SQLite takes at most 500 parts of a compound SELECT.
AT_ONCE = 240


def refresh(session: Session, zone: ZoneInfo, *, now: datetime) -> int:
    """Count the months that are not kept, or in which something changed; how many.

    1. One at a time: another one, with an older view, must not write after us.
    2. Take the marks that are there. A change under way keeps its own mark, which nobody sees yet, for the next time.
    3. Count after that: whoever's mark was taken has committed, so his change is counted.
    4. Keep what is settled; what waits is counted live until it is not.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE kept_months IN SHARE ROW EXCLUSIVE MODE"))
    changed = sorted(session.scalars(delete(ChangedAppeal).returning(ChangedAppeal.received_at)))
    all_months = _over(session, zone, now)
    known = kept.read(session, all_months, now) if all_months else {}
    stale = [
        each
        for each in all_months
        if each not in known or bisect_left(changed, each[0]) < bisect_left(changed, each[1])
    ]
    _forget(session, all_months, stale)
    counted: dict[Bounds, Any] = {}
    for start in range(0, len(stale), AT_ONCE):
        counted |= months.ask(session, stale[start : start + AT_ONCE], now, kept.NAMES)
    for stretch in stale:
        counts = {name: getattr(counted.get(stretch), name, 0) for name in kept.NAMES}
        if not counts["waiting"]:
            ends = {"starts_at": stretch[0], "ends_at": stretch[1]}
            session.add(KeptMonth(**ends, definition=kept.definition(), counted_at=now, **counts))
    session.flush()
    return len(stale)


def count_anew(session: Session, zone: ZoneInfo, *, now: datetime) -> int:
    """Forget every month and count it again; how many."""
    session.execute(delete(KeptMonth))
    return refresh(session, zone, now=now)


def differences(session: Session, zone: ZoneInfo, *, now: datetime) -> list[str]:
    """The months that are kept, believed, and not what the appeals say, as "2023-05"; none, if all is well."""
    all_months = _over(session, zone, now)
    known = kept.read(session, all_months, now) if all_months else {}
    counted = months.ask(session, list(known), now, kept.NAMES) if known else {}
    return [
        f"{stretch[0]:%Y-%m}"
        for stretch, row in known.items()
        if any(getattr(row, name) != getattr(counted.get(stretch), name, 0) for name in kept.NAMES)
    ]


def _over(session: Session, zone: ZoneInfo, now: datetime) -> list[Bounds]:
    """Every month since the first appeal that can be kept."""
    first = session.scalar(select(func.min(Appeal.received_at)))
    if first is None:
        return []
    begun, found = first.astimezone(zone), list[Bounds]()
    stretch = edges.of_month(begun.year, begun.month, zone)
    while stretch[1] <= now - AFTER:
        found.append(stretch)
        stretch = edges.of_month(stretch[1].year, stretch[1].month, zone)
    return found


def _forget(session: Session, all_months: Sequence[Bounds], stale: Sequence[Bounds]) -> None:
    """Drop the rows that are to be counted, and those of months that are none of this town's."""
    true = {start for start, _ in all_months} - {start for start, _ in stale}
    rows = session.scalars(select(KeptMonth)).all()
    for row in rows:
        if row.starts_at not in true:
            session.delete(row)
    session.flush()
