"""Which worker leads, and signs of life. Everything here counts by the database's clock, the one that all workers share."""

from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, or_, select, update
from sqlalchemy.orm import Session

from incidents.records.database import DatabaseClock, database_now, insert_missing
from incidents.records.workers import Heartbeat, Lease

LEASE = "leader"
#: How long a leader may be silent before another worker may take over; with the seconds between two attempts and the
#: next sweep, an alarm waits for a dead leader ten seconds at most.
TERM = timedelta(seconds=8)
#: A worker is taken for silent after this; well over the longest time between two of its beats.
SILENT_AFTER = timedelta(seconds=60)


def lead(session: Session, worker: str) -> int | None:
    """Take or renew the lease for one term: its epoch, or None while another worker holds it. The caller commits.

    One conditional UPDATE decides; the epoch rises with each change of owner, so that a worker that slept through its
    term can tell that it was replaced.
    """
    now = database_now(session)
    insert_missing(session, Lease, [{"name": LEASE, "owner": "", "epoch": 0, "until": now - TERM}])
    return session.scalar(
        update(Lease)
        .where(Lease.name == LEASE, or_(Lease.owner == worker, Lease.until < now))
        .values(owner=worker, until=now + TERM, epoch=Lease.epoch + case((Lease.owner == worker, 0), else_=1))
        .returning(Lease.epoch)
        .execution_options(synchronize_session=False)
    )


def step_down(session: Session, worker: str) -> None:
    """Give the lease back, so that another worker need not wait for its end."""
    session.execute(
        update(Lease)
        .where(Lease.name == LEASE, Lease.owner == worker)
        .values(until=database_now(session) - TERM)
        .execution_options(synchronize_session=False)
    )


def beat(session: Session, worker: str, job: str, note: str = "") -> None:
    """Leave a sign of life of one job, with a code of what it did or why it failed."""
    now = database_now(session)
    insert_missing(session, Heartbeat, [{"job": job, "worker": worker, "beat_at": now, "note": ""}])
    session.execute(
        update(Heartbeat).where(Heartbeat.job == job, Heartbeat.worker == worker).values(beat_at=now, note=note[:200])
    )


def silence(session: Session) -> float | None:
    """Seconds since any worker was last heard of, when that is too long or never was (then infinite); None: all is well."""
    return silence_between(*session.execute(last_heard()).one())


def last_heard() -> Select[datetime | None, datetime]:
    """The question behind it: when any worker was last heard of, and what the same clock shows now."""
    beat = func.max(Heartbeat.beat_at).label("heard_at")
    return select(beat, DatabaseClock().label("asked_at")).where(Heartbeat.job == "worker")


def silence_between(heard_at: datetime | None, asked_at: datetime) -> float | None:
    """The answer to it, as `silence` gives it."""
    if heard_at is None:
        return float("inf")
    quiet = asked_at - heard_at
    return quiet.total_seconds() if quiet > SILENT_AFTER else None
