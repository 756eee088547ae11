"""Telegram, outbound: sendMessage as a reply, plain text. The answer comes from the bot, under its own name.

There is no key against repeats and no way to look: after a timeout the outcome is unknown, and nothing is ever sent again
by itself.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2

from incidents.networks.events import UNREADABLE, Failure, Letter, Outcome, Page, Receipt
from incidents.networks.telegram import message_link
from incidents.networks.wire import LONGEST_WAIT, body_of, post, retry_after

#: Seconds between two messages of one bot: about one a second is let through to one chat.
INTERVAL = 1.0
#: UTF-16 units, as Telegram counts.
LONGEST_MESSAGE = 4096


def send(client: httpx2.Client, api_url: str, token: str, letter: Letter, page: Page, now: datetime) -> Outcome:
    """Publish an answer as a reply to the citizen's message, or say why not."""
    target = letter.reply_to
    json = {
        "chat_id": target["chat_id"],
        "text": letter.text,
        "reply_parameters": {"message_id": target["message_id"]},
    }
    return _call(client, f"{api_url}/bot{token}/sendMessage", json, lambda sent: _receipt(sent, target, page))


def tell(client: httpx2.Client, api_url: str, token: str, chat_id: int, text: str) -> Outcome:
    """Write to one of our own people in a private chat with the bot. No preview: nobody else opens our links."""
    json = {"chat_id": chat_id, "text": text, "link_preview_options": {"is_disabled": True}}
    return _call(client, f"{api_url}/bot{token}/sendMessage", json, _told)


def _call(
    client: httpx2.Client, url: str, json: Mapping[str, Any], receipt: Callable[[Mapping[str, Any]], Receipt]
) -> Outcome:
    response = post(client, url, json=json)
    if isinstance(response, Failure):
        return response
    body = body_of(response)
    if body is None or "ok" not in body:
        return _unclear(response)
    try:
        return receipt(body["result"]) if body["ok"] else _refused(body, response)
    except UNREADABLE:
        return Failure("unknown", "strange_answer")


def _told(sent: Mapping[str, Any]) -> Receipt:
    return Receipt(str(int(sent["message_id"])), None, datetime.fromtimestamp(sent["date"], UTC))


def _receipt(sent: Mapping[str, Any], target: Mapping[str, Any], page: Page) -> Receipt:
    chat = {"id": target["chat_id"], "type": target.get("chat_type"), "username": target.get("username")}
    link = message_link(page, chat, sent["message_id"], target.get("thread_id"))
    return Receipt(str(int(sent["message_id"])), link, datetime.fromtimestamp(sent["date"], UTC))


def _refused(body: Any, response: httpx2.Response) -> Failure:
    code = int(body.get("error_code") or response.status_code)
    words = str(body.get("description") or "")
    parameters = body.get("parameters") or {}
    if code == 429:
        return Failure("retry", "telegram:429", words, min(float(parameters.get("retry_after") or 30), LONGEST_WAIT))
    if code >= 500:
        # Telegram says itself that it did not do it.
        return Failure("retry", f"telegram:{code}", words, 5.0)
    if code in (401, 404, 409):
        return Failure("admin", f"telegram:{code}", words)
    return Failure("operator", f"telegram:{code}", words)


def _unclear(response: httpx2.Response) -> Failure:
    """Not Telegram's own answer: a proxy's page. 429 refuses before anything is done; the rest may have come after."""
    code = f"http:{response.status_code}"
    if response.status_code == 429:
        return Failure("retry", code, "", retry_after(response) or 30.0)
    return Failure("unknown", code)
