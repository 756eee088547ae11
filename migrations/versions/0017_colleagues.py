"""Personal control, fast-track topics, duplicates, and notices of what colleagues do.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("topics", sa.Column("is_fast_track", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("appeals", sa.Column("is_controlled", sa.Boolean(), server_default=sa.false(), nullable=False))
    _duplicates()
    where = sa.text("is_controlled")
    op.create_index("ix_appeals_controlled", "appeals", ["next_due_at"], sqlite_where=where, postgresql_where=where)
    _controls()
    _notices()


def _duplicates() -> None:
    where = sa.text("duplicate_of IS NOT NULL")
    op.add_column("appeals", sa.Column("duplicate_of", BIG, nullable=True))
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_appeals_duplicate_of"), "appeals", ["duplicate_of"], ["number"], ondelete="RESTRICT"
        )
    op.create_index("ix_appeals_duplicate_of", "appeals", ["duplicate_of"], sqlite_where=where, postgresql_where=where)


def _controls() -> None:
    op.create_table(
        "controls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_number", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_controls_appeal_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_controls_person_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controls")),
    )
    where = sa.text("released_at IS NULL")
    op.create_index(
        "uq_controls_living",
        "controls",
        ["appeal_number", "person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_controls_person", "controls", ["person_id", "since"])


def _notices() -> None:
    op.add_column("notices", sa.Column("appeal_number", BIG, nullable=True))
    op.add_column("notices", sa.Column("about", sa.String(length=24), server_default="alarm", nullable=False))
    op.add_column("notices", sa.Column("mark", sa.String(length=40), nullable=True))
    op.add_column("notices", sa.Column("by_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE notices SET appeal_number = (SELECT appeal_number FROM alarms WHERE alarms.id = notices.alarm_id)"
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("appeal_number", existing_type=BIG, nullable=False)
        batch_op.alter_column("alarm_id", existing_type=BIG, nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_notices_appeal_number"), "appeals", ["appeal_number"], ["number"], ondelete="RESTRICT"
        )
        batch_op.create_foreign_key(batch_op.f("fk_notices_by_id"), "people", ["by_id"], ["id"], ondelete="RESTRICT")
        batch_op.create_unique_constraint("uq_notices_news", ["person_id", "about", "appeal_number", "mark"])


def downgrade() -> None:
    """News have no alarm to be of: they go."""
    op.execute("DELETE FROM notice_ways WHERE notice_id IN (SELECT id FROM notices WHERE alarm_id IS NULL)")
    op.execute("DELETE FROM notices WHERE alarm_id IS NULL")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint("uq_notices_news", type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_notices_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_notices_appeal_number"), type_="foreignkey")
        batch_op.alter_column("alarm_id", existing_type=BIG, nullable=False)
        for column in ("by_id", "mark", "about", "appeal_number"):
            batch_op.drop_column(column)
    op.drop_table("controls")
    op.drop_index("ix_appeals_controlled", table_name="appeals")
    op.drop_index("ix_appeals_duplicate_of", table_name="appeals")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_appeals_duplicate_of"), type_="foreignkey")
        batch_op.drop_column("duplicate_of")
        batch_op.drop_column("is_controlled")
    op.drop_column("topics", "is_fast_track")
