"""Moments as whole seconds, so that both databases subtract them alike, and as the seconds of the town's clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, literal
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


class near_seconds(GenericFunction[int]):  # noqa: N801 - a function of SQL, written as one
    """Seconds since 1970 of a moment rounded to its millisecond, without the rest: what an order needs. SQLite tells it in
    half the time of `whole_seconds`."""

    type = BigInteger()
    inherit_cache = True


@compiles(near_seconds, "sqlite")
def _near_in_sqlite(element: near_seconds, compiler: Any, **options: Any) -> str:
    return f"unixepoch({compiler.process(element.clauses, **options)})"


@compiles(near_seconds, "postgresql")
def _near_in_postgresql(element: near_seconds, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {moment}) + 0.0005) AS BIGINT)"


def nearest(moment: datetime) -> int:
    """`near_seconds` of a moment in hand."""
    return int(moment.timestamp() + 0.0005)


def local_seconds(column: Any, zone: ZoneInfo, first: datetime, after: datetime) -> ColumnElement[int]:
    """Seconds since 1970 by the clock on the town's wall, right for every moment from `first` on and before `after`.

    The zone's offsets are put into the statement: one source of time zones, and both databases agree.
    """
    steps = offsets(zone, first, after)
    offset: Any = literal(steps[-1][1])
    if len(steps) > 1:
        offset = case(
            *((column < begins, before) for (_, before), (begins, _) in pairwise(steps)),
            else_=steps[-1][1],
        )
    seconds: ColumnElement[int] = whole_seconds(column) + offset
    return seconds


def offsets(zone: ZoneInfo, first: datetime, after: datetime) -> Sequence[tuple[datetime, int]]:
    """The zone's offsets to UTC in seconds within a stretch, each with the instant from which it holds."""
    at, end = first.astimezone(UTC), after.astimezone(UTC)
    found = [(at, _offset(zone, at))]
    while at < end:
        following = min(at + timedelta(days=1), end)
        if _offset(zone, following) != found[-1][1]:
            found.append(_change(zone, at, following))
        at = following
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> tuple[datetime, int]:
    """The second at which the offset changes between two instants."""
    low, high = int(before.timestamp()), int(after.timestamp()) + 1
    was = _offset(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == was:
            low = middle
        else:
            high = middle
    begins = datetime.fromtimestamp(high, UTC)
    return begins, _offset(zone, begins)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
