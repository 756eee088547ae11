"""The citizens of the town's life: they comment, post and write messages in the simulated networks, edit, delete, thank.

They speak to the simulator as any other program does, over its doors /write/ and /control/ (`incidents.simulator`).
"""

import base64
import random
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from incidents.demo import scenes, voices
from incidents.demo.founding import BOT_ID, GROUP_ID

#: What of a citizen's acts is how frequent.
_ACTS = {
    "comment": 46, "post": 10, "message": 9, "channel": 17, "bot": 5,
    "burst": 2, "spam": 3, "again": 4, "neighbour": 5, "edit": 3, "delete": 1,
}  # fmt: skip
_REMEMBERED = 400


class Citizens:
    """Everybody who writes. What was said is remembered for a while, so that an answer can take up the place it names."""

    def __init__(self, client: httpx2.Client, url: str, chance: random.Random, zone: ZoneInfo) -> None:
        self._client, self._url, self._chance, self._zone = client, url, chance, zone
        self.said: dict[str, voices.Complaint] = {}
        self._mine: deque[tuple[int, str, str]] = deque(maxlen=60)
        state = self._get("/control/state")
        self._post = max(post["id"] for post in state["communities"][0]["posts"])
        channel = state["bots"][0]["channels"][0]
        self._chat, self._channel_post = channel["chat_id"], max(post["id"] for post in channel["posts"])
        self._doors: dict[str, Callable[[], object]] = {
            "comment": self._comment,
            "post": lambda: self._write("vk", "post", self._complain()),
            "message": lambda: self._write("vk", "message", self._complain()),
            "channel": self._comment_in_channel,
            "bot": lambda: self._write("telegram", "message", self._complain()),
            "burst": self._burst,
            "spam": self._spam,
            "again": self._again,
            "neighbour": self._join_in,
            "edit": self._edit,
            "delete": self._delete,
        }

    def step(self) -> None:
        """Somebody does something."""
        self._doors[self._chance.choices(list(_ACTS), list(_ACTS.values()))[0]]()

    def complain(self) -> None:
        """Somebody complains, for certain."""
        self._doors[self._chance.choices(("comment", "channel", "message"), (6, 2, 1))[0]]()

    def thank(self, comment_id: int, name: str) -> None:
        """The author of a comment thanks under the town's answer."""
        text = self._chance.choice(voices.phrases().lists["thanks"])
        self._send("vk", "comment", {"comment_id": comment_id, "author": name, "text": text})

    def hear_news(self) -> None:
        """The town itself posts something that can be commented on."""
        text = self._chance.choice(voices.phrases().lists["posts"])
        self._post = self._send("vk", "post", {"text": text})
        self._channel_post = self._send("telegram", "post", {"text": text, "chat_id": self._chat})

    def _comment(self) -> None:
        said = self._complain()
        fields = {"post_id": self._post, "author": said.name, "text": said.text}
        number = self._send("vk", "comment", fields | self._shown(said))
        self._mine.append((number, said.name, said.text))

    def _burst(self) -> None:
        for _ in range(self._chance.randint(3, 5)):
            self._comment()

    def _comment_in_channel(self) -> None:
        self._write("telegram", "comment", self._complain(), chat_id=self._chat, post_id=self._channel_post)

    def _spam(self) -> None:
        text, name = self._chance.choice(voices.phrases().lists["spam"]), voices.somebody(self._chance)
        self._send("vk", "comment", {"post_id": self._post, "author": name, "text": text})

    def _again(self) -> None:
        """A second thought of the same author: it joins the appeal that is open."""
        if self._mine:
            number, name, _ = self._chance.choice(self._mine)
            text = self._chance.choice(voices.phrases().lists["later"])
            self._send("vk", "comment", {"comment_id": number, "author": name, "text": text})

    def _join_in(self) -> None:
        """A neighbour says under somebody's comment that it is the same with him: another appeal of that thread."""
        if self._mine:
            text, name = self._chance.choice(voices.phrases().lists["neighbours"]), voices.somebody(self._chance)
            number, _, _ = self._chance.choice(self._mine)
            self._send("vk", "comment", {"comment_id": number, "author": name, "text": text})

    def _edit(self) -> None:
        if self._mine:
            number, _, text = self._chance.choice(self._mine)
            self._send("vk", "edit", {"comment_id": number, "text": text + self._chance.choice(_edits())})

    def _delete(self) -> None:
        if self._mine:
            self._send("vk", "delete", {"comment_id": self._mine.popleft()[0]})

    def _complain(self) -> voices.Complaint:
        month = datetime.now(self._zone).month
        said = voices.complain(self._chance, month, voices.somebody(self._chance))
        self.said[said.text] = said
        while len(self.said) > _REMEMBERED:
            del self.said[next(iter(self.said))]
        return said

    def _write(self, network: str, kind: str, said: voices.Complaint, **place: int) -> None:
        self._send(network, kind, {"author": said.name, "text": said.text, **place} | self._shown(said))

    def _shown(self, said: voices.Complaint) -> dict[str, str]:
        """The picture that goes with the words, if there is one."""
        picture = scenes.of(self._chance, said.topic.name)
        return {"picture": base64.b64encode(picture).decode()} if picture else {}

    def _send(self, network: str, kind: str, fields: Mapping[str, object]) -> int:
        page = GROUP_ID if network == "vk" else BOT_ID
        answer = self._client.post(f"{self._url}/write/{network}/{page}/{kind}", json=fields)
        answer.raise_for_status()
        return int(answer.json().get("id", 0))

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._client.get(f"{self._url}{path}")
        answer.raise_for_status()
        return dict(answer.json())


def _edits() -> tuple[str, ...]:
    return voices.phrases().lists["edits"]
