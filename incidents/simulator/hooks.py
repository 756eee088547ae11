"""How each network knocks at a hook: one attempt to deliver one body, and how the answer is judged.

Stands between the event builders (vk_events.py, telegram_events.py) and the courier (delivering.py), which decides when to try again.
Rules: VK wants exactly `ok`, counts repeats in X-Retry-Counter and confirms a server first; Telegram takes any 2xx and shows its secret in a header.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx2


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `wait` is the pause in seconds which the hook asked for with Retry-After."""

    is_taken: bool
    note: str
    wait: float | None = None


class Hook(Protocol):
    """An address that wants events; VK's and Telegram's differ in how they prove themselves and what they take for a yes."""

    network: str
    url: str
    status: str
    last_error: str
    last_error_at: int

    def attempt(self, client: httpx2.Client, body: bytes, tries: int) -> Outcome:
        """Deliver once; `tries` counts the attempts before this one. Never raises for what the network or the hook does."""


@dataclass
class VkHook:
    """A server of a community's Callback API. `status` has VK's own words: unconfirmed, wait, ok, failed."""

    url: str
    group_id: int
    secret: str = ""
    confirmation: str = ""
    network: str = field(default="vk", init=False)
    status: str = field(default="unconfirmed", init=False)
    last_error: str = field(default="", init=False)
    last_error_at: int = field(default=0, init=False)
    _shaking: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def attempt(self, client: httpx2.Client, body: bytes, tries: int) -> Outcome:
        """Confirm the server if that was not done yet, then deliver."""
        with self._shaking:  # many events may wait for the one handshake
            refusal = self.confirm(client) if self.confirmation and self.status == "unconfirmed" else ""
        if refusal:
            return _failed(self, refusal)
        headers = {"Content-Type": "application/json"}
        if tries:
            headers["X-Retry-Counter"] = str(tries)
        try:
            answer = client.post(self.url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            return _failed(self, type(error).__name__)
        if answer.status_code == 200 and answer.text == "ok":
            self.status = "ok"
            return Outcome(True, "200 ok")
        return _failed(self, f"{answer.status_code} {answer.text[:80]!r}", _retry_after(answer))

    def confirm(self, client: httpx2.Client) -> str:
        """The handshake: "" when the hook knew the confirmation string, otherwise what was wrong."""
        question: dict[str, object] = {"type": "confirmation", "group_id": self.group_id, "v": "5.199"}
        if self.secret:
            question["secret"] = self.secret
        try:
            answer = client.post(self.url, json=question)
        except httpx2.HTTPError as error:
            return type(error).__name__
        if answer.status_code != 200 or answer.text != self.confirmation:
            return f"confirmation refused: {answer.status_code} {answer.text[:80]!r}"
        self.status = "wait"
        return ""


@dataclass
class TelegramHook:
    """A bot's webhook; an empty address means that none is set."""

    url: str
    secret: str = ""
    network: str = field(default="telegram", init=False)
    status: str = field(default="wait", init=False)
    last_error: str = field(default="", init=False)
    last_error_at: int = field(default=0, init=False)

    def attempt(self, client: httpx2.Client, body: bytes, tries: int) -> Outcome:
        """Deliver; every 2xx is a yes."""
        if not self.url:
            return _failed(self, "the webhook was deleted")
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        try:
            answer = client.post(self.url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            return _failed(self, type(error).__name__)
        if answer.is_success:
            self.status = "ok"
            return Outcome(True, str(answer.status_code))
        note = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return _failed(self, note, _retry_after(answer))


def _failed(hook: VkHook | TelegramHook, note: str, wait: float | None = None) -> Outcome:
    if hook.status != "unconfirmed":
        hook.status = "failed"
    hook.last_error, hook.last_error_at = note, int(time.time())
    return Outcome(False, note, wait)


def _retry_after(answer: httpx2.Response) -> float | None:
    """Seconds to wait, from Retry-After as seconds or as a date; None when absent or unreadable."""
    value = answer.headers.get("Retry-After", "")
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
