"""More than one clock: norms by clock and unit, the clocks of appeals, their alarms; answers that are not the last word.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD_KINDS = ("social", "direct_message")
KINDS = (*OLD_KINDS, "reception", "hot_line", "portal", "formal", "information", "media")
CLOCKS = ("first", "final", "next", "promise", "register")
OLD_STARTS = ("posted", "received", "registered")
STARTS = (*OLD_STARTS, "assigned", "answered")
UNITS = ("minutes", "days", "working_day_end")
ON_DAY_OFF = ("keep", "previous", "next")
OUTCOMES = ("solved", "explained", "not_solved", "deferred")
PURPOSES = ("final", "interim", "question", "deferral")
IS_OPEN = "status NOT IN ('answered', 'closed', 'rejected')"
ALARMS = {"to_warn": "warned_at", "to_flag": "overdue_at", "to_escalate": "escalated_at"}


def upgrade() -> None:
    _norms_up()
    _appeals_up()
    with op.batch_alter_table("answers") as batch:
        batch.add_column(sa.Column("purpose", sa.String(length=24), nullable=False, server_default="final"))
        batch.add_column(sa.Column("promised_on", sa.Date(), nullable=True))
    # In a step of its own: on SQLite a batch copies the rows into the table as it will be, by then without the default.
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("purpose", existing_type=sa.String(length=24), server_default=None)
        _check(batch, "answers", {"purpose": ("purpose", PURPOSES)})
    _clocks_up()


def downgrade() -> None:
    op.drop_table("alarms")
    op.drop_table("clocks")
    _uncheck("answers", "purpose")
    with op.batch_alter_table("answers") as batch:
        batch.drop_column("promised_on")
        batch.drop_column("purpose")
    _appeals_down()
    _norms_down()


def _norms_up() -> None:
    _uncheck("norms", "kind", "start", "term")
    with op.batch_alter_table("norms") as batch:
        batch.alter_column("term_minutes", existing_type=sa.Integer(), new_column_name="term")
        for name, value in (("clock", "first"), ("unit", "minutes"), ("on_day_off", "keep")):
            batch.add_column(sa.Column(name, sa.String(length=24), nullable=False, server_default=value))
        batch.add_column(sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("article", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("norms") as batch:
        for name in ("clock", "unit", "on_day_off"):
            batch.alter_column(name, existing_type=sa.String(length=24), server_default=None)
        batch.alter_column("article", existing_type=sa.String(length=200), server_default=None)
        new = {
            "kind": ("kind", KINDS),
            "start": ("starts_at", STARTS),
            "clockname": ("clock", CLOCKS),
            "unit": ("unit", UNITS),
            "ondayoff": ("on_day_off", ON_DAY_OFF),
        }
        _check(batch, "norms", new)
        batch.create_check_constraint(op.f("ck_norms_term"), "term > 0")


def _norms_down() -> None:
    op.execute(
        "UPDATE appeals SET norm_id = NULL WHERE norm_id IN (SELECT id FROM norms WHERE clock <> 'first' "
        f"OR unit <> 'minutes' OR kind NOT IN {OLD_KINDS} OR starts_at NOT IN {OLD_STARTS})"
    )
    op.execute(
        "DELETE FROM norms WHERE clock <> 'first' OR unit <> 'minutes' "
        f"OR kind NOT IN {OLD_KINDS} OR starts_at NOT IN {OLD_STARTS}"
    )
    _uncheck("norms", "kind", "start", "clockname", "unit", "ondayoff", "term")
    with op.batch_alter_table("norms") as batch:
        for name in ("article", "effective_at", "on_day_off", "unit", "clock"):
            batch.drop_column(name)
        batch.alter_column("term", existing_type=sa.Integer(), new_column_name="term_minutes")
    with op.batch_alter_table("norms") as batch:
        old = {"kind": ("kind", OLD_KINDS), "start": ("starts_at", OLD_STARTS)}
        _check(batch, "norms", old)
        batch.create_check_constraint(op.f("ck_norms_term"), "term_minutes > 0")


def _appeals_up() -> None:
    op.drop_index("ix_appeals_open", table_name="appeals")
    for name in ALARMS:
        op.drop_index(f"ix_appeals_{name}", table_name="appeals")
    _uncheck("appeals", "kind")
    op.execute(f"UPDATE appeals SET outcome = NULL WHERE outcome NOT IN {OUTCOMES}")
    with op.batch_alter_table("appeals", table_kwargs=_kept("appeals")) as batch:
        for column in ALARMS.values():
            batch.drop_column(column)
        batch.add_column(sa.Column("next_clock", sa.String(length=24), nullable=True))
        batch.add_column(sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("cycle", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("origin_number", BIG, nullable=True))
        batch.create_foreign_key(
            op.f("fk_appeals_origin_number"), "appeals", ["origin_number"], ["number"], ondelete="RESTRICT"
        )
        new = {"kind": ("kind", KINDS), "outcome": ("outcome", OUTCOMES), "clockname": ("next_clock", CLOCKS)}
        _check(batch, "appeals", new)
    with op.batch_alter_table("appeals", table_kwargs=_kept("appeals")) as batch:
        batch.alter_column("cycle", existing_type=sa.Integer(), server_default=None)

    op.execute(
        f"UPDATE appeals SET next_clock = 'first', next_due_at = due_at "
        f"WHERE due_at IS NOT NULL AND answered_at IS NULL AND {IS_OPEN}"
    )
    _partial("ix_appeals_open", ["next_due_at"], IS_OPEN)


def _appeals_down() -> None:
    op.drop_index("ix_appeals_open", table_name="appeals")
    op.execute(f"UPDATE appeals SET kind = 'social' WHERE kind NOT IN {OLD_KINDS}")
    _uncheck("appeals", "kind", "outcome", "clockname")
    with op.batch_alter_table("appeals", table_kwargs=_kept("appeals")) as batch:
        batch.drop_constraint(op.f("fk_appeals_origin_number"), type_="foreignkey")
        for name in ("origin_number", "paused_at", "cycle", "next_due_at", "next_clock"):
            batch.drop_column(name)
        for column in ALARMS.values():
            batch.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        _check(batch, "appeals", {"kind": ("kind", OLD_KINDS)})
    _partial("ix_appeals_open", ["due_at"], IS_OPEN)
    for name, column in ALARMS.items():
        _partial(
            f"ix_appeals_{name}",
            ["due_at"],
            f"answered_at IS NULL AND status <> 'rejected' AND {column} IS NULL AND NOT is_imported",
        )


def _clocks_up() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_number", BIG, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("norm_id", sa.Integer(), nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"name IN {CLOCKS}", name=op.f("ck_clocks_clockname")),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_clocks_appeal_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["norm_id"], ["norms.id"], name=op.f("fk_clocks_norm_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint("appeal_number", "cycle", "name", "turn", name=op.f("uq_clocks_appeal_number")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_number", BIG, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=24), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"clock IN {CLOCKS}", name=op.f("ck_alarms_clockname")),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_alarms_appeal_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint(
            "appeal_number", "cycle", "clock", "turn", "step", "due_at", name=op.f("uq_alarms_appeal_number")
        ),
    )
    where = sa.text("raised_at IS NULL")
    op.create_index("ix_alarms_unraised", "alarms", ["happens_at"], sqlite_where=where, postgresql_where=where)


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "appeals", columns, sqlite_where=where, postgresql_where=where)


def _uncheck(table: str, *names: str) -> None:
    with op.batch_alter_table(table, table_kwargs=_kept(table)) as batch:
        for name in names:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")


def _kept(table: str) -> dict[str, bool]:
    """What SQLite would forget of a table that is made anew."""
    return {"sqlite_autoincrement": True} if table == "appeals" else {}


def _check(batch: BatchOperations, table: str, coded: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
    """The CHECKs of coded columns."""
    for name, (column, values) in coded.items():
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN {values}")
