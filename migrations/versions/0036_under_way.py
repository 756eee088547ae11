"""The answers that are on their way or have stopped there: what the page of the state counts, however many are published.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("state IN ('approved', 'sending', 'retry', 'needs_operator', 'needs_admin', 'unknown')")
    columns = ["state", "source_id", "approved_at"]
    op.create_index("ix_answers_under_way", "answers", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_answers_under_way", table_name="answers")
