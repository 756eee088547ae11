"""The sweep's verbs: warn, flag and escalate, each appeal exactly once for each deadline, however many workers run.

The truth about lateness is computed from timestamps wherever it is shown; what is kept here only says that the alarm was
raised. After a standstill it catches up, each alarm dated when it was due; an answer that is confirmed late raises its own
(`approving.settle_alarm`), so the sweep need look at nothing but what still waits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from incidents.flow import gate
from incidents.flow.journalling import Draft, append, append_many
from incidents.records.appeals import Appeal, waiting_for
from incidents.rules.lifecycle import Act

#: Appeals in one transaction: long enough to be quick, short enough to hold nobody up.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Alarm:
    """One kind of alarm: its act, the column that keeps when it was raised, and when it is due after a deadline."""

    act: Act
    column: InstrumentedAttribute[datetime | None]
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Raised:
    """What one call did: the appeals whose alarm was raised, and those that could not be written and wait for a person."""

    numbers: tuple[int, ...]
    failed: tuple[int, ...] = ()


def alarms(warn_minutes: int, escalate_minutes: int) -> tuple[Alarm, Alarm, Alarm]:
    """The three alarms of a deadline, in the order in which they fall due."""
    return (
        Alarm(Act.WARN, Appeal.warned_at, timedelta(minutes=-warn_minutes)),
        Alarm(Act.OVERDUE, Appeal.overdue_at, timedelta()),
        Alarm(Act.ESCALATE, Appeal.escalated_at, timedelta(minutes=escalate_minutes)),
    )


def raise_alarms(session: Session, alarm: Alarm, *, now: datetime, passing: frozenset[int] = frozenset()) -> Raised:
    """Raise one kind of alarm for at most BATCH appeals, in the caller's transaction; nothing left to do: empty.

    1. Claim by one UPDATE that repeats the condition; only the rows it returns are ours.
    2. Journal them together. If that fails, undo, and take them one by one: a row that fails is left, the rest go on.
       `passing` are rows that failed before; without it the same bad row would be met for ever.
    """
    try:
        with session.begin_nested():
            claimed = _claim(session, alarm, now, _due(alarm, now, passing))
            if claimed:
                append_many(session, [_entry(alarm, *row) for row in claimed], now=now)
            return Raised(tuple(number for number, _, _ in claimed))
    except SQLAlchemyError:
        return _one_by_one(session, alarm, now, passing)


def _one_by_one(session: Session, alarm: Alarm, now: datetime, passing: frozenset[int]) -> Raised:
    done, failed = [], []
    due = _due(alarm, now, passing)
    for number in session.scalars(select(Appeal.number).where(due).order_by(Appeal.due_at).limit(BATCH)).all():
        try:
            with session.begin_nested():
                for row in _claim(session, alarm, now, and_(due, Appeal.number == number)):
                    append(session, _entry(alarm, *row), now=now)
                    done.append(number)
        except SQLAlchemyError:
            failed.append(number)
    return Raised(tuple(done), tuple(failed))


def _claim(
    session: Session, alarm: Alarm, now: datetime, due: ColumnElement[bool]
) -> list[tuple[int, datetime, datetime]]:
    """(number, deadline, start of the clock) of the appeals that this call alone raises the alarm for."""
    locked = select(Appeal.number).where(due).order_by(Appeal.due_at).limit(BATCH).with_for_update(skip_locked=True)
    # A plain subquery PostgreSQL may run anew for every row; a locking CTE runs once, so that a batch stays one.
    chosen = locked.cte("chosen")
    query = (
        update(Appeal)
        .where(Appeal.number.in_(select(chosen.c.number)), alarm.column.is_(None))
        # An alarm is no change of the appeal that a person at work on it should stumble over: its version stays.
        .values({alarm.column.key: now})
        .returning(Appeal.number, Appeal.due_at, Appeal.clock_started_at)
        .execution_options(synchronize_session=False)
    )
    return [(number, due_at, started) for number, due_at, started in session.execute(query) if due_at and started]


def _due(alarm: Alarm, now: datetime, passing: frozenset[int]) -> ColumnElement[bool]:
    """The very words of the alarm's partial index, and the deadlines that have come: exactly on the deadline is in time."""
    limit = now - alarm.offset
    deadline = Appeal.due_at < limit if alarm.act is Act.OVERDUE else Appeal.due_at <= limit
    # Without a type: SQLite would be asked whether a Boolean equals 1, and would not know its index in that.
    conditions: list[ColumnElement[bool]] = [literal_column(f"({waiting_for(alarm.column.key)})"), deadline]
    if passing:
        conditions.append(Appeal.number.not_in(passing))
    return and_(*conditions)


def _entry(alarm: Alarm, number: int, due_at: datetime, started_at: datetime) -> Draft:
    """Dated when it was due; a term shorter than the warning warns at its start."""
    happened_at = max(started_at, due_at + alarm.offset)
    return Draft(gate.stream(number), alarm.act, gate.CLOCK.name, happened_at, {"due_at": due_at.isoformat()})
