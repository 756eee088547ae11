"""The sweep's verb: raise the alarms that have come, each exactly once for each deadline, however many workers run.

The truth about lateness is computed from timestamps wherever it is shown; an alarm only says that it was raised. They are
planned with the clocks (`timing`), so the sweep looks at nothing but what is due; after a standstill it catches up, each
alarm dated when it was due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from incidents.flow import gate, noticing
from incidents.flow.journalling import Draft, append_many
from incidents.records.clocks import UNRAISED, Alarm
from incidents.rules.acts import Act
from incidents.rules.alarms import act_of

#: Alarms in one transaction: long enough to be quick, short enough to hold nobody up.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Raised:
    """What one call did: the alarms raised as (appeal, act), and the alarms that could not be written, by id."""

    alarms: tuple[tuple[int, Act], ...]
    failed: tuple[int, ...] = ()


def raise_alarms(session: Session, *, now: datetime, passing: frozenset[int] = frozenset()) -> Raised:
    """Raise at most BATCH alarms, the longest due first, in the caller's transaction; nothing left to do: empty.

    1. Claim by one UPDATE that repeats the condition; only the rows it returns are ours.
    2. Journal them together and tell the people. If that fails, undo, and take them one by one: a row that fails is
       left, the rest go on. `passing` are rows that failed before; without it the same bad row would be met for ever.
    """
    due = _due(now, passing)
    try:
        with session.begin_nested():
            return Raised(_raise(session, due, now))
    except SQLAlchemyError:
        return _one_by_one(session, due, now)


def _raise(session: Session, due: ColumnElement[bool], now: datetime) -> tuple[tuple[int, Act], ...]:
    claimed = _claim(session, due, now)
    if claimed:
        append_many(session, [_entry(alarm) for alarm in claimed], now=now)
        noticing.spread(session, claimed, now=now)
    return tuple((alarm.appeal_number, act_of(alarm.step)) for alarm in claimed)


def _one_by_one(session: Session, due: ColumnElement[bool], now: datetime) -> Raised:
    done: list[tuple[int, Act]] = []
    failed = []
    ids = session.scalars(select(Alarm.id).where(due).order_by(Alarm.happens_at, Alarm.id).limit(BATCH)).all()
    for alarm_id in ids:
        try:
            with session.begin_nested():
                done += _raise(session, and_(due, Alarm.id == alarm_id), now)
        except SQLAlchemyError:
            failed.append(alarm_id)
    return Raised(tuple(done), tuple(failed))


def _claim(session: Session, due: ColumnElement[bool], now: datetime) -> Sequence[Alarm]:
    """The alarms that this call alone raises, in the order in which they fell due."""
    locked = select(Alarm.id).where(due).order_by(Alarm.happens_at, Alarm.id).limit(BATCH)
    # A plain subquery PostgreSQL may run anew for every row; a locking CTE runs once, so that a batch stays one.
    chosen = locked.with_for_update(skip_locked=True).cte("chosen")
    query = (
        update(Alarm)
        .where(Alarm.id.in_(select(chosen.c.id)), Alarm.raised_at.is_(None))
        .values(raised_at=now)
        .returning(Alarm)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(query), key=lambda alarm: (alarm.happens_at, alarm.id))


def _due(now: datetime, passing: frozenset[int]) -> ColumnElement[bool]:
    """The very words of the partial index, and the moments that are past: exactly on the deadline is in time."""
    # Without a type: SQLite would be asked whether a Boolean equals 1, and would not know its index in that.
    conditions: list[ColumnElement[bool]] = [literal_column(f"({UNRAISED})"), Alarm.happens_at < now]
    if passing:
        conditions.append(Alarm.id.not_in(passing))
    return and_(*conditions)


def _entry(alarm: Alarm) -> Draft:
    """Dated when it was due."""
    data = {
        "clock": alarm.clock,
        "cycle": alarm.cycle,
        "turn": alarm.turn,
        "step": alarm.step,
        "level": alarm.level,
        "due_at": alarm.due_at.isoformat(),
    }
    return Draft(gate.stream(alarm.appeal_number), act_of(alarm.step), gate.CLOCK.name, alarm.happens_at, data)
