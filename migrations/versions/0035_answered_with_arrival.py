"""The answered appeals with all that a backlog asks of them, so that it is counted from the index alone.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index(["answered_at", "received_at", "status", "kind"])


def downgrade() -> None:
    _index(["answered_at"])


def _index(columns: Sequence[str]) -> None:
    where = sa.text("answered_at IS NOT NULL")
    op.drop_index("ix_appeals_answered_at", table_name="appeals")
    op.create_index("ix_appeals_answered_at", "appeals", list(columns), sqlite_where=where, postgresql_where=where)
