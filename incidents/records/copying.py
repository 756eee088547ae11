"""A consistent copy of the database while it is in use: SQLite by its own backup, PostgreSQL by pg_dump."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

#: Why PostgreSQL's own program made no copy.
ABSENT = "pg_dump is not here; install postgresql-client"
FAILED = "pg_dump failed; its words stand in the log"


class NotCopied(Exception):
    """No copy was made; the text says why in one line."""


def copy(database_url: str, file: Path) -> int:
    """Write the copy to `file`, readable by its owner alone, and hold it against itself; its size in bytes.

    The file appears under its name only when it is whole. Raises NotCopied, and OSError of the disk.
    """
    part = part_of(file)
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    url = make_url(database_url)
    try:
        if url.drivername.startswith("sqlite"):
            _copy_file(url.database or "", part)
        else:
            _dump(url.set(drivername="postgresql").render_as_string(hide_password=False), part)
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return file.stat().st_size


def part_of(file: Path) -> Path:
    """Where a copy grows until it is whole."""
    return file.with_name(file.name + ".part")


def _copy_file(database: str, file: Path) -> None:
    with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(file)) as made:
        live.backup(made)
        if (said := made.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise NotCopied(f"the copy is not sound: {said}")


def _dump(url: str, file: Path) -> None:
    # The password goes by the environment: arguments are seen by everybody on the machine.
    parts = make_url(url)
    environment = os.environ | ({"PGPASSWORD": parts.password} if parts.password else {})
    plain = parts.set(password=None).render_as_string()
    try:
        subprocess.run(
            ["pg_dump", "--format=custom", "--file", str(file), "--dbname", plain], env=environment, check=True
        )
    except FileNotFoundError:
        raise NotCopied(ABSENT) from None
    except subprocess.CalledProcessError:
        raise NotCopied(FAILED) from None
