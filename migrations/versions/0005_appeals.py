"""Appeals, their authors, conversations and messages.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "network",
            sa.Enum(
                "vk",
                "ok",
                "telegram",
                "max",
                "my_world",
                "other",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authors")),
        sa.UniqueConstraint("network", "external_id", name=op.f("uq_authors_network")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_conversations_source_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_conversations_source_id")),
    )
    op.create_table(
        "appeals",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("social", "direct_message", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "network",
            sa.Enum(
                "vk",
                "ok",
                "telegram",
                "max",
                "my_world",
                "other",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "place",
            sa.Enum(
                "post",
                "comment",
                "message",
                "elsewhere",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("branch", sa.String(length=120), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("permalink", sa.String(length=1000), nullable=True),
        sa.Column("object_key", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "assigned",
                "in_progress",
                "on_approval",
                "publishing",
                "awaiting_author",
                "interim_answered",
                "deferred",
                "answered",
                "closed",
                "rejected",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column(
            "reject_reason",
            sa.Enum(
                "spam",
                "abuse",
                "elsewhere",
                "thanks",
                "duplicate",
                name="reject",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column(
            "suggestions", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("norm_id", sa.Integer(), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("source_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_outside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["people.id"], name=op.f("fk_appeals_assignee_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name=op.f("fk_appeals_author_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_appeals_conversation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_appeals_department_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["norm_id"], ["norms.id"], name=op.f("fk_appeals_norm_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["previous_number"], ["appeals.number"], name=op.f("fk_appeals_previous_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_appeals_source_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name=op.f("fk_appeals_token_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_appeals_topic_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appeals")),
        sa.UniqueConstraint("object_key", name=op.f("uq_appeals_object_key")),
        sa.UniqueConstraint("token_id", "external_id", name=op.f("uq_appeals_token_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appeals_answered_at",
            ["answered_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NOT NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL"),
        )
        batch_op.create_index("ix_appeals_author", ["author_id"], unique=False)
        batch_op.create_index("ix_appeals_conversation", ["conversation_id"], unique=False)
        batch_op.create_index("ix_appeals_department", ["department_id", "received_at"], unique=False)
        batch_op.create_index("ix_appeals_external_id", ["external_id"], unique=False)
        batch_op.create_index(
            "ix_appeals_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status NOT IN ('answered', 'closed', 'rejected')"),
            postgresql_where=sa.text("status NOT IN ('answered', 'closed', 'rejected')"),
        )
        batch_op.create_index("ix_appeals_permalink", ["permalink"], unique=False)
        batch_op.create_index("ix_appeals_received_at", ["received_at", "number"], unique=False)
        batch_op.create_index(
            "ix_appeals_to_escalate",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND escalated_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND escalated_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.create_index(
            "ix_appeals_to_flag",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND overdue_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND overdue_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.create_index(
            "ix_appeals_to_warn",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND warned_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND warned_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.create_index("ix_appeals_topic", ["topic_id", "received_at"], unique=False)
        batch_op.create_index(
            "uq_appeals_imported",
            ["network", "external_id"],
            unique=True,
            sqlite_where=sa.text("is_imported"),
            postgresql_where=sa.text("is_imported"),
        )

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appeal_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("object_key", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_text", sa.Text(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("permalink", sa.String(length=1000), nullable=True),
        sa.Column(
            "reply_to", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "attachments", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_messages_appeal_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_messages_source_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("object_key", name=op.f("uq_messages_object_key")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_appeal_number"), ["appeal_number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_appeal_number"))

    op.drop_table("messages")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeals_imported", sqlite_where=sa.text("is_imported"), postgresql_where=sa.text("is_imported")
        )
        batch_op.drop_index("ix_appeals_topic")
        batch_op.drop_index(
            "ix_appeals_to_warn",
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND warned_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND warned_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.drop_index(
            "ix_appeals_to_flag",
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND overdue_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND overdue_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.drop_index(
            "ix_appeals_to_escalate",
            sqlite_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND escalated_at IS NULL AND NOT is_imported"
            ),
            postgresql_where=sa.text(
                "answered_at IS NULL AND status <> 'rejected' AND escalated_at IS NULL AND NOT is_imported"
            ),
        )
        batch_op.drop_index("ix_appeals_received_at")
        batch_op.drop_index("ix_appeals_permalink")
        batch_op.drop_index(
            "ix_appeals_open",
            sqlite_where=sa.text("status NOT IN ('answered', 'closed', 'rejected')"),
            postgresql_where=sa.text("status NOT IN ('answered', 'closed', 'rejected')"),
        )
        batch_op.drop_index("ix_appeals_external_id")
        batch_op.drop_index("ix_appeals_department")
        batch_op.drop_index("ix_appeals_conversation")
        batch_op.drop_index("ix_appeals_author")
        batch_op.drop_index("ix_appeals_answered_at")

    op.drop_table("appeals")
    op.drop_table("conversations")
    op.drop_table("authors")
