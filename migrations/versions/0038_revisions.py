"""A mark for each table that is the same for everybody, another one after every change of it: what is kept in a process.

The database itself makes it, in the transaction of whatever changed a row. It is random: one of a transaction that was
undone is never met again. Of people only what a list shows of them counts: a sign-in changes none.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

#: Each table, and of which columns a change counts; empty: of all.
WATCHED = {
    "calendar_versions": "",
    "departments": "",
    "norms": "",
    "people": "login, name, role, department_id, is_active",
    "reply_templates": "",
    "stage_budgets": "",
    "topic_groups": "",
    "topics": "",
}
EVENTS = ("insert", "update", "delete")


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revisions")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    mark = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()::text"
    for table in WATCHED:
        op.execute(f"INSERT INTO revisions (name, mark) VALUES ('{table}', {mark})")
    if is_sqlite:
        _mark_on_sqlite(mark)
    else:
        _mark_on_postgresql(mark)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in WATCHED:
        for event in EVENTS if is_sqlite else (*EVENTS, "truncate"):
            op.execute(f"DROP TRIGGER {table}_revised_{event}{'' if is_sqlite else f' ON {table}'}")
    if not is_sqlite:
        op.execute("DROP FUNCTION mark_revision()")
    op.drop_table("revisions")


def _mark_on_sqlite(mark: str) -> None:
    for table, columns in WATCHED.items():
        body = f"UPDATE revisions SET mark = {mark} WHERE name = '{table}';"
        for event in EVENTS:
            when = f"UPDATE OF {columns}" if event == "update" and columns else event.upper()
            op.execute(f"CREATE TRIGGER {table}_revised_{event} AFTER {when} ON {table} BEGIN {body} END")


def _mark_on_postgresql(mark: str) -> None:
    op.execute(
        "CREATE FUNCTION mark_revision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"UPDATE revisions SET mark = {mark} WHERE name = TG_TABLE_NAME; "
        "RETURN NULL; END $$"
    )
    for table, columns in WATCHED.items():
        for event in (*EVENTS, "truncate"):
            when = f"UPDATE OF {columns}" if event == "update" and columns else event.upper()
            op.execute(
                f"CREATE TRIGGER {table}_revised_{event} AFTER {when} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION mark_revision()"
            )
