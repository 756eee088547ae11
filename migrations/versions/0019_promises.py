"""The promise ledger: what our answers promised, and which of the found days a person follows.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("open", "kept", "moved", "dropped")


def upgrade() -> None:
    op.add_column("answers", sa.Column("followed", JSON, nullable=False, server_default=sa.text("'{}'")))
    op.create_table(
        "promises",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appeal_number", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("is_decision", sa.Boolean(), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="promisestate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.Column("kept_answer_id", KEY, nullable=True),
        sa.Column("moved_to_id", KEY, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("next_voice", sa.String(length=24), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(span_start IS NULL) = (span_end IS NULL)", name=op.f("ck_promises_span")),
        sa.CheckConstraint("(state = 'kept') = (kept_on IS NOT NULL)", name=op.f("ck_promises_kept")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_promises_{column}"), ondelete="RESTRICT")
            for column, target in (
                ("appeal_number", "appeals.number"),
                ("answer_id", "answers.id"),
                ("department_id", "departments.id"),
                ("kept_answer_id", "answers.id"),
                ("moved_to_id", "promises.id"),
                ("closed_by", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("answer_id", "due_on", name=op.f("uq_promises_answer_id")),
    )
    owed, voice = sa.text("state = 'open'"), sa.text("next_at IS NOT NULL")
    op.create_index("ix_promises_owed", "promises", ["due_on"], sqlite_where=owed, postgresql_where=owed)
    op.create_index("ix_promises_voice", "promises", ["next_at"], sqlite_where=voice, postgresql_where=voice)
    op.create_index("ix_promises_appeal", "promises", ["appeal_number"])
    op.create_index("ix_promises_department", "promises", ["department_id", "due_on"])


def downgrade() -> None:
    op.drop_table("promises")
    op.drop_column("answers", "followed")
