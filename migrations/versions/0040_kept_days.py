"""The months and days that are over with a few numbers of each of their appeals, from which ranks are counted; and the marks
(0034) made by whatever changes these. The months are counted again within a minute.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COUNTS = ("received", "in_time", "late", "waiting", "without_norm", "rejected", "duplicates", "other_kinds")
#: Of an appeal, what the counts ask of it, and what is kept of it besides.
ASKED = ("received_at", "kind", "status", "reject_reason", "answered_at", "due_at")
MORE = ("clock_started_at", "network", "topic_id", "department_id", "returns", "previous_number", "cycle")


def upgrade() -> None:
    op.drop_table("kept_months")
    last_answer = sa.Column("last_answer", sa.BigInteger(), nullable=False)
    # The long column last: SQLite reads through whatever stands before what is asked for.
    _keep("kept_months", *_counts(), last_answer, _facts())
    _keep("kept_days", _facts())
    _mark((*ASKED, *MORE))


def downgrade() -> None:
    _mark(ASKED)
    op.drop_table("kept_days")
    op.drop_table("kept_months")
    _keep("kept_months", *_counts())


def _keep(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition", sa.String(length=16), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("starts_at", name=op.f(f"pk_{name}")),
    )


def _facts() -> sa.Column[Any]:
    return sa.Column("facts", sa.LargeBinary(), nullable=False)


def _counts() -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS]


def _mark(asked: Sequence[str]) -> None:
    """The trigger of 0034 on a change, for other columns."""
    columns = ", ".join(asked)
    if op.get_bind().dialect.name == "sqlite":
        recent = "strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 day')"
        marks = " ".join(
            f"INSERT INTO changed_appeals (received_at) SELECT {row}.received_at WHERE {row}.received_at < {recent};"
            for row in ("OLD", "NEW")
        )
        op.execute("DROP TRIGGER appeals_changed_update")
        op.execute(f"CREATE TRIGGER appeals_changed_update AFTER UPDATE OF {columns} ON appeals BEGIN {marks} END")
    else:
        op.execute("DROP TRIGGER appeals_changed_update ON appeals")
        op.execute(
            f"CREATE TRIGGER appeals_changed_update AFTER UPDATE OF {columns} ON appeals "
            "FOR EACH ROW EXECUTE FUNCTION mark_changed_appeal()"
        )
