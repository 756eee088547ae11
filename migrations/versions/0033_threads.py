"""The appeals of one branch of comments, or of one dialog, are found by it: the thread on a card.

Write what both databases understand; never import the models: they change, this file must not.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_appeals_branch", "appeals", ["branch"])


def downgrade() -> None:
    op.drop_index("ix_appeals_branch", table_name="appeals")
