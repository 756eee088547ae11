"""Who of its writers agreed to which wording of an answer, and which answers went out on their writer's word alone.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "agreements",
        sa.Column("id", big, nullable=False),
        sa.Column("answer_id", big, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_agreements_answer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_agreements_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("answer_id", "version", "person_id", name=op.f("uq_agreements_answer_id")),
    )
    op.add_column("answers", sa.Column("alone", sa.String(length=16), nullable=True))
    where = sa.text("alone IS NOT NULL")
    op.create_index("ix_answers_alone", "answers", ["approved_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_answers_alone", table_name="answers")
    op.drop_column("answers", "alone")
    op.drop_table("agreements")
