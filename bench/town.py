"""A town of N appeals, filled fast: what every measurement is made in.

Departments, classifier and norms are those of a new installation (`flow.founding`); people, token and source come from
the flow's own verbs; the appeals are bulk rows (stories.py) with chains that `incidents verify` would accept.
"""

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from bench import databases, texts
from bench.stories import Cast, Shape, Story, tell
from incidents import jobs
from incidents.flow import accounts, connecting, founding, tokens
from incidents.flow.journalling import Draft
from incidents.records import schema
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.database import Base, make_sessions, open_engine
from incidents.records.journal import Entry, Stream
from incidents.records.norms import NormRow
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.acts import Actor, Role
from incidents.rules.chain import NOTHING, Fields, entry_hash
from incidents.rules.norms import Kind
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.statistics import keeping, measures

BY = Actor("machine:bench")
ZONE = "Asia/Vladivostok"
GROUP_ID, HOOK_KEY, HOOK_SECRET = 1234, "bench", "a secret of the bench"
AT_ONCE, IN_ONE_TRANSACTION = 500, 10_000
#: Open appeals of the department whose head walks through the pages, as near as its town has one.
DESK = 20
#: Tables whose keys were given by hand: PostgreSQL must be told where to go on counting.
_NUMBERED = {"appeals": "number", "authors": "id", "answers": "id"}


@dataclass(frozen=True, slots=True)
class Town:
    """A filled database and what is needed to walk in."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    shape: Shape
    people: dict[Role, int]
    token: str

    @property
    def database(self) -> str:
        return self.engine.dialect.name

    @property
    def address(self) -> str:
        """Where the database is, for whoever speaks to it without SQLAlchemy: a path, or libpq's address."""
        return str(self.engine.url.database) if self.database == "sqlite" else databases.plain(self.engine.url)


@contextmanager
def founded(url: str, wanted: Shape, tell_progress: Callable[[str], None]) -> Iterator[Town]:
    """An empty database becomes a town of this shape; its connections are closed afterwards."""
    now = datetime.now(UTC)
    settings = Settings(town_name="Bench", zone=ZONE, database_url=url, key=Fernet.generate_key().decode())
    engine = open_engine(url)
    try:
        schema.upgrade(engine)
        sessions = make_sessions(engine, settings.town)
        with sessions() as session:
            cast, people, token = _people(session, settings, now)
            session.commit()
        appeals = wanted.appeals
        told = tell(random.Random(1), cast, wanted, texts.made_up(random.Random(2)), now)
        for done in range(0, appeals, IN_ONE_TRANSACTION):
            with sessions() as session:
                for _ in range(IN_ONE_TRANSACTION // AT_ONCE):
                    _store(session, list(islice(told, AT_ONCE)), cast.press, now)
                session.commit()
            tell_progress(f"{engine.dialect.name}: {min(done + IN_ONE_TRANSACTION, appeals)} of {appeals} appeals")
        with sessions() as session:
            _lead(session, people[Role.HEAD])
            # As the worker leaves it within its first minute.
            keeping.refresh(session, settings.town_zone, now=datetime.now(UTC))
            session.commit()
        # As the search knows them: what is alike and what a person looks for is found through it.
        jobs.index_words(sessions)
        _settle(engine)
        yield Town(settings, engine, sessions, wanted, people, token)
    finally:
        engine.dispose()


def _people(session: Session, settings: Settings, now: datetime) -> tuple[Cast, dict[Role, int], str]:
    founding.found(session, now=now)
    people = {}
    for role in (Role.PRESS, Role.MANAGER, Role.ADMIN):
        person, _ = accounts.add_person(session, role, role, BY, now=now, password=secrets.token_urlsafe())
        people[role] = person.id
    token = tokens.add_token(session, "bench", ["intake", "read", "history"], BY, now=now)
    head, _ = accounts.add_person(
        session, "head", Role.HEAD, BY, now=now, password=secrets.token_urlsafe(), department=session.get(Department, 1)
    )
    people[Role.HEAD] = head.id
    source = connecting.add_source(
        session,
        Network.VK,
        "Bench",
        GROUP_ID,
        BY,
        settings.key,
        now=now,
        secret=HOOK_SECRET,
        token="no network is asked",
        key=HOOK_KEY,
    )
    norms = select(NormRow.id).where(NormRow.kind == Kind.SOCIAL).order_by(NormRow.valid_from.desc())
    answered_for = session.execute(select(Topic.id, Topic.department_id).where(Topic.department_id.is_not(None)))
    topics = [(topic, department) for topic, department in answered_for if department]
    return Cast(people[Role.PRESS], source.id, session.scalars(norms).first() or 0, topics), people, token


def _lead(session: Session, head: int) -> None:
    """Give the head the department that has about as many open appeals as in any other town: the page of a department is
    compared, and not how much its town has to do."""
    lying = select(Appeal.department_id, func.count()).where(measures.IS_OPEN, Appeal.department_id.is_not(None))
    found = session.execute(lying.group_by(Appeal.department_id)).all()
    department_id, _ = min(found, key=lambda each: (abs(each[1] - DESK), each[0]), default=(None, 0))
    if department_id is not None:
        session.get_one(Person, head).department_id = department_id


def identity(town: Town, role: Role) -> str:
    """What a session cookie says of somebody of this role."""
    with town.sessions() as session:
        return f"{town.people[role]}.{session.get_one(Person, town.people[role]).session_version}"


def _store(session: Session, chunk: Sequence[Story], press: int, now: datetime) -> None:
    if not chunk:
        return
    answers = [story.answer for story in chunk if story.answer]
    _insert(session, Author, [_author(story) for story in chunk])
    _insert(session, Appeal, [story.appeal for story in chunk])
    _insert(session, Message, [story.message for story in chunk])
    _insert(session, Answer, answers)
    _insert(session, AnswerVersion, [_version(answer, press) for answer in answers])
    for table, rows in _journalled([draft for story in chunk for draft in story.drafts], now):
        _insert(session, table, rows)


def _journalled(drafts: Sequence[Draft], now: datetime) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """Heads and entries as `flow.journalling` writes them; every stream is new and whole here, so nothing is asked first."""
    heads: dict[str, tuple[int, str]] = {}
    entries = []
    for draft in drafts:
        seq, previous = heads.get(draft.stream, (0, NOTHING))
        noticed_at = draft.noticed_at or now
        fields = Fields(draft.stream, seq + 1, draft.act, draft.by, draft.happened_at, noticed_at, draft.data, None)
        own = entry_hash(fields, previous)
        heads[draft.stream] = (seq + 1, own)
        row = {name: getattr(fields, name) for name in ("stream", "seq", "act", "by", "happened_at", "noticed_at")}
        entries.append(row | {"data": dict(fields.data), "previous_hash": previous, "hash": own})
    yield Stream, [{"name": n, "head_seq": s, "head_hash": h, "sealed_seq": s} for n, (s, h) in heads.items()]
    yield Entry, entries


def _author(story: Story) -> dict[str, Any]:
    number, network = story.appeal["number"], story.appeal["network"]
    return {"id": number, "network": network, "external_id": str(number), "name": f"Житель {number}"}


def _version(answer: dict[str, Any], press: int) -> dict[str, Any]:
    written = {"text": answer["text"], "saved_at": answer["created_at"], "person_id": press}
    return {"answer_id": answer["id"], "version": 1, **written}


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table.__table__), rows)  # type: ignore[arg-type]  # a Table it is


def _settle(engine: Engine) -> None:
    """PostgreSQL as its own housekeeping would leave it. SQLite has none: its planner knows no more than in a town."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table, column in _NUMBERED.items():
            sequence = f"pg_get_serial_sequence('{table}', '{column}')"
            connection.execute(text(f"SELECT setval({sequence}, max({column})) FROM {table}"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
