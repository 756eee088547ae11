"""Departments' parts of an appeal, and their photos.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "parts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_number", BIG, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        _to("parts", "appeal_number", "appeals.number"),
        _to("parts", "department_id", "departments.id"),
        _to("parts", "asked_by", "people.id"),
        _to("parts", "given_by", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("appeal_number", "department_id", name=op.f("uq_parts_appeal_number")),
    )
    op.create_index("ix_parts_department", "parts", ["department_id", "excused_at", "given_at", "appeal_number"])
    op.create_table(
        "photos",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_number", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("before", "after", "other", name="photokind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        _to("photos", "appeal_number", "appeals.number"),
        _to("photos", "person_id", "people.id"),
        _to("photos", "department_id", "departments.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("appeal_number", "digest", name=op.f("uq_photos_appeal_number")),
    )


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_index("ix_parts_department", table_name="parts")
    op.drop_table("parts")
