"""What each department usually needs for an answer, kept for the order of the queues.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usual_needs",
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND cases >= 0", name=op.f("ck_usual_needs_minutes")),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_usual_needs")),
    )


def downgrade() -> None:
    op.drop_table("usual_needs")
