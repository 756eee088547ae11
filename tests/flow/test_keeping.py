"""Copies of the database: one at a time, whole or not at all; and what it grew to by months."""

import sqlite3
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from incidents.flow import keeping
from incidents.records import copying, granting
from incidents.records.upkeep import BackupState
from incidents.rules.acts import Refused
from incidents.settings import Settings
from tests.cast import NOW, Cast
from tests.databases import POSTGRESQL

HOUR = timedelta(hours=1)


def test_one_copy_is_made_at_a_time(session: Session, cast: Cast, settings: Settings) -> None:
    asked = keeping.ask(session, cast.elena, "/copies", now=NOW)
    with pytest.raises(Refused, match="backup_runs"):
        keeping.ask(session, cast.elena, "/copies", now=NOW)
    taken = keeping.claim(session, settings.town_zone, "sqlite", now=NOW)
    assert taken is asked
    assert taken.file == "incidents-2026-10-28-123000.db"
    assert keeping.claim(session, settings.town_zone, "sqlite", now=NOW) is None
    keeping.record(session, taken.id, 4096, "", now=NOW + HOUR)
    assert (taken.state, taken.size) == (BackupState.DONE, 4096)
    keeping.ask(session, cast.elena, "/copies", now=NOW + HOUR)


def test_without_a_folder_none_is_asked_for(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="no_backup_folder"):
        keeping.ask(session, cast.elena, "", now=NOW)


def test_one_that_a_dead_worker_left_is_put_down_as_failed(session: Session, cast: Cast, settings: Settings) -> None:
    left = keeping.ask(session, cast.elena, "/copies", now=NOW)
    keeping.claim(session, settings.town_zone, "sqlite", now=NOW)
    keeping.claim(session, settings.town_zone, "sqlite", now=NOW + 7 * HOUR)
    session.refresh(left)
    assert (left.state, left.error) == (BackupState.FAILED, "worker_died")


def test_a_month_keeps_the_last_size_it_was_measured_with(session: Session, settings: Settings) -> None:
    zone = settings.town_zone
    for at in (NOW, NOW + HOUR, NOW + timedelta(days=10)):
        keeping.measure(session, zone, now=at)
    session.flush()
    months = keeping.months(session, date(2026, 1, 1))
    assert [each.month for each in months] == [date(2026, 11, 1), date(2026, 10, 1)]
    assert months[1].measured_at == NOW + HOUR
    assert months[0].size > 0


def test_a_copy_appears_under_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    database, file = tmp_path / "live.db", tmp_path / "copy.db"
    with sqlite3.connect(database) as live:
        live.execute("CREATE TABLE words (text)")
        live.execute("INSERT INTO words VALUES ('слова')")
    live.close()
    assert copying.copy(f"sqlite:///{database}", file) == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    database.write_bytes(b"no database at all, but as long as one has to be" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        copying.copy(f"sqlite:///{database}", tmp_path / "broken.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "live.db"]


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_the_role_of_the_program_may_read_all_that_a_copy_holds(engine: Engine) -> None:
    role = f"lesser_{uuid.uuid4().hex[:12]}"
    closed = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND CASE relkind
        WHEN 'S' THEN NOT has_sequence_privilege(:role, oid, 'SELECT')
        WHEN 'r' THEN NOT has_table_privilege(:role, oid, 'SELECT') ELSE false END
    """
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
    granting.grant(engine, role)
    with engine.begin() as connection:
        assert connection.scalars(text(closed), {"role": role}).all() == []
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
