"""Signs of life for machines that watch. The first three need no account and tell nothing about anybody."""

import time

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from incidents.flow import leading
from incidents.records import schema
from incidents.web import bearer, current, metrics

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def process() -> Response:
    """This process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/healthz/worker")
def worker() -> tuple[Response, int]:
    """503 when no worker has been heard of for too long: no alarm is raised and no answer goes out."""
    state = _worker_state()
    return jsonify(state), 503 if state["status"] == "silent" else 200


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database and migrations; the body names the worker's state, but a dead worker does not stop the pages."""
    try:
        current.session().execute(text("SELECT 1"))
        is_current = schema.is_current(current.engine())
    except SQLAlchemyError:
        return jsonify(status="away", database="away", migrations="unknown", worker="unknown"), 503
    body = {
        "status": "ok" if is_current else "behind",
        "database": "ok",
        "migrations": "current" if is_current else "behind",
        "worker": _worker_state()["status"] if is_current else "unknown",
    }
    return jsonify(body), 200 if is_current else 503


@blueprint.get("/metrics")
def figures() -> Response:
    """Requests, queues and heartbeats for Prometheus; a token of scope `metrics` is needed."""
    bearer.ask("metrics")
    return Response(
        metrics.scrape(current.session(), current.now(), current.settings().town_zone),
        content_type="text/plain; version=0.0.4",
    )


def measure(response: Response) -> Response:
    """Count an answered request by page family, not by address: an address may name an appeal."""
    family = request.blueprint or request.endpoint or "none"
    metrics.REQUESTS.labels(family, request.method, str(response.status_code)).inc()
    if "began" in g:
        metrics.SECONDS.labels(family).observe(time.perf_counter() - g.began)
    return response


def _worker_state() -> dict[str, object]:
    quiet = leading.silence(current.session())
    if quiet is None:
        return {"status": "ok"}
    return {"status": "silent", "seconds": None if quiet == float("inf") else round(quiet)}
