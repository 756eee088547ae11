"""The networks' own door, ahead of Flask: find the source, compare the secret, keep the event, commit, answer.

No session, CSRF, translations or ORM: a network waits for seconds only, and a snowstorm must not wait for a page. What an
event means is the worker's business; any JSON object with the right secret is stored and gets its 200.
"""

import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from incidents.flow import receiving, vault
from incidents.records.sources import Source
from incidents.rules.acts import Refused
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.web import metrics

log = structlog.get_logger("incidents.hooks")

PREFIX = "/hooks/"
#: Seconds for which a source is believed unchanged.
FRESH = 5.0
#: Seconds for which an unknown key is believed unknown, so that guessing does not reach the database.
UNKNOWN_FRESH = 1.0
_MOST_KNOWN = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the door keeps of a source: enough to answer without the database. `id` 0: there is none of this key."""

    id: int
    network: str
    external_id: int
    secret: bytes
    confirmation: str
    until: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network gets. A problem is told in a sentence for whoever set the webhook up."""

    status: str
    body: str = ""
    result: str = "kept"
    allow: str = ""


KEPT_VK = Answer("200 OK", "ok")
KEPT = Answer("200 OK")
NOT_FOUND = Answer("404 Not Found", "There is no source at this address.", "unknown_source")
FORBIDDEN = Answer("403 Forbidden", "The secret is wrong.", "wrong_secret")
NO_OBJECT = Answer("400 Bad Request", "The body is no JSON object.", "no_object")
TOO_LARGE = Answer("413 Content Too Large", "The body is larger than one megabyte.", "too_large")
ONLY_POST = Answer("405 Method Not Allowed", "Only POST is understood here.", "not_post", "POST")
AWAY = Answer("503 Service Unavailable", "The event could not be kept; deliver it again.", "not_kept")


class Hooks:
    """A WSGI callable that answers `/hooks/<network>/<source key>` itself and hands everything else on."""

    def __init__(self, inner: WSGIApplication, engine: Engine, settings: Settings) -> None:
        self.inner = inner
        # One INSERT is its own transaction: on PostgreSQL BEGIN and COMMIT would be two more round trips.
        is_sqlite = engine.dialect.name == "sqlite"
        self.engine = engine if is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self.key = settings.key
        self.known: dict[str, Known] = {}
        self.lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.inner(environ, start_response)
        network, _, key = path.removeprefix(PREFIX).partition("/")
        answer = self.receive(network, key, environ)
        label = network if network in Network.__members__.values() else "other"
        metrics.HOOKS.labels(label, answer.result).inc()
        return _say(answer, start_response)

    def receive(self, network: str, key: str, environ: WSGIEnvironment) -> Answer:
        """What becomes of one delivery."""
        if environ.get("REQUEST_METHOD") != "POST":
            return ONLY_POST
        body = _body(environ)
        if body is None:
            return TOO_LARGE
        try:
            source = self._find(key)
            if not source.id or source.network != network:
                return NOT_FOUND
            return self._accept(source, body, environ)
        except (SQLAlchemyError, Refused) as error:
            log.error("event not kept", network=network, error=type(error).__name__)
            return AWAY

    def _accept(self, source: Known, body: bytes, environ: Mapping[str, Any]) -> Answer:
        if source.network == Network.TELEGRAM:
            offered = environ.get("HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN", "")
            if not _same(offered, source.secret):
                return FORBIDDEN
        try:
            payload = receiving.parse(body)
        except receiving.NotAnObject:
            return NO_OBJECT
        if source.network == Network.VK:
            if payload.get("type") == "confirmation" and payload.get("group_id") == source.external_id:
                return _confirm(source, payload)
            if not _same(payload.get("secret"), source.secret):
                return FORBIDDEN
        self._keep(source, payload, body)
        return KEPT_VK if source.network == Network.VK else KEPT

    def _keep(self, source: Known, payload: Mapping[str, Any], body: bytes) -> None:
        key = receiving.dedupe_key(Network(source.network), payload, body)
        with self.engine.connect() as connection:
            receiving.keep(connection, source.id, key, payload, datetime.now(UTC))
            connection.commit()

    def _find(self, key: str) -> Known:
        known = self.known.get(key)
        if known is None or known.until < time.monotonic():
            known = self._load(key)
            with self.lock:
                if len(self.known) >= _MOST_KNOWN:
                    self.known.clear()
                self.known[key] = known
        return known

    def _load(self, key: str) -> Known:
        columns = (Source.id, Source.network, Source.external_id, Source.sealed_secret, Source.confirmation)
        with self.engine.connect() as connection:
            row = connection.execute(select(*columns).where(Source.key == key.replace("\x00", "")[:64])).first()
        if row is None:
            return Known(0, "", 0, b"", "", time.monotonic() + UNKNOWN_FRESH)
        secret = vault.unseal(self.key, row.sealed_secret).encode()
        return Known(row.id, row.network, row.external_id, secret, row.confirmation, time.monotonic() + FRESH)


def _confirm(source: Known, payload: Mapping[str, Any]) -> Answer:
    """VK asks whether the server is ours. It sends the secret along once one is set; a wrong one is refused."""
    if "secret" in payload and not _same(payload["secret"], source.secret):
        return FORBIDDEN
    return Answer("200 OK", source.confirmation, "confirmed")


def _same(offered: object, secret: bytes) -> bool:
    return isinstance(offered, str) and hmac.compare_digest(offered.encode("utf-8", "replace"), secret)


def _body(environ: Mapping[str, Any]) -> bytes | None:
    """The body, read no further than allowed; None: it is larger."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > receiving.LONGEST_BODY:
        return None
    wanted = int(length) if length.isdigit() else receiving.LONGEST_BODY + 1
    body: bytes = environ["wsgi.input"].read(wanted)
    return body if len(body) <= receiving.LONGEST_BODY else None


def _say(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    if answer.status.startswith("200"):
        body, kind = answer.body.encode(), "text/plain; charset=utf-8"
    else:
        status = int(answer.status[:3])
        problem = {"type": "about:blank", "status": status, "title": answer.status[4:], "detail": answer.body}
        body, kind = json.dumps(problem).encode(), "application/problem+json"
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("X-Content-Type-Options", "nosniff")]
    if answer.allow:
        headers.append(("Allow", answer.allow))
    if answer is AWAY:
        headers.append(("Retry-After", "10"))
    start_response(answer.status, headers)
    return [body]
