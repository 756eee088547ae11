"""The appeals of any days as `facts`: of months and days that are over as they are kept, the others read from the appeals."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from incidents.records.figures import KeptDay, KeptMonth
from incidents.statistics import edges, facts, kept, measures
from incidents.statistics.edges import Bounds
from incidents.statistics.facts import Facts

#: So many ranges an index answers sooner than all that lies between them is read.
_FEW = 24


def read(session: Session, first: datetime, after: datetime, zone: ZoneInfo, now: datetime) -> Facts:
    """What was received from one moment on and before another (aware, whole seconds), as it stands at `now`."""
    whole = [month for month in edges.months(first, after, zone) if first <= month[0] and month[1] <= after]
    known = dict(kept.read(session, KeptMonth, whole, now, "facts"))
    days = [day for gap in _between(first, after, list(known)) for day in edges.days(*gap, zone)]
    known |= kept.read(session, KeptDay, days, now, "facts")
    missing = edges.joined(day for day in days if day not in known)
    live, stretches = ask(session, missing, zone, now), sorted([*known, *missing])
    parts = (known[each].facts if each in known else live.between(*each).packed() for each in stretches)
    found = Facts(parts)
    is_whole = stretches and (stretches[0][0], stretches[-1][1]) == (first, after)
    return found if is_whole else found.between(first, after)


def ask(session: Session, stretches: Sequence[Bounds], zone: ZoneInfo, now: datetime) -> Facts:
    """At least what was received in the stretches, from the appeals themselves."""
    if len(stretches) > _FEW:
        stretches = [(stretches[0][0], stretches[-1][1])]
    columns, is_counted = facts.columns(now), measures.condition("received", now)
    parts = [select(*columns).where(measures.received_within(*stretch), is_counted) for stretch in stretches]
    # Whole rows in order, so that what is the same is packed the same.
    rows = sorted(map(tuple, session.execute(union_all(*parts)).all())) if parts else []
    return Facts.of_rows(rows, zone)


def _between(first: datetime, after: datetime, known: Sequence[Bounds]) -> list[Bounds]:
    """What of a stretch lies around others, which are in order of time."""
    begins, ends = [first, *(each[1] for each in known)], [*(each[0] for each in known), after]
    return [gap for gap in zip(begins, ends, strict=True) if gap[0] < gap[1]]
