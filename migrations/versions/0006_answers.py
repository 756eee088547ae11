"""Answers, their versions and the outbox.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appeal_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "on_approval",
                "approved",
                "sending",
                "published",
                "retry",
                "needs_operator",
                "needs_admin",
                "unknown",
                "withdrawn",
                name="answerstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("endorsed_version", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column(
            "reply_to", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("guid", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("permalink", sa.String(length=1000), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_answers_appeal_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_answers_approved_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_answers_source_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_answers_submitted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("guid", name=op.f("uq_answers_guid")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index("ix_answers_appeal", ["appeal_number"], unique=False)
        batch_op.create_index("ix_answers_external", ["source_id", "external_id"], unique=False)
        batch_op.create_index(
            "ix_answers_outbox",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('approved', 'retry', 'sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('approved', 'retry', 'sending', 'unknown')"),
        )
        batch_op.create_index(
            "uq_answers_current",
            ["appeal_number"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'on_approval')"),
            postgresql_where=sa.text("state IN ('draft', 'on_approval')"),
        )

    op.create_table(
        "answer_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_versions_answer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_answer_versions_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_versions")),
        sa.UniqueConstraint("answer_id", "version", name=op.f("uq_answer_versions_answer_id")),
    )


def downgrade() -> None:
    op.drop_table("answer_versions")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_answers_current",
            sqlite_where=sa.text("state IN ('draft', 'on_approval')"),
            postgresql_where=sa.text("state IN ('draft', 'on_approval')"),
        )
        batch_op.drop_index(
            "ix_answers_outbox",
            sqlite_where=sa.text("state IN ('approved', 'retry', 'sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('approved', 'retry', 'sending', 'unknown')"),
        )
        batch_op.drop_index("ix_answers_external")
        batch_op.drop_index("ix_answers_appeal")

    op.drop_table("answers")
