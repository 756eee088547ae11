"""The search: stems of every appeal's words, read by FTS5 on SQLite and by a generated tsvector on PostgreSQL.

The rows themselves are written by `incidents upgrade` after the migration, batch by batch, so that a town of 100,000
appeals is not locked meanwhile. Trigrams (words with a misprint) need the extension pg_trgm; where its owner may not be
created, the search does without and says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("author", "said", "answers", "notes", "place")


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("appeal_number", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in COLUMNS),
        sa.Column("is_gathered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_number"], ["appeals.number"], name=op.f("fk_search_documents_appeal_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("appeal_number", name=op.f("pk_search_documents")),
    )
    where = sa.text("NOT is_gathered")
    op.create_index(
        "ix_search_documents_new", "search_documents", ["appeal_number"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _fts_up()
    else:
        _tsvector_up()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_words")
    op.drop_table("search_documents")


def _fts_up() -> None:
    names = ", ".join(COLUMNS)
    op.execute(
        f"CREATE VIRTUAL TABLE search_index USING fts5({names}, content='search_documents', "
        "content_rowid='appeal_number', tokenize='unicode61 remove_diacritics 0')"
    )
    new, old = (", ".join(f"{side}.{name}" for name in COLUMNS) for side in ("new", "old"))
    put = f"INSERT INTO search_index(rowid, {names}) VALUES (new.appeal_number, {new});"
    take = f"INSERT INTO search_index(search_index, rowid, {names}) VALUES ('delete', old.appeal_number, {old});"
    for name, event, body in (
        ("insert", "INSERT", put),
        ("delete", "DELETE", take),
        ("update", f"UPDATE OF {names}", take + put),
    ):
        op.execute(f"CREATE TRIGGER search_documents_{name} AFTER {event} ON search_documents BEGIN {body} END")


def _tsvector_up() -> None:
    # Whose words they are is kept as the weight of each; a weight can be asked for.
    parts = " || ".join(
        f"setweight(to_tsvector('simple'::regconfig, {name}), '{weight}')"
        for name, weight in (("author", "A"), ("said || ' ' || place", "B"), ("answers", "C"), ("notes", "D"))
    )
    op.execute(f"ALTER TABLE search_documents ADD COLUMN vector tsvector GENERATED ALWAYS AS ({parts}) STORED")
    op.execute("CREATE INDEX ix_search_documents_vector ON search_documents USING gin (vector)")
    # A database role without the right to create extensions, or a server without its files, must still migrate.
    op.execute(
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
        "CREATE INDEX ix_search_words_trigrams ON search_words USING gin (word gin_trgm_ops); "
        "EXCEPTION WHEN OTHERS THEN NULL; END $$"
    )
