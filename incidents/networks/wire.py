"""One careful HTTP call: what is certainly not sent may be repeated, what may have been sent is `unknown`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from incidents.networks.events import Failure

#: Seconds. A network that accepts and then says nothing is left alone after this.
TIMEOUT = httpx2.Timeout(10.0, connect=5.0)

#: Seconds. Whoever asks for more than a day is not meant literally.
LONGEST_WAIT = 86_400.0

#: A network's clock is believed when it is no further from ours than this.
_CLOCK_SKEW_SECONDS = 300


def open_client() -> httpx2.Client:
    """A client for one worker; redirects are not followed: an API that redirects is not the one we know."""
    return httpx2.Client(timeout=TIMEOUT, follow_redirects=False, headers={"User-Agent": "incidents"})


def post(
    client: httpx2.Client,
    url: str,
    *,
    form: Mapping[str, Any] | None = None,
    json: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> httpx2.Response | Failure:
    """POST once. A Failure tells what went wrong before an answer came: `retry` if nothing was sent, else `unknown`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        return client.post(url, data=form, json=json, headers=headers)
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        return Failure("retry", "not_reached", type(error).__name__)
    except httpx2.HTTPError as error:
        return Failure("unknown", "no_answer", type(error).__name__)


def body_of(response: httpx2.Response) -> Mapping[str, Any] | None:
    """The JSON object of an answer, or None where there is none (a proxy's page, an empty body)."""
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def retry_after(response: httpx2.Response) -> float | None:
    """The seconds a network asks us to wait, from its Retry-After header (seconds or a date)."""
    value = response.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        return min(max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()), LONGEST_WAIT)
    except (TypeError, ValueError):
        return None


def network_time(response: httpx2.Response, now: datetime) -> datetime:
    """The moment the network answered, by its own clock where that is sane, else ours."""
    try:
        moment = parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return now
    return moment if abs((moment - now).total_seconds()) <= _CLOCK_SKEW_SECONDS else now
