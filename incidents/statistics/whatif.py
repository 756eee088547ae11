"""The same period under another limit, other hours or another calendar: the stored facts, read for `rules.whatif`.

What is asked about are the appeals of the yearly figures, received in the period by the town's date, so that with nothing
changed the counts are those of `measures`. Rows are read in batches and forgotten, however many there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, literal, null, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.clocks import ClockRow
from incidents.records.journal import Entry
from incidents.rules import life
from incidents.rules.calendar import Versions
from incidents.rules.life import Event, Pause
from incidents.rules.norms import INCIDENTS, ClockName, Norm
from incidents.rules.whatif import Answer, Counting, Fact, Question, ask
from incidents.statistics import measures

#: Rows in memory at a time.
BATCH = 5_000
#: Clocks that can be asked about: a promise's date was given to the citizen, no limit changes it.
CLOCKS = (ClockName.FIRST, ClockName.NEXT, ClockName.FINAL)
_STREAM = "appeal:"


def read(
    session: Session,
    question: Question,
    period: tuple[datetime, datetime],
    *,
    norms: Sequence[Norm],
    calendars: Versions,
    zone: ZoneInfo,
    now: datetime,
    clock: ClockName = ClockName.FIRST,
    most_flips: int = 0,
    before_number: int | None = None,
) -> Answer:
    """What would be of the appeals received within `period` (from, and before). The newest flips are kept, `most_flips`
    of them, of appeals with a number below `before_number` if that is given."""
    counting = Counting(zone, now, most_flips, before_number)
    by_id = {norm.id: norm for norm in norms}
    query = _of_appeals() if clock is ClockName.FIRST else _of_clocks(clock)
    query = query.where(*_asked_about(period, now)).execution_options(yield_per=BATCH)
    for rows in session.execute(query).partitions():
        ask(_facts(session, rows), question, by_id, calendars, counting)
    return counting.answer()


def size(session: Session, period: tuple[datetime, datetime], now: datetime) -> int:
    """How many appeals a question about this period looks at."""
    return session.execute(select(func.count()).select_from(Appeal).where(*_asked_about(period, now))).scalar_one()


def _asked_about(period: tuple[datetime, datetime], now: datetime) -> list[measures.Condition]:
    received = measures.condition("received", now)
    return [measures.received_within(*period), received, Appeal.kind.in_(sorted(INCIDENTS))]


def _of_appeals() -> Select[*tuple[Any, ...]]:
    """The clock of the figures stands on the appeal itself. It is never paused: waiting begins with an answer."""
    return select(
        Appeal.number,
        Appeal.received_at,
        Appeal.clock_started_at,
        Appeal.due_at,
        Appeal.answered_at,
        null(),
        Appeal.norm_id,
        Appeal.department_id,
        Appeal.topic_id,
        literal(False),
        literal(1),
    )


def _of_clocks(clock: ClockName) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Appeal.number,
            Appeal.received_at,
            ClockRow.started_at,
            ClockRow.due_at,
            ClockRow.stopped_at,
            ClockRow.ended_at,
            ClockRow.norm_id,
            Appeal.department_id,
            Appeal.topic_id,
            (ClockRow.paused_seconds > 0) | ClockRow.paused_at.is_not(None),
            ClockRow.cycle,
        )
        .join(ClockRow, ClockRow.appeal_number == Appeal.number)
        .where(ClockRow.name == clock)
    )


def _facts(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[Fact]:
    """The rows as facts; where somebody waited for the author, when that was is asked of the journal."""
    waited = {row[0] for row in rows if row[9]}
    pauses = dict(_pauses(session, waited)) if waited else {}
    for number, received, started, due, met, ended, norm_id, department_id, topic_id, has_waited, cycle in rows:
        known = pauses.get((number, cycle), ()) if has_waited else ()
        yield number, received, started, due, met, ended, norm_id, department_id, topic_id, known


def _pauses(session: Session, numbers: Iterable[int]) -> Iterator[tuple[tuple[int, int], tuple[Pause, ...]]]:
    columns = (Entry.stream, Entry.act, Entry.happened_at, Entry.seq, Entry.by, Entry.data)
    streams = {f"{_STREAM}{number}": number for number in numbers}
    query = select(*columns).where(Entry.stream.in_(list(streams))).order_by(Entry.stream, Entry.seq)
    for stream, entries in groupby(session.execute(query).all(), key=lambda row: row.stream):
        for cycle in life.replay(Event(*row[1:]) for row in entries).cycles:
            yield (streams[stream], cycle.number), tuple(cycle.pauses)
