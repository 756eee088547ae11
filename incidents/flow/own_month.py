"""A department's own month: what it received, worked out in its own minutes, gave back as not its own.

Own minutes are those of the usual needs: from taking (else from the assignment) to the text handed in, in the
department's own working time; its share of the norm is what they are held against. Nothing is decided here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from incidents.flow import budgeting, calendars
from incidents.records.database import UTCDateTime, town_of
from incidents.records.journal import PASSES, WHOSE, Entry
from incidents.rules import budgets, urgency
from incidents.rules.acts import Act
from incidents.rules.calendar import working_seconds
from incidents.rules.urgency import Told

#: A share of fewer texts than this says nothing.
FEWEST = 5
_ACTS = tuple(str(act) for act in (Act.ASSIGN, Act.TAKE, Act.SUBMIT, Act.RETURN, Act.RESTORE, Act.WITHDRAW))


@dataclass(frozen=True, slots=True)
class Done:
    """One text that was handed in: in how many own seconds, out of how many."""

    number: int
    done_at: datetime
    seconds: float
    planned_seconds: int

    @property
    def is_in_time(self) -> bool:
        return self.seconds <= self.planned_seconds


@dataclass(frozen=True, slots=True)
class Returned:
    """One "not ours". The appeal may be somebody else's now, so only its number is told."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Month:
    """The texts handed in and the appeals given back within some days, newest first."""

    done: Sequence[Done]
    returned: Sequence[Returned]

    @property
    def in_time(self) -> int:
        return sum(each.is_in_time for each in self.done)

    @property
    def rate(self) -> float | None:
        """The share in time, in hundredths; None where too few say anything."""
        return self.in_time * 100 / len(self.done) if len(self.done) >= FEWEST else None

    @property
    def median_seconds(self) -> float | None:
        """Nearest rank; None where too few say anything."""
        seconds = sorted(each.seconds for each in self.done)
        return seconds[(len(seconds) - 1) // 2] if len(seconds) >= FEWEST else None


def read(session: Session, departments: frozenset[int], since: datetime, *, now: datetime) -> Month:
    """What these departments handed in and gave back from `since` on. One question to the journal, and one a calendar.

    It is asked of the appeals alone that came to these departments, or were given back by them, in these days.
    """
    entries = session.connection().execute(_question(departments), {"since": since, "now": now}).all()
    returned = [
        Returned(_number(stream), at)
        for stream, act, at, department_id in entries
        if act == Act.RETURN and department_id in departments
    ]
    return Month(_done(session, entries, departments, now)[::-1], returned[::-1])


@lru_cache(maxsize=64)
def _question(departments: frozenset[int]) -> Select[str, str, datetime, int]:
    """Written once for all of a department: only the days in it differ."""
    since, now = (bindparam(name, type_=UTCDateTime()) for name in ("since", "now"))
    within = (Entry.noticed_at >= since, Entry.noticed_at <= now)
    theirs = select(Entry.stream).where(PASSES, WHOSE.in_(sorted(departments)), *within)
    return (
        select(Entry.stream, Entry.act, Entry.happened_at, WHOSE)
        .where(Entry.stream.in_(theirs), Entry.act.in_(_ACTS), *within)
        .order_by(Entry.noticed_at, Entry.id)
    )


def _done(session: Session, entries: Sequence[Any], departments: frozenset[int], now: datetime) -> list[Done]:
    zone, known = town_of(session).zone, budgeting.all_budgets(session)
    days = {each: calendars.at(session, now, zone, each) for each in sorted(departments)}
    planned = {each: budgets.in_force(known, None, each, now, zone).department * 60 for each in departments}
    found = []
    for stream, own in _by_stream(entries).items():
        for each in urgency.worked(own):
            if each.department_id is None or each.department_id not in departments:
                continue
            seconds = working_seconds(days[each.department_id], each.begun_at, each.done_at)
            seconds = seconds or (each.done_at - each.begun_at).total_seconds()
            found.append(Done(_number(stream), each.done_at, seconds, planned[each.department_id]))
    return sorted(found, key=lambda each: each.done_at)


def _by_stream(entries: Iterable[Any]) -> Mapping[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for stream, act, at, department_id in entries:
        found.setdefault(stream, []).append(Told(stream, act, at, department_id))
    return found


def _number(stream: str) -> int:
    return int(stream.partition(":")[2])
