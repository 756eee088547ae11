"""A picture that a citizen attached, fetched from where the network keeps it: bytes, or why not.

An address in an event is a stranger's word. Only hosts that the installation names are asked, over TLS, without following
them elsewhere, and no more is read than a picture may hold. Telegram tells no address: a file is asked for by its id
(getFile, core.telegram.org/bots/api#getfile: at most 20 MB, the link lives for an hour).
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from incidents.networks.events import UNREADABLE, Failure
from incidents.networks.wire import body_of, post, retry_after

#: Seconds that one picture may take in all, however slowly it drips.
LONGEST_FETCH = 30.0
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Order:
    """Where a picture is: an address, or a file of a Telegram bot. The address holds no token until it is called."""

    url: str | None = None
    file_id: str | None = None


def fetch_public(client: httpx2.Client, order: Order, hosts: Collection[str], own: str) -> bytes | Failure:
    """A picture at an address of its network. `hosts` and all below them are asked over TLS; `own` is the network's own
    address in the settings, a simulator's too. A Failure is `retry`, or `operator`: it is not to be had.
    """
    if not order.url or not (is_of(order.url, hosts) or order.url.startswith(f"{own}/")):
        return Failure("operator", "picture_elsewhere")
    return _read(client, order.url)


def fetch_telegram(client: httpx2.Client, order: Order, api_url: str, token: str) -> bytes | Failure:
    """A file that somebody sent to the bot."""
    answer = post(client, f"{api_url}/bot{token}/getFile", json={"file_id": order.file_id})
    if isinstance(answer, Failure):
        # Nothing is sent by asking: it may always be asked again.
        return Failure("retry", answer.code)
    body = body_of(answer)
    try:
        if body is None or not body["ok"]:
            return _refused(answer)
        path = str(body["result"]["file_path"])
    except UNREADABLE:
        return Failure("retry", "strange_answer")
    return _read(client, f"{api_url}/file/bot{token}/{path}")


def is_of(url: str, hosts: Collection[str]) -> bool:
    """Does an address lead, over TLS, to one of these hosts or to one below it?"""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    known = any(host == each or host.endswith(f".{each}") for each in hosts)
    return known and parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc


def _read(client: httpx2.Client, url: str) -> bytes | Failure:
    until, body = time.monotonic() + LONGEST_FETCH, bytearray()
    try:
        with client.stream("GET", url) as answer:
            if answer.status_code != 200:
                return _refused(answer)
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LARGEST:
                    return Failure("operator", "picture_large")
                if time.monotonic() > until:
                    return Failure("retry", "picture_slow")
    except httpx2.InvalidURL:
        return Failure("operator", "picture_elsewhere")
    except httpx2.HTTPError:
        return Failure("retry", "not_reached")
    return bytes(body)


def _refused(answer: httpx2.Response) -> Failure:
    """Busy and broken servers are asked again; whatever else is no picture for us."""
    is_passing = answer.status_code == 429 or answer.status_code >= 500
    return Failure("retry" if is_passing else "operator", f"http_{answer.status_code}", retry_after=retry_after(answer))
