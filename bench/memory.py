"""The whole program at rest: the web with two preloaded processes, and a worker. Memory, and seconds to the first page."""

import time
from collections.abc import Iterator

from sqlalchemy import func, select

from bench import processes
from bench.figures import Figure, median
from bench.plan import Plan
from bench.town import Town
from incidents.records.workers import Heartbeat
from incidents.settings import Settings

STARTS = 3
MOST_SECONDS, MOST_MB = 3.0, 220.0
#: Long enough for every schedule of the worker to have run.
SETTLED = 6.0


def measure(plan: Plan) -> Iterator[Figure]:
    """Seconds from `incidents serve` to the first page, and the sum of PSS, idle, after that page."""
    town = plan.town(min(plan.sizes))
    starts = [_start(town) for _ in range(plan.rounds(STARTS))]
    yield Figure(
        "memory",
        "start to first page",
        town.database,
        median(starts),
        "s",
        target="≤ 3 s",
        reached=median(starts) <= MOST_SECONDS,
        details={"each_s": [round(one, 2) for one in starts]},
    )
    parts = _at_rest(town, 1.0 if plan.is_quick else SETTLED)
    total = sum(parts.values())
    yield Figure(
        "memory",
        "web (2 processes) and worker, idle, PSS",
        town.database,
        total,
        "MB",
        target="≤ 220 MB",
        reached=total <= MOST_MB,
        details={name: round(size, 1) for name, size in parts.items()},
    )


def _start(town: Town) -> float:
    started = time.perf_counter()
    with processes.serving(_settings(town)):
        return time.perf_counter() - started


def _at_rest(town: Town, seconds: float) -> dict[str, float]:
    before = _beats(town)
    with processes.serving(_settings(town)) as web, processes.working(town.settings) as worker:
        processes.wait_for(lambda: _beats(town) > before, 30.0, "the worker's sign of life")
        time.sleep(seconds)
        parts = dict(zip(("web master", "web 1", "web 2"), processes.family(web.pid), strict=True))
        return {name: processes.proportional_mb(pid) for name, pid in (parts | {"worker": worker.pid}).items()}


def _settings(town: Town) -> Settings:
    return town.settings.model_copy(update={"bind": processes.free_address(), "web_processes": 2})


def _beats(town: Town) -> int:
    """How many jobs of whatever workers have left a sign of life."""
    with town.sessions() as session:
        session.connection(execution_options={"readonly": True})
        return session.scalar(select(func.count()).select_from(Heartbeat)) or 0
