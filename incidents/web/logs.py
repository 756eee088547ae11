"""The program's log: one JSON line an event, with the request's id, and never with citizens' words.

A line of a request holds method, path (without the query), status and milliseconds; of a failure, the kind of the
exception and where it happened. Neither bodies nor query strings nor an exception's own message are written: those
may carry a citizen's text, a token or a password.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

#: A forwarded id is believed only in this form; anything else could break a line of the log.
SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
HEADER = "X-Request-ID"

#: Asked every few seconds by machines; their lines would bury the others.
QUIET = frozenset({"static", "health.process", "health.worker", "health.ready"})

log = structlog.get_logger("incidents.web")


def configure(level: str) -> None:
    """Send structlog and the standard library's loggers to standard error as JSON. Called once a process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        say_where,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It tells its name at each look at the migrations, which `/readyz` takes every few seconds.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # They write out whole addresses, and Telegram's hold the bot's token.
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


def prepare(app: Flask) -> None:
    """Give every request an id and every answer a line."""
    app.before_request(_begin)
    app.after_request(_end)


def say_where(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace an exception by its kind and the places it passed: its message may quote what a citizen wrote."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    if isinstance(failure, BaseException):
        failure = (type(failure), failure, failure.__traceback__)
    if isinstance(failure, tuple) and failure[0] is not None:
        frames = traceback.extract_tb(failure[2])
        event["error"] = failure[0].__qualname__
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def _begin() -> None:
    offered = request.headers.get(HEADER, "")
    g.request_id = offered if SANE_ID.fullmatch(offered) else uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    if request.endpoint not in QUIET:
        log.info(
            "request",
            method=request.method,
            # Not the address as typed: /hooks/vk/<key> holds a key.
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
    return response
