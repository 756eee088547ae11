"""Every page a person can open, at every size: milliseconds beside one row read by its key, queries, and weight.

The pages are not listed here: they are those that the table of who may what (`web.access`) opens, so that a new page is
measured without being asked. Asked is `incidents serve` over a kept connection, one page at a time; the yardstick is a
Flask view under the same gunicorn arguments that reads one appeal by its number and returns its words.
"""

import gzip
import http.client
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial

from flask import Flask
from sqlalchemy import Engine, event

from bench import processes, yardstick
from bench.figures import Figure, median
from bench.pages import by_turns
from bench.plan import Plan
from bench.town import Town
from bench.visitors import application, open_appeal, signed_in
from incidents.rules.acts import Role
from incidents.web import access

REPEATS = 15
MOST_GROWTH, MOST_ROWS, MOST_BYTES = 1.2, 12, 200_000
TARGET = "growth ≤ 1.2, ≤ 12 × one row, < 200 kB"
#: Who opens a page in the bench: the first of these whom the table lets in.
VISITORS = (Role.PRESS, Role.MANAGER, Role.ADMIN, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Side:
    """One town as its server shows it: the application in this process counts queries and makes cookies."""

    town: Town
    app: Flask
    server: http.client.HTTPConnection
    #: Milliseconds of the yardstick.
    row: float

    def ask(self, path: str, cookie: str) -> http.client.HTTPResponse:
        """One page, read to its end. The server closes what was silent for two seconds: then there is a new connection."""
        try:
            self.server.request("GET", path, headers={"Cookie": cookie})
            answer = self.server.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            self.server.close()
            return self.ask(path, cookie)
        answer.read()
        return answer


def measure(plan: Plan) -> Iterator[Figure]:
    """Median milliseconds of each page; `compared` is its growth since the smallest town."""
    repeats = plan.rounds(REPEATS)
    with ExitStack() as stack:
        sides = [stack.enter_context(_opened(plan.town(size), 4 * repeats)) for size in sorted(plan.sizes)]
        for side in sides:
            size = side.town.shape.appeals
            yield Figure("walk", "yardstick: one row by its key", side.town.database, side.row, "ms", size=size)
        # To see that it runs, a few pages are enough.
        for role, path in list(places(sides[0].app))[:: 12 if plan.is_quick else 1]:
            yield from _page(sides, role, path, repeats)


def places(app: Flask) -> Iterator[tuple[Role, str]]:
    """Every page with its visitor: addresses without a part to fill in, and those of one appeal."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        path = rule.rule.replace("<int:number>", "{number}")
        visitor = next((role for role in VISITORS if access.may(role, rule.endpoint)), None)
        if "GET" in (rule.methods or ()) and "<" not in path and visitor is not None:
            yield visitor, path


def _page(sides: Sequence[Side], role: Role, path: str, repeats: int) -> Iterator[Figure]:
    """One page in every town by turns. What is a redirect, a file or a fragment of a page is no page."""
    clients = [signed_in(side.app, side.town, role) for side in sides]
    paths = [path.format(number=open_appeal(side.town)) for side in sides]
    bodies = [client.get(where) for client, where in zip(clients, paths, strict=True)]
    if any(body.status_code != 200 or not body.data.startswith(b"<!doctype html>") for body in bodies):
        return
    name = sides[0].app.config["SESSION_COOKIE_NAME"]
    cookies = [f"{name}={cookie.value}" for client in clients if (cookie := client.get_cookie(name))]
    asked = [partial(side.ask, where, cookie) for side, where, cookie in zip(sides, paths, cookies, strict=True)]
    if any(ask().status != 200 for ask in asked):
        raise SystemExit(f"bench: {path} is a page in this process and none of its server")
    times = [median(each) for each in by_turns(asked, repeats)]
    for side, value, where, client in zip(sides, times, paths, clients, strict=True):
        with _counted(side.app.extensions["incidents.sessions"].kw["bind"]) as queries:
            body = client.get(where).data
        yield _figure(side, f"{path} ({role})", value, value / times[0], body, len(queries), is_first=side is sides[0])


def _figure(side: Side, what: str, value: float, growth: float, body: bytes, queries: int, *, is_first: bool) -> Figure:
    has_kept = value <= MOST_ROWS * side.row and len(body) < MOST_BYTES and growth <= MOST_GROWTH
    return Figure(
        "walk",
        what,
        side.town.database,
        value,
        "ms",
        size=side.town.shape.appeals,
        yardstick=side.row,
        compared=None if is_first else growth,
        target="" if is_first else TARGET,
        reached=None if is_first else has_kept,
        details={
            "rows": round(value / side.row, 1),
            "queries": queries,
            "kB": round(len(body) / 1000, 1),
            "gz_kB": round(len(gzip.compress(body)) / 1000, 1),
        },
    )


@contextmanager
def _opened(town: Town, repeats: int) -> Iterator[Side]:
    settings = town.settings.model_copy(update={"bind": processes.free_address(), "web_processes": 1})
    variables = {yardstick.VARIABLE: town.address}
    with (
        application(town) as app,
        processes.serving(settings) as server,
        processes.beside(server, settings.bind, "bench.yardstick:make_rows()", variables) as (address, _),
        closing(http.client.HTTPConnection(settings.bind, timeout=60)) as line,
        closing(http.client.HTTPConnection(address, timeout=60)) as other,
    ):
        plain = Side(town, app, other, 0.0)
        [times] = by_turns([partial(plain.ask, f"/{open_appeal(town)}", "")], repeats)
        yield Side(town, app, line, median(times))


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", count)
