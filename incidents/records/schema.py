"""The migrations as functions: up, down, and "does the database stand where the program expects it?"."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from incidents import HOME

#: What a command says when it must not go on.
BEHIND = "the database is not at this version; run `incidents upgrade`"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`. Safe to repeat; two processes at once wait for each other on PostgreSQL."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema down to `revision`. Everything that was kept in what is removed is lost."""
    _run(engine, lambda config: command.downgrade(config, revision))


def check(engine: Engine) -> None:
    """Raise when the models say something that the migrations do not."""
    _run(engine, command.check)


def is_current(engine: Engine) -> bool:
    """Is every migration applied?"""
    with engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    return now == ScriptDirectory.from_config(_config()).get_current_head()


def _run(engine: Engine, do: Callable[[Config], None]) -> None:
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        with _tables_may_be_made_anew(connection):
            do(config)


@contextmanager
def _tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; with foreign keys watched, dropping the old one would meet its children.

    The switch works between transactions only. Raises ValueError if a row was left without its parent.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if driver.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise ValueError("a migration left rows without their parents")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    return config
