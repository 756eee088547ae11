"""What the page of the system's state tells, read in a fixed number of queries: workers, inbox, outbox, journal, database.

It reads counts, codes and moments; never a citizen's word. Ages are by the database's clock, the one the workers share.
"""

import platform
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, func, null, select, text, union_all
from sqlalchemy.orm import Session

from incidents.flow import keeping, leading
from incidents.records.answers import IS_UNDER_WAY, Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import database_now
from incidents.records.people import Person
from incidents.records.sources import IS_STOPPED, IS_WAITING, InboxEvent, InboxState, Source
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
#: What somebody or something still has to do with an event; what became of the others is told of the last so many.
TO_DO = (InboxState.PENDING, InboxState.UNKNOWN, InboxState.FAILED)
DONE = (InboxState.PROCESSED, InboxState.IGNORED)
LATELY = 200
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
    #: Seconds that the database's clock is ahead of this machine's.
    skew: float

    @property
    def is_skewed(self) -> bool:
        return abs(self.skew) > CLOCK_DIFFERENCE


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
    python: str


@dataclass(frozen=True)
class Inbox:
    """What came: how much waits or has stopped, what became of the last, and since when the first waits to be read."""

    counts: Mapping[InboxState, int]
    #: Of the last `LATELY` events.
    lately: Mapping[InboxState, int]
    oldest: datetime | None


@dataclass(frozen=True)
class Outbox:
    """Answers that have not reached their network: how many in each state, for each source, and since when the first."""

    counts: Mapping[AnswerState, int]
    by_source: Mapping[int, int]
    oldest: datetime | None


def remarks(person: Person, today: date) -> Select[int] | None:
    """For the navigation: how many sources and messages to people wait for the administrator's hand.

    Stopped events and answers are not counted here: no index serves that, and this is asked with every page.
    """
    if person.role is not Role.ADMIN:
        return None
    paused = select(func.count()).select_from(Source).where(Source.paused_reason.is_not(None), Source.is_active)
    return select((paused.scalar_subquery() + letters.failed().scalar_subquery()).label("remarks"))


def watch(session: Session) -> Watch:
    now = database_now(session)
    skew = (now - datetime.now(UTC)).total_seconds()
    # Whoever leads is heard of, so the lease comes with the signs of life.
    leads = select(Lease.owner).where(Lease.name == leading.LEASE, Lease.until >= now).scalar_subquery()
    columns = (Heartbeat.job, Heartbeat.worker, Heartbeat.beat_at, Heartbeat.note, leads.label("leader"))
    query = select(*columns).where(Heartbeat.beat_at > now - FORGOTTEN_AFTER).order_by(Heartbeat.beat_at.desc())
    rows = session.execute(query).all()
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
    leader = rows[0].leader if rows else None
    return Watch(workers, sorted(jobs.values(), key=lambda beat: beat.job), leader or "", skew)


def _patience(job: str) -> timedelta:
    return JOB_SILENT_AFTER * max(1.0, SELDOM.get(job, 0.0) / 60.0)


def inbox(session: Session) -> Inbox:
    """In one question, which costs the same however much was read: the events that were are never counted."""
    state = InboxEvent.state
    last = select(state).order_by(InboxEvent.id.desc()).limit(LATELY).subquery()
    query = union_all(
        select(state, func.count(), func.min(InboxEvent.received_at)).where(IS_WAITING).group_by(state),
        select(state, func.count(), null()).where(IS_STOPPED).group_by(state),
        select(last.c.state, func.count(), null()).where(last.c.state.in_(DONE)).group_by(last.c.state),
    )
    counts, oldest = Counter[InboxState](), None
    for each, number, since in session.execute(query):
        counts[each], oldest = number, since or oldest
    return Inbox({each: counts[each] for each in TO_DO}, {each: counts[each] for each in DONE}, oldest)


def failed_events(session: Session) -> list[tuple[InboxEvent, Source]]:
    """The events that need a person, the oldest first; the page shows source, time and code of the error."""
    query = (
        select(InboxEvent, Source)
        .join(Source, Source.id == InboxEvent.source_id)
        .where(IS_STOPPED, InboxEvent.state == InboxState.FAILED)
        .order_by(InboxEvent.id)
        .limit(AT_MOST)
    )
    return [(event, source) for event, source in session.execute(query)]


def outbox(session: Session) -> Outbox:
    columns = (Answer.state, Answer.source_id, func.count(), func.min(Answer.approved_at))
    found = session.execute(select(*columns).where(IS_UNDER_WAY).group_by(Answer.state, Answer.source_id)).all()
    counts, by_source = Counter[AnswerState](), Counter[int]()
    for state, source, number, _ in found:
        counts[state] += number
        if source is not None:
            by_source[source] += number
    oldest = min((since for *_, since in found if since), default=None)
    return Outbox({state: counts[state] for state in OUTBOX}, by_source, oldest)


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
    revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    # What the driver was told when it connected.
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    name, free = f"PostgreSQL {version}", None
    if connection.dialect.name == "sqlite":
        name, file = f"SQLite {version}", Path(connection.engine.url.database or "")
        free = shutil.disk_usage(file.parent).free if file.is_file() else None
    return House(name, revision or "", keeping.size_of(session), free, platform.python_version())
