"""The figures of months that are over, and the marks that say which of them must be counted again.

The database itself makes the mark, in the transaction of whatever changed an appeal: no door of the program, no import
and no hand at the console can pass it by. What came within the last day leaves none: no month is kept before two days
have passed since its end, and so an act on a fresh appeal costs nothing.

Write what both databases understand; never import the models: they change, this file must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("received", "in_time", "late", "waiting", "without_norm", "rejected", "duplicates", "other_kinds")
#: Of an appeal, all that the figures of a month ask of it.
ASKED = ("received_at", "kind", "status", "reject_reason", "answered_at", "due_at")


def upgrade() -> None:
    op.create_table(
        "kept_months",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition", sa.String(length=16), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("starts_at", name=op.f("pk_kept_months")),
    )
    op.create_table(
        "changed_appeals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_appeals")),
    )
    op.create_index("ix_changed_appeals_received_at", "changed_appeals", ["received_at"])
    if op.get_bind().dialect.name == "sqlite":
        _mark_on_sqlite()
    else:
        _mark_on_postgresql()


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER appeals_changed_{event}{'' if is_sqlite else ' ON appeals'}")
    if not is_sqlite:
        op.execute("DROP FUNCTION mark_changed_appeal()")
    op.drop_table("changed_appeals")
    op.drop_table("kept_months")


def _mark_on_sqlite() -> None:
    recent = "strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 day')"
    mark = (
        "INSERT INTO changed_appeals (received_at) SELECT {row}.received_at WHERE {row}.received_at < " + recent + ";"
    )
    new, old = (mark.format(row=row) for row in ("NEW", "OLD"))
    for event, when, body in (
        ("insert", "INSERT", new),
        ("update", f"UPDATE OF {', '.join(ASKED)}", old + new),
        ("delete", "DELETE", old),
    ):
        op.execute(f"CREATE TRIGGER appeals_changed_{event} AFTER {when} ON appeals BEGIN {body} END")


def _mark_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION mark_changed_appeal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP <> 'INSERT' AND OLD.received_at < now() - interval '1 day' THEN "
        "INSERT INTO changed_appeals (received_at) VALUES (OLD.received_at); END IF; "
        "IF TG_OP <> 'DELETE' AND NEW.received_at < now() - interval '1 day' THEN "
        "INSERT INTO changed_appeals (received_at) VALUES (NEW.received_at); END IF; "
        "RETURN NULL; END $$"
    )
    for event, when in (("insert", "INSERT"), ("update", f"UPDATE OF {', '.join(ASKED)}"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER appeals_changed_{event} AFTER {when} ON appeals "
            "FOR EACH ROW EXECUTE FUNCTION mark_changed_appeal()"
        )
