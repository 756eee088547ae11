"""Who are we there? The one call that changes nothing: it tells whether a token lives, and whose it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from incidents.networks.events import UNREADABLE, Failure
from incidents.networks.vk_sending import VERSION
from incidents.networks.wire import body_of, post


@dataclass(frozen=True, slots=True)
class Known:
    """How a network knows the owner of a token: its own number for it, and the name."""

    number: int
    name: str


def vk(client: httpx2.Client, api_url: str, token: str) -> Known | Failure:
    """groups.getById without a number: the community whose token it is."""
    response = post(client, f"{api_url}/method/groups.getById", form={"lang": "0", "v": VERSION}, token=token)
    body = response if isinstance(response, Failure) else body_of(response)
    if isinstance(body, Failure):
        return body
    error = (body or {}).get("error")
    if isinstance(error, dict):
        return Failure("admin", f"vk:{error.get('error_code')}", str(error.get("error_msg") or ""))
    return _read(lambda: _of_vk((body or {})["response"]["groups"][0]))


def telegram(client: httpx2.Client, api_url: str, token: str) -> Known | Failure:
    """getMe: the bot."""
    response = post(client, f"{api_url}/bot{token}/getMe", json={})
    body = response if isinstance(response, Failure) else body_of(response)
    if isinstance(body, Failure):
        return body
    if body is not None and body.get("ok") is False:
        return Failure("admin", f"telegram:{body.get('error_code')}", str(body.get("description") or ""))
    return _read(lambda: _of_telegram((body or {})["result"]))


def _of_vk(group: Mapping[str, Any]) -> Known:
    return Known(int(group["id"]), str(group["name"]))


def _of_telegram(bot: Mapping[str, Any]) -> Known:
    return Known(int(bot["id"]), f"@{bot['username']}")


def _read(read: Callable[[], Known]) -> Known | Failure:
    try:
        return read()
    except UNREADABLE:
        return Failure("unknown", "strange_answer")
