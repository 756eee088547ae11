"""The quiet appeals by their clock first: SQLite, which knows no statistics, chose another index since the table was remade.

Write what both databases understand; never import the models: they change, this file must not.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index(["next_clock", "answered_at"])


def downgrade() -> None:
    _index(["answered_at"])


def _index(columns: Sequence[str]) -> None:
    where = sa.text("status IN ('answered', 'awaiting_author') AND NOT is_imported")
    op.drop_index("ix_appeals_quiet", table_name="appeals")
    op.create_index("ix_appeals_quiet", "appeals", list(columns), sqlite_where=where, postgresql_where=where)
