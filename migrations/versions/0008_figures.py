"""Yearly totals brought in from before the program.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "year_totals",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("received >= 0", name=op.f("ck_year_totals_received")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_totals")),
    )


def downgrade() -> None:
    op.drop_table("year_totals")
