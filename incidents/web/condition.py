"""What the page of the system's state tells, read in a fixed number of queries: workers, inbox, outbox, journal, database.

It reads counts, codes and moments; never a citizen's word. Ages are by the database's clock, the one the workers share.
"""

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from incidents.flow import keeping, leading, posting
from incidents.records.answers import IS_UNDER_WAY, Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import database_now
from incidents.records.journal import Seal, Stream
from incidents.records.notices import Letter
from incidents.records.people import Person
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.records.workers import Heartbeat, Lease
from incidents.rules.acts import Role
from incidents.web import letters

#: Workers and their jobs that nobody heard of for longer are history: each start has a name of its own.
FORGOTTEN_AFTER = timedelta(hours=24)
#: A job that runs once a minute must miss more than one run before it is called silent; those that run more seldom, in
#: seconds, have as much patience in their own measure.
JOB_SILENT_AFTER = timedelta(seconds=150)
SELDOM = {"needs": 300.0, "size": 120.0, "certificate": 120.0}
STOPPED = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN)
OUTBOX = (AnswerState.APPROVED, AnswerState.SENDING, AnswerState.RETRY, *STOPPED)
AT_MOST = 50
#: Seconds the machine's clock may differ from the database's before minutes become arguable.
CLOCK_DIFFERENCE = 2.0


@dataclass(frozen=True)
class Beat:
    """The last sign of life of a job (by whichever worker) or of a worker."""

    job: str
    worker: str
    seconds: float
    note: str
    is_silent: bool

    @property
    def has_failed(self) -> bool:
        return self.note.startswith("failed")


@dataclass(frozen=True)
class Watch:
    """Who works in the background. `leader` is empty when nobody holds the lease."""

    workers: list[Beat]
    jobs: list[Beat]
    leader: str


@dataclass(frozen=True)
class Stopped:
    """An answer that has not reached its network: no text of it, only what the network said. `next_at` is when the
    program tries again by itself; else a person decides."""

    id: int
    number: int
    network: str
    state: AnswerState
    attempts: int
    approved_at: datetime | None
    code: str
    words: str
    next_at: datetime | None
    #: Through which source it goes; None where it is placed by hand.
    source_id: int | None


@dataclass(frozen=True)
class House:
    """What the program stands on. Sizes in bytes; `free` is None where the database is elsewhere."""

    database: str
    migration: str
    size: int
    free: int | None
    entries: int
    sealed_at: datetime | None
    unsealed: int
    python: str
    #: Seconds that the database's clock is ahead of this machine's.
    skew: float

    @property
    def is_skewed(self) -> bool:
        return abs(self.skew) > CLOCK_DIFFERENCE


def remarks(session: Session, person: Person, now: datetime) -> Mapping[str, int]:
    """For the navigation: how many sources and messages to people wait for the administrator's hand.

    Stopped events and answers are not counted here: no index serves that, and this is asked with every page.
    """
    if person.role is not Role.ADMIN:
        return {}
    query = select(func.count()).select_from(Source).where(Source.paused_reason.is_not(None), Source.is_active)
    return {"remarks": (session.scalar(query) or 0) + letters.failed(session)}


def watch(session: Session) -> Watch:
    now = database_now(session)
    rows = session.scalars(
        select(Heartbeat).where(Heartbeat.beat_at > now - FORGOTTEN_AFTER).order_by(Heartbeat.beat_at.desc())
    )
    workers: list[Beat] = []
    jobs: dict[str, Beat] = {}
    for row in rows:
        age = now - row.beat_at
        is_worker = row.job == "worker"
        silent = age > (leading.SILENT_AFTER if is_worker else _patience(row.job))
        beat = Beat(row.job, row.worker, max(0.0, age.total_seconds()), row.note, silent)
        if is_worker:
            workers.append(beat)
        else:
            jobs.setdefault(row.job, beat)
    leader = session.scalar(select(Lease.owner).where(Lease.name == leading.LEASE, Lease.until >= now))
    return Watch(workers, sorted(jobs.values(), key=lambda beat: beat.job), leader or "")


def _patience(job: str) -> timedelta:
    return JOB_SILENT_AFTER * max(1.0, SELDOM.get(job, 0.0) / 60.0)


def inbox(session: Session) -> Mapping[InboxState, int]:
    found = session.execute(select(InboxEvent.state, func.count()).group_by(InboxEvent.state))
    counts = dict(found.all())
    return {state: counts.get(state, 0) for state in InboxState}


def oldest(session: Session) -> Mapping[str, datetime | None]:
    """Since when the first of each queue waits: what came, answers, messages to people."""
    events = select(func.min(InboxEvent.received_at)).where(InboxEvent.state == InboxState.PENDING)
    answers = select(func.min(Answer.approved_at)).where(IS_UNDER_WAY)
    posted = select(func.min(Letter.queued_at)).where(Letter.state.in_(posting.WAITING))
    row = session.execute(select(events.scalar_subquery(), answers.scalar_subquery(), posted.scalar_subquery())).one()
    return dict(zip(("inbox", "outbox", "letters"), row, strict=True))


def failed_events(session: Session) -> list[tuple[InboxEvent, Source]]:
    """The events that need a person, the oldest first; the page shows source, time and code of the error."""
    query = (
        select(InboxEvent, Source)
        .join(Source, Source.id == InboxEvent.source_id)
        .where(InboxEvent.state == InboxState.FAILED)
        .order_by(InboxEvent.id)
        .limit(AT_MOST)
    )
    return [(event, source) for event, source in session.execute(query)]


def outbox(session: Session) -> Mapping[AnswerState, int]:
    query = select(Answer.state, func.count()).where(IS_UNDER_WAY).group_by(Answer.state)
    counts = dict(session.execute(query).all())
    return {state: counts.get(state, 0) for state in OUTBOX}


def stopped(session: Session) -> list[Stopped]:
    query = (
        select(
            Answer.id,
            Answer.appeal_number,
            Appeal.network,
            Answer.state,
            Answer.attempts,
            Answer.approved_at,
            Answer.error_code,
            Answer.error,
            Answer.next_at,
            Answer.source_id,
        )
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(IS_UNDER_WAY, Answer.state.in_((*STOPPED, AnswerState.RETRY)))
        .order_by(Answer.approved_at)
        .limit(AT_MOST)
    )
    return [
        Stopped(
            id_,
            number,
            network,
            state,
            tried,
            at,
            code or "",
            words or "",
            next_at if state is AnswerState.RETRY else None,
            source_id,
        )
        for id_, number, network, state, tried, at, code, words, next_at, source_id in session.execute(query)
    ]


def house(session: Session) -> House:
    connection = session.connection()
    entries, unsealed = session.execute(
        select(
            func.coalesce(func.sum(Stream.head_seq), 0), func.coalesce(func.sum(Stream.head_seq - Stream.sealed_seq), 0)
        )
    ).one()
    revision = MigrationContext.configure(connection).get_current_revision()
    sealed_at = session.scalar(select(Seal.sealed_at).order_by(Seal.id.desc()).limit(1))
    if connection.dialect.name == "sqlite":
        version = session.execute(text("SELECT sqlite_version()")).scalar_one()
        name = f"SQLite {version}"
        file = Path(connection.engine.url.database or "")
        free = shutil.disk_usage(file.parent).free if file.is_file() else None
    else:
        version = session.execute(text("SHOW server_version")).scalar_one()
        name = f"PostgreSQL {version.split()[0]}"
        free = None
    size, python = keeping.size_of(session), platform.python_version()
    skew = (database_now(session) - datetime.now(UTC)).total_seconds()
    return House(name, revision or "", size, free, int(entries), sealed_at, int(unsealed), python, skew)
