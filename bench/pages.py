"""The pages people wait for, at every size, as a signed-in person gets them; and the same figures in one raw question.

The application runs in this process, without a network: what is measured is the page, from the request to the last byte.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.figures import Figure, median, percentile
from bench.plan import Plan
from bench.town import Town
from bench.visitors import application, open_appeal, signed_in
from incidents.rules.acts import Role

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
#: The years that a town may hold: their bounds as plain moments, which is what costs a raw question least.
_COUNTED = range(2018, 2031)


def measure(plan: Plan) -> Iterator[Figure]:
    """Milliseconds of each page at each size, growth from the smallest to the largest; the API's POST without target."""
    repeats = plan.rounds(REPEATS)
    with ExitStack() as stack:
        towns = [plan.town(size) for size in sorted(plan.sizes)]
        apps = [stack.enter_context(application(town)) for town in towns]
        for name, path, role, has_target in PAGES:
            for found in _page(towns, apps, name, path, role, repeats):
                yield replace(found, target=GROWTH, reached=_has_kept(found)) if has_target else found
        for town, app in zip(towns, apps, strict=True):
            yield from _yearly(town, app, repeats, is_largest=town is towns[-1])
            yield _intake(town, app.test_client(), repeats)


def _page(
    towns: Sequence[Town], apps: Sequence[Flask], name: str, path: str, role: Role, repeats: int
) -> Iterator[Figure]:
    """One page in every town by turns; `compared` is its growth since the smallest, nothing in that town itself."""
    paths = [path.format(number=open_appeal(town)) for town in towns]
    clients = [signed_in(app, town, role) for app, town in zip(apps, towns, strict=True)]
    asked = [partial(client.get, where) for client, where in zip(clients, paths, strict=True)]
    statuses = [ask().status_code for ask in asked]
    if set(statuses) != {200}:
        yield from (_missing(town, name, paths[0], statuses[0]) for town in towns)
        return
    times = by_turns(asked, repeats)
    least = median(times[0])
    for town, own, where in zip(towns, times, paths, strict=True):
        growth = None if town is towns[0] else median(own) / least
        details = {"p99_ms": round(percentile(own, 0.99), 2), "path": where}
        size = town.shape.appeals
        yield Figure("pages", name, town.database, median(own), "ms", size=size, compared=growth, details=details)


def _has_kept(found: Figure) -> bool | None:
    return None if found.compared is None else found.compared <= MOST_GROWTH


def _yearly(town: Town, app: Flask, repeats: int, *, is_largest: bool) -> Iterator[Figure]:
    """The page, and the same figures through the API, which draws nothing.

    In a small town the raw question takes a millisecond, less than drawing any page: the verdict is the largest town's.
    """
    headers = {"Authorization": f"Bearer {town.token}"}
    person, other = signed_in(app, town, Role.MANAGER), app.test_client()
    doors: tuple[tuple[str, str, FlaskClient, dict[str, str]], ...] = (
        ("yearly page", YEARS, person, {}),
        ("yearly table by the API", YEARS_API, other, headers),
    )
    for name, path, client, told in doors:
        ask = partial(client.get, path, headers=told)
        status = ask().status_code
        if status != 200:
            yield _missing(town, name, path, status)
            continue
        value, raw = (median(times) for times in by_turns([ask, _raw(town)], repeats))
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

    [times] = by_turns([post], repeats)
    details = {"p99_ms": round(percentile(times, 0.99), 2)}
    return Figure(
        "pages", "POST /api/v1/appeals", town.database, median(times), "ms", size=town.shape.appeals, details=details
    )


def _missing(town: Town, name: str, path: str, status: int) -> Figure:
    note = {"note": f"{path} answered {status}: there is no such page yet, nothing was measured"}
    return Figure("pages", name, town.database, None, "ms", size=town.shape.appeals, details=note)


def by_turns(calls: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Milliseconds of each run of each call, one after the other, so that a noisy minute of the machine meets all.

    Two turns before them fill caches and compile templates.
    """
    found: list[list[float]] = [[] for _ in calls]
    for turn in range(repeats + 2):
        for times, call in zip(found, calls, strict=True):
            started = time.perf_counter()
            call()
            if turn >= 2:
                times.append(1000 * (time.perf_counter() - started))
    return found


def _raw(town: Town) -> Callable[[], object]:
    zone, now = town.settings.town_zone, datetime.now(UTC)
    ends = {year: _as_stored(town, datetime(year + 1, 1, 1, tzinfo=zone)) for year in _COUNTED}
    years = " ".join(f"WHEN received_at < '{end}' THEN {year}" for year, end in ends.items())
    question = text(_GROUP_BY.format(year=f"CASE {years} END"))

    def ask() -> object:
        with town.engine.connect().execution_options(readonly=True) as connection:
            return connection.execute(question, {"now": _as_stored(town, now)}).all()

    return ask


def _as_stored(town: Town, moment: datetime) -> str:
    """A moment as the database has it: SQLite compares text."""
    in_utc = moment.astimezone(UTC)
    return str(in_utc.replace(tzinfo=None) if town.database == "sqlite" else in_utc)
