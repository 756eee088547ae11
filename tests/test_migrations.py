"""The migrations: one line of them, up and down and up again, and nothing in the models that they do not say."""

import json
import sqlite3
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from incidents import HOME
from incidents.flow import calendars
from incidents.records import schema
from incidents.records.calendars import CalendarVersion
from incidents.records.database import Base
from incidents.records.revisions import WATCHED
from incidents.rules.calendar import DayKind
from tests.databases import EVERYWHERE

#: The journal's index by department is made of an expression, which SQLite does not tell to who asks for indexes.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_entries_whose"
)


@pytest.fixture
def revisions() -> list[str]:
    """From the first to the newest."""
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def shape(engine: Engine) -> dict[str, object]:
    """Tables with their columns, indexes and guards, as the database itself tells them."""
    look = inspect(engine)
    tables = {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table)],
            sorted(str(index["name"]) for index in look.get_indexes(table)),
        )
        for table in sorted(look.get_table_names())
    }
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if engine.dialect.name == "postgresql":
        guards = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    with engine.connect() as connection:
        return {**tables, "guards": connection.execute(text(guards)).scalars().all()}


def test_they_stand_in_one_line_and_are_numbered_in_its_order(revisions: list[str]) -> None:
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


@pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)
def test_up_down_and_up_again_gives_the_same_database(engine: Engine) -> None:
    assert schema.is_current(engine)
    before = shape(engine)
    schema.downgrade(engine)
    assert not schema.is_current(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    schema.upgrade(engine)
    assert schema.is_current(engine)
    assert shape(engine) == before
    schema.upgrade(engine)
    assert shape(engine) == before


def test_every_single_step_goes_down_and_up_again(engine: Engine, revisions: list[str]) -> None:
    for revision in reversed(["base", *revisions[:-1]]):
        schema.downgrade(engine, revision)
    for revision in revisions:
        schema.upgrade(engine, revision)
    assert schema.is_current(engine)
    schema.check(engine)


def test_the_models_say_nothing_that_the_migrations_do_not(engine: Engine) -> None:
    schema.check(engine)
    # SQLite keeps the index of the search in tables of its own.
    tables = {name for name in inspect(engine).get_table_names() if not name.startswith("search_index")}
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_a_check_that_finds_something_says_so(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE seals ADD COLUMN extra INTEGER"))
    with pytest.raises(Exception, match="extra"):
        schema.check(engine)


def test_the_guards_of_the_journal_stand_after_every_step(engine: Engine) -> None:
    guards = shape(engine)["guards"]
    assert isinstance(guards, list)
    for table in ("entries", "entry_texts", "seals", "sealed_heads"):
        for guard in ("no_update", "no_delete"):
            assert f"{table}_{guard}" in guards
    # Without them a kept month would be believed after its appeals changed.
    assert {f"appeals_changed_{event}" for event in ("insert", "update", "delete")} <= set(guards)
    # Without them a retired norm would be kept by every process until it is started again.
    assert {f"{table}_revised_{event}" for table in WATCHED for event in ("insert", "update", "delete")} <= set(guards)


@pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)
def test_the_index_that_no_model_knows_stands_after_every_step(engine: Engine) -> None:
    catalogue = (
        "sqlite_master WHERE type = 'index' AND"
        if engine.dialect.name == "sqlite"
        else "(SELECT indexname AS name FROM pg_indexes) AS known WHERE"
    )
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT 1 FROM {catalogue} name = 'ix_entries_whose'")).scalar()


def test_an_eternal_rule_is_kept_by_the_database_itself(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(DBAPIError, match="ck_year_totals_received"):
        connection.execute(text("INSERT INTO year_totals VALUES (2018, -1, '', '2026-01-01 00:00:00')"))


def test_a_database_file_that_a_power_cut_leaves_is_whole(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own file")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    with sqlite3.connect(str(engine.url.database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_weeks_and_special_days_become_versions_and_go_back(engine: Engine) -> None:
    schema.downgrade(engine, "0009")
    with engine.begin() as connection:
        for written in (
            "INSERT INTO working_weeks VALUES (1, '2018-08-01', '{}', 'old', '2018-08-01 00:00:00+00:00')".format(
                "[[[540,1080]],[],[],[],[],[],[]]"
            ),
            "INSERT INTO working_weeks VALUES (2, '2026-12-01', '{}', 'new', '2026-11-01 00:00:00+00:00')".format(
                "[[[480,1020]],[[480,1020]],[],[],[],[],[]]"
            ),
            "INSERT INTO special_days VALUES ('2026-11-03', '[[540,1020]]', '')",
            "INSERT INTO special_days VALUES ('2026-11-04', '[]', 'День народного единства')",
        ):
            connection.exec_driver_sql(written.replace("+00:00", "") if engine.dialect.name == "sqlite" else written)
    schema.upgrade(engine)
    zone = ZoneInfo("Asia/Vladivostok")
    with Session(engine) as session:
        found = calendars.versions(session, zone)
        assert [calendar.intervals_on(date(2026, 12, 7)) for _, calendar in found.entries] == [
            ((540, 1080),),
            ((480, 1020),),
        ]
        for _, calendar in found.entries:
            assert calendar.intervals_on(date(2026, 11, 3)) == ((540, 1020),)
            day = calendar.day_on(date(2026, 11, 4))
            assert day is not None
            assert (day.kind, day.name, day.intervals) == (DayKind.HOLIDAY, "День народного единства", ())
        row = session.scalars(select(CalendarVersion)).first()
        assert row is not None
        assert row.digest == calendars.digest(row.week, row.days)
        # A day that is kept by its kind comes down as hours.
        row = session.scalars(select(CalendarVersion).order_by(CalendarVersion.id.desc())).first()
        assert row is not None
        row.days = {**row.days, "2026-12-08": {"kind": "shortened", "shorter_by": 60}}
        session.commit()
    schema.downgrade(engine, "0009")
    with engine.connect() as connection:
        weeks = connection.execute(text("SELECT id, week, note FROM working_weeks ORDER BY valid_from")).all()
        days = connection.execute(text('SELECT "on", intervals, note FROM special_days ORDER BY "on"')).all()
    read = [(note, json.loads(week) if isinstance(week, str) else week) for _, week, note in weeks]
    assert read == [
        ("old", [[[540, 1080]], [], [], [], [], [], []]),
        ("new", [[[480, 1020]], [[480, 1020]], [], [], [], [], []]),
    ]
    assert [(str(on), json.loads(hours) if isinstance(hours, str) else hours, note) for on, hours, note in days] == [
        ("2026-11-03", [[540, 1020]], ""),
        ("2026-11-04", [], "День народного единства"),
        ("2026-12-08", [[480, 960]], ""),
    ]


def test_a_town_of_the_version_before_brings_its_appeals_and_answers_along(engine: Engine) -> None:
    schema.downgrade(engine, "0009")
    before = MetaData()
    before.reflect(engine, only=["appeals", "answers", "norms"])
    now = datetime(2026, 10, 28, 2, 30, tzinfo=UTC)
    norm = {"id": 1, "kind": "social", "term_minutes": 120, "hours": "calendar", "starts_at": "received"}
    appeal = {"number": 7, "kind": "social", "network": "vk", "place": "comment", "status": "new", "text": "Ямы"}
    with engine.begin() as connection:
        for table, row in (
            ("norms", norm),
            ("appeals", {**appeal, "norm_id": 1, "due_at": now}),
            ("answers", {"id": 1, "appeal_number": 7, "state": "draft", "text": "Засыплем"}),
        ):
            columns = before.tables[table].columns
            # Whatever else must be there: a moment, an empty list or nothing special.
            empty = {column.name: _plain(column, now) for column in columns if not column.nullable}
            connection.execute(before.tables[table].insert(), {**empty, **row})
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT purpose FROM answers")).scalars().all() == ["final"]
        assert connection.execute(text("SELECT number, next_clock FROM appeals")).one() == (7, "first")
        assert connection.execute(text("SELECT term, unit, clock FROM norms")).one() == (120, "minutes", "first")


def _plain(column: Column[Any], now: datetime) -> object:
    kind = column.type.python_type
    if kind is datetime:
        return now
    if kind is date:
        return now.date()
    return kind() if kind in (str, int, bool) else []
