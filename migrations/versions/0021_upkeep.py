"""Copies of the database asked for on the page, its size by months, and letters that are given up.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LETTERS = ("waiting", "sending", "retry", "sent", "failed", "unknown")
BACKUPS = ("waiting", "running", "done", "failed")


def upgrade() -> None:
    _letters((*LETTERS, "dropped"))
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.CheckConstraint(_is_one_of("state", BACKUPS), name=op.f("ck_backups_backupstate")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_backups_person_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    is_open = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "uq_backups_open", "backups", ["state"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "month_sizes",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month_sizes")),
    )


def downgrade() -> None:
    op.drop_table("month_sizes")
    op.drop_table("backups")
    op.execute("UPDATE letters SET state = 'failed' WHERE state = 'dropped'")
    _letters(LETTERS)


def _letters(states: tuple[str, ...]) -> None:
    with op.batch_alter_table("letters") as batch:
        batch.drop_constraint(op.f("ck_letters_letterstate"), type_="check")
        batch.create_check_constraint(op.f("ck_letters_letterstate"), sa.text(_is_one_of("state", states)))


def _is_one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
