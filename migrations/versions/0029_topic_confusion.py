"""What a topic is easily confused with, for the person who chooses.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("topics") as batch:
        batch.add_column(sa.Column("confused_with", sa.Text(), nullable=False, server_default=""))
    # In a step of its own: on SQLite a batch copies the rows into the table as it will be, by then without the default.
    with op.batch_alter_table("topics") as batch:
        batch.alter_column("confused_with", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("topics") as batch:
        batch.drop_column("confused_with")
