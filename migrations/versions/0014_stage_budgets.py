"""How a norm's minutes are shared out among the stages.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage_budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("triage", sa.Integer(), nullable=False),
        sa.Column("department", sa.Integer(), nullable=False),
        sa.Column("approval", sa.Integer(), nullable=False),
        sa.Column("publishing", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("topic_id IS NULL OR department_id IS NULL", name=op.f("ck_stage_budgets_owner")),
        sa.CheckConstraint(
            "triage >= 0 AND department >= 0 AND approval >= 0 AND publishing >= 0",
            name=op.f("ck_stage_budgets_shares"),
        ),
        sa.CheckConstraint("triage + department + approval + publishing <= term", name=op.f("ck_stage_budgets_sum")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_stage_budgets_department_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_stage_budgets_topic_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_budgets")),
    )


def downgrade() -> None:
    op.drop_table("stage_budgets")
