"""PostgreSQL: what the role that the program runs as may do. The schema belongs to another role, which migrates."""

from sqlalchemy import Engine, inspect, text

#: Written once and never changed; the database's own triggers say so too (migration 0007).
APPEND_ONLY = frozenset({"entries", "seals", "sealed_heads"})
#: Whose words alone may be erased.
ERASABLE = "entry_texts"
VERSION_TABLE = "alembic_version"


def grant(owner: Engine, role: str) -> None:
    """Let `role` read and write rows, but only append to the journal; it can alter, drop and truncate nothing."""
    with owner.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote(role)
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
        # To read a sequence is what a copy made by this role asks for.
        connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
        for table in inspect(connection).get_table_names(schema="public"):
            connection.execute(text(f"REVOKE ALL ON {table} FROM {quoted}"))
            connection.execute(text(f"GRANT {_rights(table)} ON {table} TO {quoted}"))


def _rights(table: str) -> str:
    if table == VERSION_TABLE:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if table == ERASABLE else "SELECT, INSERT, UPDATE, DELETE"
