"""The pages people wait for, at every size, as a signed-in person gets them; and the same figures in one raw question.

The application runs in this process, without a network: what is measured is the page, from the request to the last byte.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from bench.figures import Figure, median, percentile
from bench.plan import Plan
from bench.town import ZONE, Town, identity
from incidents.records.appeals import Appeal
from incidents.rules.lifecycle import Role
from incidents.web import create_app, logs

REPEATS = 25
MOST_GROWTH, MOST_SLOWER = 1.2, 1.5
GROWTH = "growth ≤ 1.2"
AS_RAW = "≤ 1.5 × a raw GROUP BY"

#: What the page is called, where it is, who asks, and whether its growth has a target. An open appeal's number is filled in.
PAGES = (
    ("queue page", "/queue", Role.PRESS, True),
    ("one appeal", "/appeals/{number}", Role.PRESS, True),
    ("board", "/board", Role.MANAGER, False),
    ("one year", "/years/2023", Role.MANAGER, False),
)
YEARS, YEARS_API = "/years", "/api/v1/statistics/years"

#: One question over the rows that the yearly table counts, with its four verdicts.
_GROUP_BY = """SELECT {year} AS year, count(*),
    count(CASE WHEN status <> 'rejected' AND answered_at <= due_at THEN 1 END),
    count(CASE WHEN status <> 'rejected' AND coalesce(answered_at, :now) > due_at THEN 1 END),
    count(CASE WHEN status <> 'rejected' AND answered_at IS NULL AND due_at >= :now THEN 1 END)
    FROM appeals GROUP BY 1 ORDER BY 1"""
#: SQLite knows no zones; the town's has stood ten hours ahead since before the first appeal.
_YEAR = {
    "sqlite": "strftime('%Y', received_at, '+10 hours')",
    "postgresql": f"extract(year FROM timezone('{ZONE}', received_at))",
}


def measure(plan: Plan) -> Iterator[Figure]:
    """Milliseconds of each page at each size, growth from the smallest to the largest; the API's POST without target."""
    repeats = plan.rounds(REPEATS)
    least: dict[str, float] = {}
    for size in sorted(plan.sizes):
        town = plan.town(size)
        with _application(town) as app:
            for name, path, role, has_target in PAGES:
                client, where = _signed_in(app, town, role), path.format(number=_open_appeal(town))
                found = _page(town, client, name, where, least, repeats)
                yield replace(found, target=GROWTH, reached=_has_kept(found)) if has_target else found
            yield from _yearly(town, app, repeats, is_largest=size == max(plan.sizes))
            yield _intake(town, app.test_client(), repeats)


def _page(town: Town, client: FlaskClient, name: str, path: str, least: dict[str, float], repeats: int) -> Figure:
    """One page; `compared` is its growth since the smallest town, nothing in that town itself."""
    status = client.get(path).status_code
    if status != 200:
        return _missing(town, name, path, status)
    times = _times(lambda: client.get(path).data, repeats)
    value = median(times)
    growth = value / least[name] if name in least else None
    least.setdefault(name, value)
    details = {"p99_ms": round(percentile(times, 0.99), 2), "path": path}
    size = town.shape.appeals
    return Figure("pages", name, town.database, value, "ms", size=size, compared=growth, details=details)


def _has_kept(found: Figure) -> bool | None:
    return None if found.compared is None else found.compared <= MOST_GROWTH


def _yearly(town: Town, app: Flask, repeats: int, *, is_largest: bool) -> Iterator[Figure]:
    """The page, and the same figures through the API, which draws nothing.

    In a small town the raw question takes a millisecond, less than drawing any page: the verdict is the largest town's.
    """
    raw = median(_times(_raw(town), repeats))
    headers = {"Authorization": f"Bearer {town.token}"}
    signed_in, other = _signed_in(app, town, Role.MANAGER), app.test_client()
    doors: tuple[tuple[str, str, FlaskClient, dict[str, str]], ...] = (
        ("yearly page", YEARS, signed_in, {}),
        ("yearly table by the API", YEARS_API, other, headers),
    )
    for name, path, client, told in doors:
        status = client.get(path, headers=told).status_code
        if status != 200:
            yield _missing(town, name, path, status, raw)
            continue
        value = median(_times(lambda c=client, p=path, h=told: c.get(p, headers=h).data, repeats))  # type: ignore[misc]
        yield Figure(
            "pages",
            name,
            town.database,
            value,
            "ms",
            size=town.shape.appeals,
            yardstick=raw,
            compared=value / raw,
            target=AS_RAW if is_largest else "",
            reached=value <= MOST_SLOWER * raw if is_largest else None,
        )


def _intake(town: Town, client: FlaskClient, repeats: int) -> Figure:
    """An appeal of another system: words, no topic, so that it is classified, routed and journalled."""
    headers = {"Authorization": f"Bearer {town.token}"}
    names = (f"bench-{time.time_ns()}-{number}" for number in count())

    def post() -> None:
        given = {"external_id": next(names), "network": "ok", "text": "Яма на дороге у дома, двор не убран от снега"}
        answer = client.post(
            "/api/v1/appeals", data=json.dumps(given), headers=headers, content_type="application/json"
        )
        if answer.status_code != 201:
            raise SystemExit(f"bench: POST /api/v1/appeals answered {answer.status_code}")

    times = _times(post, repeats)
    details = {"p99_ms": round(percentile(times, 0.99), 2)}
    return Figure(
        "pages", "POST /api/v1/appeals", town.database, median(times), "ms", size=town.shape.appeals, details=details
    )


def _missing(town: Town, name: str, path: str, status: int, yardstick: float | None = None) -> Figure:
    note = {"note": f"{path} answered {status}: there is no such page yet, nothing was measured"}
    return Figure("pages", name, town.database, None, "ms", size=town.shape.appeals, yardstick=yardstick, details=note)


def _times(do: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each run; two before them fill caches and compile templates."""
    found = []
    for place in range(repeats + 2):
        started = time.perf_counter()
        do()
        if place >= 2:
            found.append(1000 * (time.perf_counter() - started))
    return found


def _raw(town: Town) -> Callable[[], object]:
    question = text(_GROUP_BY.format(year=_YEAR[town.database]))
    now = datetime.now(UTC)
    moment = now.replace(tzinfo=None).isoformat(" ") if town.database == "sqlite" else now

    def ask() -> object:
        with town.engine.connect().execution_options(readonly=True) as connection:
            return connection.execute(question, {"now": moment}).all()

    return ask


@contextmanager
def _application(town: Town) -> Iterator[Flask]:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        # Each request writes its line, as in a town, but not over our figures.
        with redirect_stderr(nowhere):
            logs.configure(town.settings.log_level)
        app = create_app(town.settings)
        try:
            yield app
        finally:
            app.extensions["incidents.sessions"].kw["bind"].dispose()
            logging.getLogger().handlers.clear()


def _signed_in(app: Flask, town: Town, role: Role) -> FlaskClient:
    """A client with the cookie that the sign-in page would have given; hashing a password is not what is measured."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = identity(town, role), True
    return client


def _open_appeal(town: Town) -> int:
    """An open appeal in the middle of the queue."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    waiting = select(Appeal.number).where(Appeal.answered_at.is_(None), Appeal.due_at > soon).order_by(Appeal.due_at)
    with town.sessions() as session:
        return session.scalars(waiting.limit(1)).one()
