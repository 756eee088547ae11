"""What is read once a process: the database's own mark says when it is no longer true, whoever changed it."""

import pytest
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import budgeting, timing
from incidents.records.people import Department, parents
from incidents.records.revisions import WATCHED, kept, mark_of
from tests.cast import Cast

BUDGET = (
    "INSERT INTO stage_budgets (term, triage, department, approval, publishing, valid_from, note, created_at) "
    "VALUES (120, 10, 60, 20, 10, '2026-01-01', '', '2026-01-01 00:00:00')"
)


def marks(session: Session) -> dict[str, str]:
    return {table: mark_of(session, table) for table in WATCHED}


def changed(session: Session, statement: str) -> set[str]:
    """The tables whose mark is another one after a statement."""
    before = marks(session)
    session.execute(text(statement))
    after = marks(session)
    return {table for table in WATCHED if before[table] != after[table]}


def test_every_change_of_a_watched_table_gives_it_another_mark(session: Session, cast: Cast) -> None:
    assert changed(session, "INSERT INTO topic_groups (id, name, position) VALUES (900, 'Снег', 1)") == {"topic_groups"}
    assert changed(session, "UPDATE topic_groups SET name = 'Лёд' WHERE id = 900") == {"topic_groups"}
    assert changed(session, "DELETE FROM topic_groups WHERE id = 900") == {"topic_groups"}
    assert changed(session, "UPDATE departments SET name = 'ЖКХ' WHERE code = 'housing'") == {"departments"}


def test_a_sign_in_changes_no_list_of_people_and_a_new_name_does(session: Session, cast: Cast) -> None:
    assert changed(session, "UPDATE people SET signed_in_at = '2026-11-30 10:00:00', session_version = 2") == set()
    assert changed(session, "UPDATE people SET name = 'Анна Сергеевна' WHERE login = 'anna'") == {"people"}


def test_every_watched_table_has_its_guards(engine: Engine) -> None:
    asked = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        asked = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        found = {(name, table) for name, table in connection.execute(text(asked))}
    events = ("insert", "update", "delete", *(("truncate",) if engine.dialect.name == "postgresql" else ()))
    assert {(f"{table}_revised_{each}", table) for table in WATCHED for each in events} <= found
    assert set(inspect(engine).get_table_names()) >= WATCHED


def test_what_another_process_changed_is_read_anew(sessions: sessionmaker[Session], cast: Cast) -> None:
    with sessions() as session:
        first = budgeting.all_budgets(session)
        assert budgeting.all_budgets(session) is first
    with sessions() as session:
        session.execute(text(BUDGET))
        session.commit()
    with sessions() as session:
        assert [each.term for each in budgeting.all_budgets(session)] == [120]


def test_what_was_undone_is_kept_by_nobody(sessions: sessionmaker[Session], cast: Cast) -> None:
    with sessions() as session:
        session.add(Department(code="yards", name="Дворы", parent_id=cast.housing.id))
        assert len(parents(session)) == 1
        session.rollback()
        assert len(parents(session)) == 0
    with sessions() as session:
        assert len(parents(session)) == 0


def test_a_change_of_this_very_transaction_counts_at_once(session: Session, cast: Cast) -> None:
    assert not budgeting.all_budgets(session)
    session.execute(text(BUDGET))
    assert [each.term for each in budgeting.all_budgets(session)] == [120]


def test_a_session_that_only_reads_asks_for_the_marks_once(sessions: sessionmaker[Session], cast: Cast) -> None:
    asked: list[str] = []
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for _ in range(2):
            timing.rules(session)
            parents(session)
            budgeting.all_budgets(session)
        assert len([each for each in asked if "FROM revisions" in each]) == 1
        # The next transaction may meet what others changed.
        session.commit()
        parents(session)
    assert len([each for each in asked if "FROM revisions" in each]) == 2


def test_nothing_is_kept_of_a_table_that_has_no_mark() -> None:
    with pytest.raises(ValueError, match="appeals"):
        kept("appeals")
