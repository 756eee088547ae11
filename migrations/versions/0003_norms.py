"""Norms and the working calendar.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "special_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "intervals", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_special_days")),
    )
    op.create_table(
        "working_weeks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "week", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_weeks")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_working_weeks_valid_from")),
    )
    op.create_table(
        "norms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("social", "direct_message", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("network", sa.String(length=24), nullable=True),
        sa.Column("importance", sa.String(length=24), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("term_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "hours",
            sa.Enum("calendar", "working", name="hours", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "starts_at",
            sa.Enum(
                "posted", "received", "registered", name="start", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("term_minutes > 0", name=op.f("ck_norms_term")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_norms_topic_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norms")),
    )


def downgrade() -> None:
    op.drop_table("norms")
    op.drop_table("working_weeks")
    op.drop_table("special_days")
