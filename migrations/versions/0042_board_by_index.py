"""What the board asks of the open appeals, and of those of the last eight days, is told by the indexes alone.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

OPEN = ["next_due_at", "status", "kind", "department_id", "assignee_id", "number"]
RECEIVED = ["received_at", "number"]


def upgrade() -> None:
    _index([*OPEN, "due_at", "answered_at", "next_clock", "received_at"], [*RECEIVED, "topic_id", "kind", "status"])


def downgrade() -> None:
    _index(OPEN, RECEIVED)


def _index(opened: Sequence[str], received: Sequence[str]) -> None:
    where = sa.text("status NOT IN ('answered', 'closed', 'rejected')")
    op.drop_index("ix_appeals_open", table_name="appeals")
    op.create_index("ix_appeals_open", "appeals", list(opened), sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_appeals_received_at", table_name="appeals")
    op.create_index("ix_appeals_received_at", "appeals", list(received))
