"""How much was unanswered at some moments: what was answered later, and what is open and unanswered still.

Of a year long past nearly everything there is was answered later than it began. So the months that are kept say until when
their last answer came, and how many have none; only those with an answer after the moment are looked into.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import KeptMonth
from incidents.statistics import edges, kept, measures
from incidents.statistics.facts import Facts


def count(session: Session, moments: Sequence[datetime], zone: ZoneInfo, now: datetime) -> list[int]:
    """The backlog (`measures.backlog`) of each moment, in order of time: the first ones of months, and `now`."""
    found = _by_months(session, [moment for moment in moments if moment < now], zone, now)
    rest = moments[len(found) :]
    # Part by part, since an index answers each and none answers all at once.
    parts = [_number(part) for moment in rest for part in measures.backlog_parts(moment)]
    counts = session.execute(select(*parts)).one() if parts else ()
    return found + [sum(counts[place * 2 : place * 2 + 2]) for place in range(len(rest))]


def _by_months(session: Session, moments: Sequence[datetime], zone: ZoneInfo, now: datetime) -> list[int]:
    """By the months that are kept, those moments before which all are."""
    first = session.scalar(select(func.min(Appeal.received_at))) if moments else None
    before = edges.months(first, moments[-1], zone) if first else []
    known = kept.read(session, KeptMonth, before, now, "last_answer", "unanswered")
    late = [
        month
        for month, row in known.items()
        if any(month[0] < moment and row.last_answer >= moment.timestamp() for moment in moments)
    ]
    looked_into = kept.read(session, KeptMonth, late, now, "facts")
    found = []
    for moment in moments:
        months, seconds = [month for month in before if month[0] < moment], int(moment.timestamp())
        if any(month not in known or (month in late and month not in looked_into) for month in months):
            break
        answered = Facts(looked_into[month].facts for month in months if month in looked_into)
        later = sum(each >= seconds for each in answered.answered)
        found.append(later + sum(known[month].unanswered for month in months))
    return found


def _number(what: measures.Condition) -> Any:
    return select(func.count()).select_from(Appeal).where(what).scalar_subquery()
