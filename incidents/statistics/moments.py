"""Moments as whole seconds, so that both databases subtract them alike."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class whole_seconds(GenericFunction[int]):  # noqa: N801 - a function of SQL, written as one
    """Seconds since 1970 of a moment, without its fraction."""

    type = BigInteger()
    inherit_cache = True


@compiles(whole_seconds, "sqlite")
def _in_sqlite(element: whole_seconds, compiler: Any, **options: Any) -> str:
    # Without the fraction: SQLite would round it to the nearest millisecond, and so now and then to the next second.
    return f"unixepoch(substr({compiler.process(element.clauses, **options)}, 1, 19))"


@compiles(whole_seconds, "postgresql")
def _in_postgresql(element: whole_seconds, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"
