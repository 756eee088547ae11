"""The events that stopped on their way in or are of an unknown kind: what the page of the state lists, however many were read.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("state IN ('failed', 'unknown')")
    op.create_index(
        "ix_inbox_events_stopped", "inbox_events", ["state", "id"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_events_stopped", table_name="inbox_events")
