"""Copies of the database and its growth: asked for by the administrator, written by a worker, measured every hour."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.people import Person
from incidents.records.upkeep import Backup, BackupState, MonthSize
from incidents.rules.acts import Refused

STREAM = "system"
#: A copy that runs longer was left behind by a worker that died.
LONGEST = timedelta(hours=6)
_OPEN = (BackupState.WAITING, BackupState.RUNNING)


def ask(session: Session, person: Person, folder: str, *, now: datetime) -> Backup:
    """Ask for a copy. Raises Refused: `no_backup_folder` (none is set), `backup_runs` (one is on its way)."""
    if not folder:
        raise Refused("no_backup_folder")
    if is_asked(session):
        raise Refused("backup_runs")
    backup = Backup(state=BackupState.WAITING, asked_at=now, person=person, file="", size=0, error="")
    session.add(backup)
    session.flush()
    append(session, Draft(STREAM, "ask_backup", person.actor.name, now, {"backup": backup.id}), now=now)
    return backup


def is_asked(session: Session) -> bool:
    """Does a copy wait or run?"""
    return session.scalar(select(Backup.id).where(Backup.state.in_(_OPEN)).limit(1)) is not None


def claim(session: Session, zone: ZoneInfo, database: str, *, now: datetime) -> Backup | None:
    """Take up the copy that waits, and name its file; None where none does. The caller commits.

    One whose worker died is put down as failed: half a copy is none.
    """
    session.execute(
        update(Backup)
        .where(Backup.state == BackupState.RUNNING, Backup.started_at < now - LONGEST)
        .values(state=BackupState.FAILED, finished_at=now, error="worker_died")
    )
    ending = "db" if database == "sqlite" else "dump"
    name = f"incidents-{now.astimezone(zone):%Y-%m-%d-%H%M%S}.{ending}"
    taken = session.scalar(
        update(Backup)
        .where(Backup.state == BackupState.WAITING)
        .values(state=BackupState.RUNNING, started_at=now, file=name)
        .returning(Backup.id)
        .execution_options(synchronize_session=False)
    )
    return session.get(Backup, taken, populate_existing=True) if taken else None


def record(session: Session, backup_id: int, size: int, error: str, *, now: datetime) -> None:
    """Write down what became of a copy: its size, or why there is none."""
    backup = session.get_one(Backup, backup_id)
    backup.state = BackupState.FAILED if error else BackupState.DONE
    backup.size, backup.error, backup.finished_at = size, error[:200], now


def measure(session: Session, zone: ZoneInfo, *, now: datetime) -> int:
    """Keep how large the database is, under the month of the town; the size in bytes."""
    size = size_of(session)
    month = now.astimezone(zone).date().replace(day=1)
    row = session.get(MonthSize, month)
    if row is None:
        session.add(MonthSize(month=month, size=size, measured_at=now))
    else:
        row.size, row.measured_at = size, now
    return size


def months(session: Session, since: date) -> list[MonthSize]:
    """The months that were measured, the newest first."""
    return list(session.scalars(select(MonthSize).where(MonthSize.month >= since).order_by(MonthSize.month.desc())))


def size_of(session: Session) -> int:
    """The size of the database in bytes: of SQLite with its log, of PostgreSQL as it says itself."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    file = Path(connection.engine.url.database or "")
    parts = (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm")))
    return sum(part.stat().st_size for part in parts if part.is_file())
