"""`POST /hooks/vk/<key>` under gunicorn, beside one INSERT in a Flask view under the same gunicorn.

Both servers are up for the whole time and are loaded in turn, so that a noisy minute of the machine meets both.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import text

from bench import processes, yardstick
from bench.figures import Figure, median, percentile
from bench.load import Load, put_on, request
from bench.plan import Plan
from bench.town import GROUP_ID, HOOK_KEY, HOOK_SECRET, Town

CONNECTIONS = (8, 32)
ROUNDS = 8
LEAST_SHARE, MOST_SLOWER = 0.8, 1.5
TARGET = "≥ 0.8 of the yardstick"
TARGET_P99 = "≤ 1.5 × the yardstick"


@dataclass(slots=True)
class Side:
    """One server under load: where it is asked, and what came of each round."""

    address: str
    path: str
    process: processes.Process
    rounds: list[Load] = field(default_factory=list)
    #: Processor seconds of the server in all rounds; unlike time, they do not grow with what else the machine does.
    cpu: float = 0.0

    def clear(self) -> None:
        """Forget the rounds."""
        self.rounds, self.cpu = [], 0.0

    def load(self, connections: int, seconds: float, numbers: Iterator[int]) -> None:
        """One round."""
        before = processes.cpu_seconds(self.process.pid)
        self.rounds.append(
            put_on(self.address, connections, seconds, lambda: request(self.path, self.address, event(next(numbers))))
        )
        self.cpu += processes.cpu_seconds(self.process.pid) - before

    @property
    def cpu_microseconds(self) -> float:
        """Processor time of one request."""
        return 1e6 * self.cpu / sum(len(load.times) for load in self.rounds)

    @property
    def per_second(self) -> float:
        """The median of the rounds."""
        return median([load.per_second for load in self.rounds])

    def milliseconds(self, share: float) -> float:
        """A percentile over all rounds."""
        return 1000 * percentile([time for load in self.rounds for time in load.times], share)


def measure(plan: Plan) -> Iterator[Figure]:
    """Requests a second and 99th percentile at 8 and at 32 connections."""
    town = plan.town(min(plan.sizes))
    numbers = count(1)
    with ExitStack() as stack:
        product, stick = stack.enter_context(_both(town))
        for side in (product, stick):
            side.load(max(CONNECTIONS), plan.seconds / 3, numbers)  # every thread has its connection
        for connections in CONNECTIONS:
            product.clear()
            stick.clear()
            for _ in range(plan.rounds(ROUNDS)):
                for side in (stick, product):
                    side.load(connections, plan.seconds, numbers)
            yield from _figures(town, connections, product, stick)
        _check(town, product)
    with town.engine.begin() as connection:
        # Nobody must find tens of thousands of events to work off in what is measured next.
        connection.execute(text("DELETE FROM inbox_events"))


def event(number: int) -> bytes:
    """A comment under a post of the community, as VK tells of it."""
    words = {"id": number, "from_id": 7, "post_id": 3, "owner_id": -GROUP_ID, "date": 1, "text": "Когда уберут снег?"}
    body = {"type": "wall_reply_new", "group_id": GROUP_ID, "event_id": f"bench{number}", "secret": HOOK_SECRET}
    return json.dumps(body | {"v": "5.199", "object": words}).encode()


def _figures(town: Town, connections: int, product: Side, stick: Side) -> Iterator[Figure]:
    # Neighbours in time are compared, and the median of the pairs taken: a noisy minute spoils one pair at most.
    shares = [own.per_second / other.per_second for own, other in zip(product.rounds, stick.rounds, strict=True)]
    ratio = median(shares)
    refused = sum(load.refused for load in product.rounds)
    yield Figure(
        "hooks",
        f"POST /hooks/vk, {connections} connections",
        town.database,
        product.per_second,
        "requests/s",
        yardstick=stick.per_second,
        compared=ratio,
        target=TARGET,
        reached=ratio >= LEAST_SHARE and not refused,
        details={
            "ratio_of_each_round": [round(share, 2) for share in shares],
            "p50_ms": [round(side.milliseconds(0.5), 2) for side in (product, stick)],
            "cpu_us_per_request": [round(side.cpu_microseconds) for side in (product, stick)],
            "not_200": refused,
            "requests": sum(len(load.times) for load in product.rounds),
        },
    )
    slower = product.milliseconds(0.99) / stick.milliseconds(0.99)
    yield Figure(
        "hooks",
        f"the same, 99th percentile, {connections} connections",
        town.database,
        product.milliseconds(0.99),
        "ms",
        yardstick=stick.milliseconds(0.99),
        compared=slower,
        target=TARGET_P99,
        reached=slower <= MOST_SLOWER,
    )


@contextmanager
def _both(town: Town) -> Iterator[tuple[Side, Side]]:
    settings = town.settings.model_copy(update={"bind": processes.free_address()})
    with processes.serving(settings) as server:
        variables = {yardstick.VARIABLE: _make_table(town)}
        with processes.beside(server, settings.bind, "bench.yardstick:make_app()", variables) as (address, other):
            yield Side(settings.bind, f"/hooks/vk/{HOOK_KEY}", server), Side(address, "/", other)


def _make_table(town: Town) -> str:
    """The yardstick's table in the town's own database; where that is."""
    is_sqlite = town.database == "sqlite"
    with town.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS yardstick"))
        connection.execute(text(yardstick.SQLITE_TABLE if is_sqlite else yardstick.POSTGRESQL_TABLE))
    return town.address


def _check(town: Town, product: Side) -> None:
    """A door that answers and keeps nothing would win every race."""
    with town.engine.connect() as connection:
        kept = connection.execute(text("SELECT count(*) FROM inbox_events")).scalar_one()
    answered = sum(len(load.times) for load in product.rounds)
    if kept < answered:
        raise SystemExit(f"bench: {answered} events were answered in the last rounds and only {kept} kept")
