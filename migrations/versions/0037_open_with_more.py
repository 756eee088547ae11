"""The open appeals with all that the queue orders and counts by, so that both are done from the index alone.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index(["next_due_at", "status", "kind", "department_id", "assignee_id", "number"])


def downgrade() -> None:
    _index(["next_due_at"])


def _index(columns: Sequence[str]) -> None:
    where = sa.text("status NOT IN ('answered', 'closed', 'rejected')")
    op.drop_index("ix_appeals_open", table_name="appeals")
    op.create_index("ix_appeals_open", "appeals", list(columns), sqlite_where=where, postgresql_where=where)
