"""How long after a deadline the alarm stands in the database: with a living leader, and when it was killed.

Two workers run, as a town runs them. What is seen is what another connection can read, asked every 20 ms: the whole way
from the deadline to the commit, by one clock. The leader is killed just after it renewed its lease, which is when its
death costs most.
"""

import json
import os
import random
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bench import processes
from bench.figures import Figure, percentile
from bench.plan import Plan
from bench.planned import planned
from bench.processes import Process
from bench.town import GROUP_ID, HOOK_KEY, Town
from incidents.flow import leading
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.records.workers import Lease

DEADLINES, OVER_SECONDS = 60, 30.0
KILLS = 3
SNOW = 2_000
LOOK_EVERY = 0.02
MOST_SECONDS = 1.0
#: What the design calls the lease. The program's own term is shorter, so that noticing, asking and sweeping fit into it.
LEASE_SECONDS = 10.0


def measure(plan: Plan) -> Iterator[Figure]:
    """Seconds from the deadline to the alarm: 99th percentile with a leader, the worst after its death."""
    town = plan.town(min(plan.sizes))
    chance = random.Random(4)
    many, span = (8, 3.0) if plan.is_quick else (DEADLINES, OVER_SECONDS)
    chosen = _in_time(town, many)
    with ExitStack() as stack:
        workers = {each.pid: each for each in (stack.enter_context(processes.working(town.settings)) for _ in range(2))}
        _leader(town, workers)
        yield _living(town, _watch(town, _spread(town, chosen, chance, span)))
        delays = []
        for _ in range(1 if plan.is_quick else KILLS):
            due = _spread(town, chosen, chance, leading.TERM.total_seconds() + 5)
            _kill_the_leader(town, workers)
            delays.append(max(_watch(town, due)))
            worker = stack.enter_context(processes.working(town.settings))
            workers[worker.pid] = worker
        yield _orphaned(town, delays)
        _leader(town, workers)
        snow = 50 if plan.is_quick else SNOW
        _let_it_snow(town, snow)
        yield _snowed(town, _watch(town, _spread(town, chosen, chance, span / 3)), snow)


def _living(town: Town, delays: Sequence[float]) -> Figure:
    value = percentile(delays, 0.99)
    return Figure(
        "alarm",
        "deadline to alarm, living leader, 99th percentile",
        town.database,
        value,
        "s",
        target="≤ 1 s",
        reached=value <= MOST_SECONDS,
        details={"p50_s": round(percentile(delays, 0.5), 2), "deadlines": len(delays)},
    )


def _orphaned(town: Town, delays: Sequence[float]) -> Figure:
    return Figure(
        "alarm",
        "deadline to alarm, leader killed, the longest",
        town.database,
        max(delays),
        "s",
        target=f"≤ the lease, {LEASE_SECONDS:.0f} s",
        reached=max(delays) <= LEASE_SECONDS,
        details={
            "term_s": leading.TERM.total_seconds(),
            "longest_of_each_kill_s": [round(delay, 2) for delay in delays],
        },
    )


def _snowed(town: Town, delays: Sequence[float], events: int) -> Figure:
    """No target speaks of it, but on such a day alarms matter most."""
    return Figure(
        "alarm",
        f"deadline to alarm while {events} events wait in the inbox, 99th percentile",
        town.database,
        percentile(delays, 0.99),
        "s",
        details={"p50_s": round(percentile(delays, 0.5), 2)},
    )


def _let_it_snow(town: Town, events: int) -> None:
    """So many citizens have written at once, and every event waits to be read."""
    now = datetime.now(UTC)
    with town.sessions() as session:
        source = session.scalars(select(Source.id).where(Source.key == HOOK_KEY)).one()
        words = {"source_id": source, "received_at": now, "next_at": now, "attempts": 0, "state": InboxState.PENDING}
        rows = [words | {"dedupe_key": f"snow{number}", "raw": _comment(number, now)} for number in range(events)]
        session.execute(insert(InboxEvent), rows)
        session.commit()


def _comment(number: int, now: datetime) -> str:
    said: dict[str, object] = {"id": 10**6 + number, "from_id": 1 + number, "post_id": 3, "owner_id": -GROUP_ID}
    said |= {"date": int(now.timestamp()), "text": "Снег во дворе не убран"}
    return json.dumps({"type": "wall_reply_new", "group_id": GROUP_ID, "object": said})


def _spread(town: Town, chosen: Sequence[int], chance: random.Random, span: float) -> Mapping[int, datetime]:
    """Give these appeals deadlines at random moments of the next seconds; their warnings are long out."""
    start = datetime.now(UTC) + timedelta(seconds=1)
    due = {number: start + timedelta(seconds=chance.uniform(0, span)) for number in chosen}
    with town.engine.begin() as connection:
        for number, due_at in due.items():
            connection.execute(insert(Alarm.__table__), [planned(number, due_at)])  # type: ignore[arg-type]
    return due


def _watch(town: Town, due: Mapping[int, datetime]) -> list[float]:
    """Seconds after its deadline at which each alarm could first be read."""
    missing, delays = dict(due), []
    question = select(Alarm.appeal_number, Alarm.due_at).where(Alarm.raised_at.is_not(None))
    deadline = time.monotonic() + 90
    while missing:
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: {len(missing)} alarms were not raised within 90 s")
        time.sleep(LOOK_EVERY)
        with town.engine.connect().execution_options(readonly=True) as connection:
            raised = connection.execute(question.where(Alarm.appeal_number.in_(missing))).all()
        seen_at = datetime.now(UTC)
        # An appeal has alarms of earlier rounds too, and those of its own clock, which are planned anew as one is raised.
        found = {number for number, due_at in raised if due_at == missing[number]}
        delays += [(seen_at - missing.pop(number)).total_seconds() for number in found]
    return delays


def _kill_the_leader(town: Town, workers: dict[int, Process]) -> None:
    """SIGKILL, just after the lease was renewed."""
    pid, until = _leader(town, workers)
    processes.wait_for(lambda: _lease(town)[1] > until, 20.0, "the lease to be renewed")
    os.kill(pid, signal.SIGKILL)
    workers.pop(pid).wait()


def _leader(town: Town, workers: Mapping[int, Process]) -> tuple[int, datetime]:
    """Which of the workers holds the lease, and until when; waits until one of them does."""
    processes.wait_for(lambda: _lease(town)[0] in workers, 30.0, "a leader")
    return _lease(town)


def _lease(town: Town) -> tuple[int, datetime]:
    with town.engine.connect().execution_options(readonly=True) as connection:
        row = connection.execute(select(Lease.owner, Lease.until).where(Lease.name == leading.LEASE)).first()
    if row is None or row.until <= datetime.now(UTC):
        return 0, datetime.min.replace(tzinfo=UTC)
    return int(row.owner.split(":")[1]), row.until


def _in_time(town: Town, many: int) -> list[int]:
    waiting = select(Appeal.number).where(Appeal.answered_at.is_(None), Appeal.due_at > datetime.now(UTC))
    with town.sessions() as session:
        return list(session.scalars(waiting.order_by(Appeal.number.desc()).limit(many)))
