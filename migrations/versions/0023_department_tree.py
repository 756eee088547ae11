"""Subordinate institutions: a department may stand under another one.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("departments") as batch:
        batch.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_departments_parent_id"), "departments", ["parent_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_index(op.f("ix_departments_parent_id"), ["parent_id"])


def downgrade() -> None:
    with op.batch_alter_table("departments") as batch:
        batch.drop_index(op.f("ix_departments_parent_id"))
        batch.drop_constraint(op.f("fk_departments_parent_id"), type_="foreignkey")
        batch.drop_column("parent_id")
