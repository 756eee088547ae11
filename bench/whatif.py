"""What if, as an administrator asks it: the command itself over 27,348 appeals and over a million. What it takes to start is
the yardstick (the same command over one day), and is taken off before the target is looked at.

The appeals are rows of the database, made by repeating those of a small town. The dearest question is asked: a limit in
working hours, which takes the calendar for every single deadline.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, insert, literal, select

from bench.figures import Figure
from bench.plan import Plan
from bench.processes import environment
from bench.stories import shape
from bench.town import Town, founded
from incidents.records.appeals import Appeal

#: Appeals, and the seconds that they may take.
TARGETS = ((27_348, 2.0), (1_000_000, 60.0))
#: The town whose rows are repeated.
SEED = 1_000
AT_ONCE = 100
#: What names one appeal alone.
_OWN = {"object_key", "external_id", "permalink"}


def measure(plan: Plan) -> Iterator[Figure]:
    """Seconds and the peak of memory; the yardstick is the same command over one day."""
    with founded(plan.make("whatif"), shape(100 if plan.is_quick else SEED), plan.say) as town:
        for size, seconds in ((300, 2.0),) if plan.is_quick else TARGETS:
            _grow(town, size)
            # The quickest of a few: what else the machine does must not count for one of the two alone.
            least, least_mb, _ = min(_ask(town, 1) for _ in range(plan.rounds(3)))
            took, peak_mb, counted = min(_ask(town, 20 * 366) for _ in range(plan.rounds(3 if size < 100_000 else 1)))
            yield Figure(
                "whatif",
                "another limit in working hours",
                town.database,
                took,
                "s",
                size,
                yardstick=least,
                compared=took - least,
                target=f"≤ {seconds:.0f} s after its start",
                reached=took - least <= seconds,
                details={"counted": counted, "peak_mb": round(peak_mb), "peak_of_one_day_mb": round(least_mb)},
            )


def _grow(town: Town, size: int) -> None:
    """Repeat the town's first appeals until there are so many."""
    table = Appeal.__table__
    with town.sessions() as session:
        seed = min(town.shape.appeals, SEED)
        there = session.execute(select(func.max(Appeal.number))).scalar_one()
        copied = [column for column in table.c if column.name not in _OWN | {"number"}]
        names = ["number", *(column.name for column in copied)]
        for done, first in enumerate(range(there, size, seed), start=1):
            shifted = (table.c.number + literal(first)).label("number")
            rows = select(shifted, *copied).where(table.c.number <= min(seed, size - first))
            session.connection().execute(insert(Appeal.__table__).from_select(names, rows))  # type: ignore[arg-type]
            if done % AT_ONCE == 0:
                session.commit()
        session.commit()


def _ask(town: Town, days: int) -> tuple[float, float, int]:
    """Seconds, MB at most, and how many appeals were counted."""
    with town.sessions() as session:
        newest = session.execute(select(func.max(Appeal.received_at))).scalar_one()
    last = newest.astimezone(town.settings.town_zone).date()
    question = [
        "--limit",
        "90",
        "--hours",
        "working",
        "--from",
        str(last - timedelta(days=days - 1)),
        "--to",
        str(last),
    ]
    command = [sys.executable, "-m", "incidents", "whatif", *question]
    with tempfile.TemporaryFile() as told:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment(town.settings), stdout=told)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"bench: what if ended with status {process.returncode}")
        told.seek(0)
        return took, used.ru_maxrss / 1024, int(json.load(told)["counted"])
