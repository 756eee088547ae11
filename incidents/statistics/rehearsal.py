"""A norm looked at before it is enacted: the last ninety days as they would have been, had it been in force all the time.

Every appeal is counted anew from its journal, as `incidents recompute` does, once under the norms as they are and once
with the new one in the place of those of the same fields; a more exact norm still wins over it. Nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Status
from incidents.rules.calendar import Versions
from incidents.rules.clock import Verdict
from incidents.rules.life import Event
from incidents.rules.norms import ClockName, Norm, is_same
from incidents.rules.reckoning import Clock, reckon
from incidents.rules.whatif import ENDED, IN_TIME, LATE, WAITING, WITHOUT_NORM, Answer, Counting

DAYS = 90
#: The newest appeals that are counted at most: a page must answer while somebody waits for it.
MOST_APPEALS = 10_000
_BATCH = 500
_VERDICTS: Mapping[Verdict, str] = {
    Verdict.IN_TIME: IN_TIME,
    Verdict.LATE: LATE,
    Verdict.OVERDUE: LATE,
    Verdict.RUNNING: WAITING,
    Verdict.PAUSED: WAITING,
    Verdict.ENDED: ENDED,
}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it: only the clocks that the new norm would have counted."""

    answer: Answer
    first_day: date
    last_day: date
    #: There were more appeals in these days than are counted.
    is_cut: bool


def rehearse(
    session: Session,
    norm: Norm,
    norms: Sequence[Norm],
    calendars: Versions,
    zone: ZoneInfo,
    *,
    now: datetime,
    most_flips: int = 0,
) -> Rehearsal:
    """Raises NoWorkingTime where the norm counts working time and a calendar of these days has none."""
    since = now - timedelta(days=DAYS)
    appeals = _appeals(session, norm, since, now)
    # For the first one: the moment of entering does not count, and no date is too early.
    new = replace(norm, id=0, valid_from=date.min, effective_at=None, retired_on=None)
    others = [each for each in norms if not is_same(each, norm)]
    counting = Counting(zone, now, most_flips)
    for numbers in _batches(list(appeals)[:MOST_APPEALS]):
        for number, events in _events(session, numbers):
            before = _clocks(reckon(events, norms, calendars, zone, now=now).clocks, norm.clock)
            after = _clocks(reckon(events, [*others, new], calendars, zone, now=now).clocks, norm.clock)
            received_at, department_id, topic_id = appeals[number]
            for key, clock in after.items():
                if clock.norm is new:
                    was, would_be = _verdict(before.get(key), now), _verdict(clock, now)
                    counting.add(number, received_at, department_id, topic_id, was, would_be)
    first, last = (moment.astimezone(zone).date() for moment in (since, now))
    return Rehearsal(counting.answer(), first, last, len(appeals) > MOST_APPEALS)


def _appeals(
    session: Session, norm: Norm, since: datetime, now: datetime
) -> dict[int, tuple[datetime, int | None, int | None]]:
    """The newest appeals that the norm may fit, one more than are counted."""
    columns = (Appeal.number, Appeal.received_at, Appeal.department_id, Appeal.topic_id)
    query = select(*columns).where(
        Appeal.received_at >= since,
        Appeal.received_at <= now,
        Appeal.kind == norm.kind,
        Appeal.status != Status.REJECTED,
    )
    if norm.network is not None:
        query = query.where(Appeal.network == norm.network)
    if norm.topic_id is not None:
        query = query.where(Appeal.topic_id == norm.topic_id)
    newest = query.order_by(Appeal.received_at.desc(), Appeal.number.desc()).limit(MOST_APPEALS + 1)
    return {number: (received, department, topic) for number, received, department, topic in session.execute(newest)}


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))


def _events(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, list[Event]]]:
    columns = (Entry.stream, Entry.act, Entry.happened_at, Entry.seq, Entry.by, Entry.data)
    streams = {f"appeal:{number}": number for number in numbers}
    query = select(*columns).where(Entry.stream.in_(list(streams))).order_by(Entry.stream, Entry.seq)
    for stream, entries in groupby(session.execute(query).all(), key=lambda row: row.stream):
        yield streams[stream], [Event(*row[1:]) for row in entries]


def _clocks(clocks: Sequence[Clock], name: ClockName) -> dict[tuple[int, int], Clock]:
    """The clocks of this name; of the first answer only the one that the figures count."""
    return {
        (each.cycle, each.turn): each
        for each in clocks
        if each.name is name and (name is not ClockName.FIRST or each.cycle == 1)
    }


def _verdict(clock: Clock | None, now: datetime) -> str:
    return WITHOUT_NORM if clock is None else _VERDICTS[clock.verdict(now)]
