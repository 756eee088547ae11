"""A sweep that finds 100 appeals freshly late, whatever lies finished behind them; and the same work in raw SQL.

Both do all that must be done for an alarm: claim by one UPDATE, chain one journal entry each, move the streams' heads,
commit. The raw one leaves out what makes the program's own safe: nothing is retried one by one, nothing is mapped.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from bench.figures import Figure, median
from bench.plan import Plan
from bench.planned import planned
from bench.town import Town
from incidents import jobs
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry, Stream
from incidents.records.notices import Notice
from incidents.rules.acts import Act, Status
from incidents.rules.chain import Fields, entry_hash

FOUND, ROUNDS = 100, 7
MOST_MS = 20.0
TARGET = "≤ 20 ms"
AGO = timedelta(seconds=5)

_CLAIM = """UPDATE alarms SET raised_at = {now} WHERE id IN (
    SELECT id FROM alarms WHERE raised_at IS NULL AND happens_at < {now} ORDER BY happens_at LIMIT 100)
    RETURNING appeal_number"""


def measure(plan: Plan) -> Iterator[Figure]:
    """Milliseconds at each size, median of several sweeps, each with 100 other appeals; and one that finds nothing."""
    for size in sorted(plan.sizes):
        town = plan.town(size)
        fresh = _in_time(town)
        found = min(FOUND, len(fresh))
        with httpx2.Client() as client:
            shop = jobs.Workshop(town.settings, town.sessions, client, "bench")
            jobs.sweep(shop)  # whatever has fallen due since the town was filled
            own, raw = [], []
            for place in range(plan.rounds(ROUNDS)):
                chosen = [fresh[(place * found + step) % len(fresh)] for step in range(found)]
                own.append(_swept(town, shop, chosen))
                raw.append(_swept_raw(town, chosen))
            idle = [_timed(shop) for _ in range(plan.rounds(ROUNDS))]
        yield Figure(
            "sweep",
            f"a sweep that finds {found} late",
            town.database,
            median(own),
            "ms",
            size=size,
            yardstick=median(raw),
            compared=median(own) / median(raw),
            target=TARGET,
            reached=median(own) <= MOST_MS,
            details={"each_ms": [round(one, 1) for one in own]},
        )
        yield Figure("sweep", "a sweep that finds nothing", town.database, median(idle), "ms", size=size)


def _swept(town: Town, shop: jobs.Workshop, chosen: Sequence[int]) -> float:
    with _late(town, chosen):
        started = time.perf_counter()
        done = jobs.sweep(shop)
        took = 1000 * (time.perf_counter() - started)
    if done["overdue"] != len(chosen):
        raise SystemExit(f"bench: the sweep should have flagged {len(chosen)} appeals: {done}")
    return took


def _timed(shop: jobs.Workshop) -> float:
    started = time.perf_counter()
    jobs.sweep(shop)
    return 1000 * (time.perf_counter() - started)


def _swept_raw(town: Town, chosen: Sequence[int]) -> float:
    with _late(town, chosen):
        started = time.perf_counter()
        with town.engine.begin() as connection:
            flagged = _flag(connection, datetime.now(UTC))
        took = 1000 * (time.perf_counter() - started)
    if flagged != len(chosen):
        raise SystemExit(f"bench: the raw sweep should have flagged {len(chosen)} appeals, not {flagged}")
    return took


@contextmanager
def _late(town: Town, chosen: Sequence[int]) -> Iterator[None]:
    """The deadline of these appeals passed some seconds ago, and nobody has flagged it yet; forgotten afterwards."""
    due_at = datetime.now(UTC) - AGO
    table = Alarm.__table__
    with town.engine.begin() as connection:
        connection.execute(insert(table), [planned(number, due_at) for number in chosen])  # type: ignore[arg-type]
    try:
        yield
    finally:
        with town.engine.begin() as connection:
            # What people were told of them refers to them.
            ours = select(Alarm.id).where(Alarm.due_at == due_at)
            connection.execute(delete(Notice).where(Notice.alarm_id.in_(ours)))
            connection.execute(delete(table).where(table.c.due_at == due_at))  # type: ignore[arg-type]


def _in_time(town: Town) -> list[int]:
    """The open appeals whose deadline has not come."""
    waiting = select(Appeal.number).where(Appeal.answered_at.is_(None), Appeal.due_at > datetime.now(UTC))
    with town.sessions() as session:
        return list(session.scalars(waiting.where(Appeal.status != Status.REJECTED).order_by(Appeal.number)))


def _flag(connection: Connection, now: datetime) -> int:
    """The raw twin; how many were flagged."""
    moment = now.replace(tzinfo=None).isoformat(" ") if connection.dialect.name == "sqlite" else now
    claimed = connection.execute(text(_CLAIM.format(now=":now")), {"now": moment}).scalars().all()
    streams = [f"appeal:{number}" for number in claimed]
    table = Stream.__table__
    heads = connection.execute(
        select(table.c.name, table.c.head_seq, table.c.head_hash).where(table.c.name.in_(streams))
    )
    entries = [_entry(name, seq, previous, now) for name, seq, previous in heads]
    connection.execute(insert(Entry.__table__), entries)  # type: ignore[arg-type]
    connection.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.name == bindparam("stream_name"))
        .values(head_seq=bindparam("new_seq"), head_hash=bindparam("new_hash")),
        [{"stream_name": row["stream"], "new_seq": row["seq"], "new_hash": row["hash"]} for row in entries],
    )
    return len(claimed)


def _entry(stream: str, seq: int, previous: str, now: datetime) -> dict[str, Any]:
    fields = Fields(stream, seq + 1, Act.OVERDUE, "machine:clock", now, now, {}, None)
    own = entry_hash(fields, previous)
    row = {name: getattr(fields, name) for name in ("stream", "seq", "act", "by", "happened_at", "noticed_at")}
    return row | {"data": {}, "previous_hash": previous, "hash": own}
