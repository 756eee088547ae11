"""Appeals that a document system knows by a number of its own, and formal appeals found by the one they were made from.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appeals", sa.Column("document_number", sa.String(length=60), nullable=True))
    for column in ("document_number", "origin_number"):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_appeals_{column}", "appeals", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for column in ("origin_number", "document_number"):
        op.drop_index(f"ix_appeals_{column}", table_name="appeals")
    op.drop_column("appeals", "document_number")
