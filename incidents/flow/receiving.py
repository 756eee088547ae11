"""The first step: what a network sent lies on disk before the network gets its 200.

The hook is a lean door (`web.hooks`): no session and no ORM, one INSERT and one commit. Everything else happens in the
worker (`intake`).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from incidents.rules.places import Network

LONGEST_BODY = 1024 * 1024
_OWN_ID = re.compile(r"[!-~]{1,77}")

_SQLITE = """INSERT INTO inbox_events (source_id, dedupe_key, received_at, raw, state, attempts, next_at)
    VALUES (?, ?, ?, ?, 'pending', 0, ?) ON CONFLICT DO NOTHING"""
_POSTGRESQL = _SQLITE.replace("?", "%s")


class NotAnObject(ValueError):
    """The body is no JSON object."""


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises NotAnObject for anything else, however it is broken."""
    try:
        payload = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise NotAnObject from None
    if not isinstance(payload, dict):
        raise NotAnObject
    return payload


def dedupe_key(network: Network, payload: Mapping[str, Any], body: bytes) -> str:
    """What makes a repeated delivery the same: the network's own id of the event, or the digest of its body."""
    own = payload.get("event_id") if network is Network.VK else payload.get("update_id")
    # Digits, letters and their like only: no database takes every character that JSON can write.
    if isinstance(own, str | int) and not isinstance(own, bool) and _OWN_ID.fullmatch(str(own)):
        return f"id:{own}"
    return f"sha:{hashlib.sha256(body).hexdigest()}"


def keep(connection: Connection, source_id: int, key: str, payload: Mapping[str, Any], now: datetime) -> bool:
    """Put an event into the inbox; False when it lay there already. The caller commits.

    The network's secret is taken out: it must not be readable in the database.
    """
    raw = json.dumps({name: value for name, value in payload.items() if name != "secret"})
    if connection.dialect.name == "sqlite":
        # As `UTCDateTime` writes it, without the ORM.
        moment: Any = now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
        result = connection.exec_driver_sql(_SQLITE, (source_id, key, moment, raw, moment))
    else:
        result = connection.exec_driver_sql(_POSTGRESQL, (source_id, key, now, raw, now))
    return bool(result.rowcount)


def load(raw: str) -> dict[str, Any]:
    """The stored event, cleaned of what no database text may hold: NUL and halves of surrogate pairs."""
    return dict(clean(json.loads(raw)))


def clean(value: Any) -> Any:
    """A JSON value whose strings every database can hold."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): clean(item) for name, item in value.items()}
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
