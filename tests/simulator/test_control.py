"""The simulator as another process sees it: making sources, writing, ordering faults, reading the state, all by JSON."""

from collections.abc import Iterator

import httpx2
import pytest

from incidents.simulator import Simulator
from tests.simulator.conftest import Ear


@pytest.fixture
def door(sim: Simulator) -> Iterator[httpx2.Client]:
    """A client of /control/ and /write/."""
    with httpx2.Client(base_url=sim.url, trust_env=False) as client:
        yield client


def test_a_community_made_by_json_hears_and_is_answered(sim: Simulator, door: httpx2.Client, ear: Ear) -> None:
    made = {"network": "vk", "group_id": 5, "token": "t0ken", "secret": "s3cret", "confirmation": "c0nf1rm"}
    assert door.post("/control/sources", json={**made, "hook_url": ear.url}).json() == {"group_id": 5}
    post = door.post("/write/vk/5/post", json={"text": "Снегопад"}).json()
    wanted = {"post_id": post["id"], "author": "Мария Иванова", "text": "Не убран двор"}
    comment = door.post("/write/vk/5/comment", json=wanted).json()
    door.post("/write/vk/5/edit", json={"comment_id": comment["id"], "text": "Не убран двор 5"})
    door.post("/write/vk/5/answer", json={"comment_id": comment["id"], "text": "Едем"})
    door.post("/write/vk/5/message", json={"author": "Мария Иванова", "text": "Когда?"})
    door.post("/write/vk/5/reply", json={"author": "Мария Иванова", "text": "Завтра"})
    door.post("/write/vk/5/delete", json={"comment_id": comment["id"]})
    door.post("/write/vk/5/restore", json={"comment_id": comment["id"]})
    assert door.post("/control/settle", json={"timeout": 5}).json() == {"settled": True}
    assert sorted(map(str, ear.types())) == [
        "message_new",
        "message_reply",
        "wall_post_new",
        "wall_reply_delete",
        "wall_reply_edit",
        "wall_reply_new",
        "wall_reply_new",
        "wall_reply_restore",
    ]
    seen = door.get("/control/state")
    comments = seen.json()["communities"][0]["comments"]
    assert [(each["text"], each["is_ours"]) for each in comments] == [("Не убран двор 5", False), ("Едем", True)]
    assert "t0ken" not in seen.text
    assert "s3cret" not in seen.text


def test_a_bot_with_a_channel_can_be_made_by_json(sim: Simulator, door: httpx2.Client, ear: Ear) -> None:
    made = {"network": "telegram", "token": "77:abc", "hook_url": ear.url, "channels": [{"title": "Город"}]}
    chat_id = door.post("/control/sources", json=made).json()["channels"][0]["chat_id"]
    post = door.post("/write/telegram/77/post", json={"chat_id": chat_id, "text": "Снегопад"}).json()
    wanted = {"chat_id": chat_id, "post_id": post["id"], "author": "Мария Иванова", "text": "Не убран двор"}
    comment = door.post("/write/telegram/77/comment", json=wanted).json()
    door.post("/write/telegram/77/edit", json={"chat_id": chat_id, "comment_id": comment["id"], "text": "Убрали?"})
    door.post("/write/telegram/77/answer", json={"chat_id": chat_id, "comment_id": comment["id"], "text": "Едем"})
    door.post("/write/telegram/77/message", json={"author": "Пётр", "text": "Когда?"})
    assert sim.settle()
    assert len(ear.heard) == 6
    bot = door.get("/control/state").json()["bots"][0]
    assert [comment["text"] for comment in bot["channels"][0]["comments"]] == ["Убрали?", "Едем"]
    assert bot["hook"]["pending"] == 0


def test_faults_can_be_ordered_and_forgotten_by_json(sim: Simulator, door: httpx2.Client) -> None:
    ordered = {"network": "vk", "method": "messages.send", "kind": "refuse", "times": 2, "code": 900}
    assert door.post("/control/faults", json=ordered).json()["code"] == 900
    assert door.post("/control/faults", json={"network": "vk", "kind": "twice"}).json()["method"] == "delivery"
    assert len(door.get("/control/state").json()["faults"]) == 2
    door.delete("/control/faults")
    assert sim.faults.listed() == []


def test_a_cleared_world_is_empty(sim: Simulator, door: httpx2.Client) -> None:
    door.post("/control/sources", json={"network": "vk", "group_id": 5, "token": "t"})
    door.post("/control/clear", json={})
    assert door.get("/control/state").json()["communities"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/control/sources", {"network": "vk", "group_id": 0, "token": "t"}, 400),
        ("/control/sources", {"network": "vk", "token": "t"}, 400),
        ("/control/sources", {"network": "telegram", "token": "no-number"}, 400),
        ("/control/sources", {"network": "vk", "group_id": 5, "token": "t", "hook_url": "https://town.example/"}, 400),
        ("/control/sources", [1], 400),
        ("/control/faults", {"kind": "earthquake"}, 400),
        ("/control/faults", {"kind": "drop", "magnitude": 5}, 400),
        ("/write/vk/404/post", {"text": "Снегопад"}, 404),
        ("/write/telegram/404/post", {"text": "Снегопад"}, 404),
    ],
)
def test_a_wrong_request_is_refused_in_words(door: httpx2.Client, path: str, body: object, status: int) -> None:
    answer = door.post(path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_same_seed_and_clock_give_the_same_town(ear: Ear) -> None:
    seen = []
    for _ in range(2):
        with Simulator.running(seed=7, clock=lambda: 1_700_000_000.0) as sim:
            group = sim.vk_community(group_id=5, token="t", hook_url=ear.url)
            group.comment(group.post("Снегопад"), "Мария Иванова", "Не убран двор")
            assert sim.settle()
            dated = httpx2.get(f"{sim.url}/control/state", trust_env=False).headers["Date"]
            assert dated == "Tue, 14 Nov 2023 22:13:20 GMT"
            seen.append(sorted(map(str, ear.heard)))
            ear.heard.clear()
    assert seen[0] == seen[1]
