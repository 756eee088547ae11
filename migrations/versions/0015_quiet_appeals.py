"""The few appeals that may be closed after a quiet time, found without meeting all that were ever answered.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("status IN ('answered', 'awaiting_author') AND NOT is_imported")
    op.create_index("ix_appeals_quiet", "appeals", ["answered_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_appeals_quiet", table_name="appeals")
