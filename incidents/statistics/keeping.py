"""Counting the months and days that are over, once, for whoever asks for figures (`kept` reads them); and the proof that they
are right.

A stretch is kept when two days have passed since its end and nothing in it waits any more: no verdict of it can change by time
alone then.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import ChangedAppeal, KeptDay, KeptMonth
from incidents.statistics import days, edges, kept, months
from incidents.statistics.edges import Bounds

#: Longer than the day within which an act leaves no mark (migration 0034): a transaction that was open all the time between
#: would have to last the difference.
AFTER = timedelta(days=2)
#: Stretches counted at once: the appeals of a year are few enough to hold.
MONTHS_AT_ONCE, DAYS_AT_ONCE = 12, 366

Table = type[KeptMonth | KeptDay]
Row = Mapping[str, Any]
#: What must be right of each.
_NAMES: Mapping[Table, tuple[str, ...]] = {
    KeptMonth: (*kept.NAMES, "last_answer", "unanswered", "facts"),
    KeptDay: ("facts",),
}


def refresh(session: Session, zone: ZoneInfo, *, now: datetime) -> int:
    """Count the months and days that are not kept, or in which something changed; how many.

    1. One at a time: another one, with an older view, must not write after us.
    2. Take the marks that are there. A change under way keeps its own mark, which nobody sees yet, for the next time.
    3. Count after that: whoever's mark was taken has committed, so his change is counted.
    4. Keep what is settled; what waits is counted live until it is not.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE kept_months IN SHARE ROW EXCLUSIVE MODE"))
    changed = sorted(session.scalars(delete(ChangedAppeal).returning(ChangedAppeal.received_at)))
    number = 0
    for table, stretches in _over(session, zone, now).items():
        known = kept.read(session, table, stretches, now)
        stale = [
            stretch
            for stretch in stretches
            if stretch not in known or bisect_left(changed, stretch[0]) < bisect_left(changed, stretch[1])
        ]
        _forget(session, table, stretches, stale)
        told = {"definition": kept.definition(), "counted_at": now}
        rows = [dict(row) | told for row in _counted(session, table, stale, zone, now)]
        if rows:
            session.execute(insert(table), rows)
        number += len(stale)
    return number


def count_anew(session: Session, zone: ZoneInfo, *, now: datetime) -> int:
    """Forget every month and day and count them again; how many."""
    for table in (KeptMonth, KeptDay):
        session.execute(delete(table))
    return refresh(session, zone, now=now)


def differences(session: Session, zone: ZoneInfo, *, now: datetime) -> list[str]:
    """The months of which anything is kept, believed, and not what the appeals say, as "2023-05"; none, if all is well."""
    wrong: set[str] = set()
    for table, stretches in _over(session, zone, now).items():
        names = _NAMES[table]
        known = kept.read(session, table, stretches, now, *names)
        counted = {row["starts_at"]: row for row in _counted(session, table, list(known), zone, now)}
        for stretch, row in known.items():
            anew = counted.get(stretch[0], {})
            if any(getattr(row, name) != anew.get(name) for name in names):
                wrong.add(f"{stretch[0]:%Y-%m}")
    return sorted(wrong)


def _over(session: Session, zone: ZoneInfo, now: datetime) -> Mapping[Table, list[Bounds]]:
    """Every month that can be kept of the years since the first appeal, which are asked for whole, and every day since."""
    first, ended = session.scalar(select(func.min(Appeal.received_at))), now - AFTER
    if first is None:
        return {}
    begun, _ = edges.of_year(first.astimezone(zone).year, zone)
    months_and_days = edges.months(begun, ended, zone), edges.days(first, ended, zone)
    over = [[each for each in stretches if each[1] <= ended] for stretches in months_and_days]
    return {KeptMonth: over[0], KeptDay: over[1]}


def _counted(
    session: Session, table: Table, stretches: Sequence[Bounds], zone: ZoneInfo, now: datetime
) -> Iterator[Row]:
    """What the appeals say of each stretch in which nothing waits."""
    step = MONTHS_AT_ONCE if table is KeptMonth else DAYS_AT_ONCE
    for start in range(0, len(stretches), step):
        part = stretches[start : start + step]
        counts = months.ask(session, part, now, kept.NAMES) if table is KeptMonth else {}
        appeals = days.ask(session, edges.joined(part), zone, now)
        for stretch in part:
            these = appeals.between(*stretch)
            if these.counts()["waiting"]:
                continue
            row = {"starts_at": stretch[0], "ends_at": stretch[1], "facts": these.packed()}
            if table is KeptMonth:
                row |= {name: getattr(counts.get(stretch), name, 0) for name in kept.NAMES}
                unanswered = sum(not answered for answered in these.of("answered", "open"))
                row |= {"last_answer": max(these.answered, default=0), "unanswered": unanswered}
            yield row


def _forget(session: Session, table: Table, stretches: Sequence[Bounds], stale: Sequence[Bounds]) -> None:
    """Drop the rows that are to be counted, and those of stretches that are none of this town's."""
    true = {start for start, _ in stretches} - {start for start, _ in stale}
    wrong = [start for start in session.scalars(select(table.starts_at)) if start not in true]
    for at in range(0, len(wrong), DAYS_AT_ONCE):
        session.execute(delete(table).where(table.starts_at.in_(wrong[at : at + DAYS_AT_ONCE])))
