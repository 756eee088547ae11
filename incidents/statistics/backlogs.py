"""How much was unanswered at some moments: what was answered later, and what is open and unanswered still.

Of a year long past nearly everything there is was answered later than it began. So the months that are kept say until when
their last answer came; only those with an answer after the moment are looked into.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import KeptMonth
from incidents.statistics import days, edges, kept, measures
from incidents.statistics.edges import Bounds


def count(session: Session, moments: Sequence[datetime], zone: ZoneInfo, now: datetime) -> list[int]:
    """The backlog (`measures.backlog`) of each moment, in order of time: the first ones of months, and `now`."""
    first = session.scalar(select(func.min(Appeal.received_at)))
    before = edges.months(first, moments[-1], zone) if first else []
    known = kept.read(session, KeptMonth, before, now, "last_answer")
    later = [_answered_later(session, moment, before, known, zone, now) for moment in moments]
    asked = []
    for moment, number in zip(moments, later, strict=True):
        answered_later, is_open = measures.backlog_parts(moment)
        # Part by part, since an index answers each and none answers all at once.
        asked += [is_open] if number is not None else [is_open, answered_later]
    counts = iter(session.execute(select(*(_number(part) for part in asked))).one())
    return [next(counts) + (next(counts) if number is None else number) for number in later]


def _answered_later(
    session: Session,
    moment: datetime,
    months: Sequence[Bounds],
    known: Mapping[Bounds, Any],
    zone: ZoneInfo,
    now: datetime,
) -> int | None:
    """By the months that are kept; None if one of those before the moment is not. After the present hardly anything is
    answered, and no month ends with it."""
    before = [month for month in months if month[0] < moment]
    if moment >= now or any(month not in known for month in before):
        return None
    seconds = int(moment.timestamp())
    late = edges.joined(month for month in before if known[month].last_answer >= seconds)
    return sum(each >= seconds for month in late for each in days.read(session, *month, zone, now).answered)


def _number(what: measures.Condition) -> Any:
    return select(func.count()).select_from(Appeal).where(what).scalar_subquery()
