"""Since when departments exist and until when; when people last signed in; for whose use a token was made.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("departments", sa.Column("opened_on", sa.Date(), nullable=True))
    op.add_column("departments", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE people SET signed_in_at = (SELECT max(happened_at) FROM entries"
        " WHERE stream = 'people' AND act = 'sign_in' AND entries.by = 'person:' || people.id)"
    )
    with op.batch_alter_table("api_tokens") as batch:
        batch.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_api_tokens_person_id"), "people", ["person_id"], ["id"], ondelete="RESTRICT")
        batch.create_index(op.f("ix_api_tokens_person_id"), ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("api_tokens") as batch:
        batch.drop_index(op.f("ix_api_tokens_person_id"))
        batch.drop_constraint(op.f("fk_api_tokens_person_id"), type_="foreignkey")
        batch.drop_column("person_id")
    with op.batch_alter_table("people") as batch:
        batch.drop_column("signed_in_at")
    with op.batch_alter_table("departments") as batch:
        batch.drop_column("closed_on")
        batch.drop_column("opened_on")
