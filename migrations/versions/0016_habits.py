"""What a person is used to: keys without Ctrl may be switched off, and the browser itself may tell of alarms.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("people", sa.Column("wants_popups", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for column in ("wants_popups", "shortcuts"):
        op.drop_column("people", column)
