"""What of a month that is over is unanswered still: a backlog of the past adds it up, and passes no open appeal.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Counted again within a minute.
    op.execute("DELETE FROM kept_months")
    with op.batch_alter_table("kept_months") as table:
        table.add_column(sa.Column("unanswered", sa.Integer(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("kept_months") as table:
        table.drop_column("unanswered")
