"""Runs the migrations over the connection that `incidents.records.schema` hands in.

Importing anything of `incidents.records` makes every table known to `Base.metadata`.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, text

from incidents.records.database import Base, UTCDateTime


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy: a migration must not change when the program's classes do."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    context: Any, inspected_column: Any, metadata_column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Our UTC type is a timestamp with zone to the database."""
    if isinstance(metadata_type, UTCDateTime):
        return not isinstance(inspected_type, DateTime)
    return None


def include_object(found: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """What the two databases have in words of their own stands in its migration (0022, 0039), not in the models."""
    if reflected and kind == "table" and str(name).startswith("search_index"):
        return False
    own = ("vector", "ix_search_documents_vector", "ix_search_words_trigrams", "ix_entries_whose")
    return not (reflected and name in own)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=compare_type,
    render_item=render_item,
    include_object=include_object,
    transaction_per_migration=False,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Two upgrades at once: the second waits, then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(4620182023)"))
    context.run_migrations()
