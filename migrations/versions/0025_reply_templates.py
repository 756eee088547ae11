"""Reply templates and every wording they had.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OWNER = (
    "(topic_id IS NULL OR group_id IS NULL) AND (topic_id IS NULL OR department_id IS NULL)"
    " AND (group_id IS NULL OR department_id IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(OWNER, name=op.f("ck_reply_templates_owner")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_reply_templates_{column}"), ondelete="RESTRICT")
            for column, target in (
                ("topic_id", "topics.id"),
                ("group_id", "topic_groups.id"),
                ("department_id", "departments.id"),
                ("changed_by", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_reply_templates_name")),
    )
    op.create_table(
        "reply_template_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_reply_template_versions_{column}"), ondelete="RESTRICT"
            )
            for column, target in (("template_id", "reply_templates.id"), ("person_id", "people.id"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template_versions")),
        sa.UniqueConstraint("template_id", "version", name=op.f("uq_reply_template_versions_template_id")),
    )


def downgrade() -> None:
    op.drop_table("reply_template_versions")
    op.drop_table("reply_templates")
