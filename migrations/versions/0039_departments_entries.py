"""The entries by which a department gets an appeal or gives it back, found by the department: its month is read of its own
appeals, not of the whole town's.

The department stands in the entry's data, so the index is made of an expression, which stands in `records.journal` to the
letter. SQLite cannot tell it of itself: whoever makes `entries` anew makes this index anew.

Write what both databases understand; never import the models: they change, this file must not.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

WHOSE = "CASE act WHEN 'assign' THEN {department} ELSE {from_department} END"
SQLITE = WHOSE.format(
    department="json_extract(data, '$.department')", from_department="json_extract(data, '$.from_department')"
)
POSTGRESQL = WHOSE.format(
    department="(data ->> 'department')::integer", from_department="(data ->> 'from_department')::integer"
)


def upgrade() -> None:
    whose = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    op.execute(
        f"CREATE INDEX ix_entries_whose ON entries (({whose}), noticed_at, stream) WHERE act IN ('assign', 'return')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_entries_whose")
