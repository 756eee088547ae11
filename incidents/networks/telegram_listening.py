"""Telegram, inbound for the town's own bot: who has written `/start CODE` to it, asked for by getUpdates.

The bot of notices has no webhook, so that it needs no address that Telegram can reach. Updates stay with Telegram until a
later call names a higher number, or for a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from incidents.networks.events import UNREADABLE, Failure
from incidents.networks.wire import body_of, post

_START = "/start "


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody sent the bot a code from a private chat."""

    chat_id: int
    code: str


def listen(client: httpx2.Client, api_url: str, token: str) -> tuple[list[Started], int] | Failure:
    """What waits, and the number that `forget` takes when all of it is done (0: nothing waits)."""
    answer = _updates(client, api_url, token, {"timeout": 0, "allowed_updates": ["message"]})
    if isinstance(answer, Failure):
        return answer
    started, last = [], 0
    for update in answer:
        try:
            last = max(last, int(update["update_id"]))
            message = update["message"]
            chat, text = message["chat"], str(message.get("text") or "")
            if chat["type"] == "private" and text.startswith(_START):
                started.append(Started(int(chat["id"]), text.removeprefix(_START).strip()))
        except UNREADABLE:
            continue
    return started, last + 1 if last else 0


def forget(client: httpx2.Client, api_url: str, token: str, after: int) -> None:
    """Tell Telegram that everything below `after` is done. If it does not hear, it tells us again: a code counts once."""
    _updates(client, api_url, token, {"offset": after, "limit": 1, "timeout": 0})


def _updates(client: httpx2.Client, api_url: str, token: str, json: Mapping[str, Any]) -> list[Any] | Failure:
    response = post(client, f"{api_url}/bot{token}/getUpdates", json=json)
    if isinstance(response, Failure):
        return response
    body = body_of(response)
    if body is None or not body.get("ok") or not isinstance(body.get("result"), list):
        return Failure("admin", f"telegram:{response.status_code}", str((body or {}).get("description") or ""))
    return list(body["result"])
