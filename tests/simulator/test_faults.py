"""What can go wrong on purpose: broken connections, lost answers, bare HTTP errors, and how often."""

import time

import httpx2
import pytest

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community


def answer(sim: Simulator, post_id: int, guid: str = "g", seconds: float = 5.0) -> httpx2.Response:
    """Answer a post as our program would."""
    wanted = {"owner_id": -1234, "post_id": post_id, "message": "Убрали", "guid": guid, "v": "5.199"}
    wanted["access_token"] = "group-token"
    return httpx2.post(f"{sim.vk_url}/method/wall.createComment", data=wanted, timeout=seconds, trust_env=False)


def test_a_silence_does_the_work_and_never_answers(sim: Simulator, group: Community) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("wall.createComment", "silence")
    with pytest.raises(httpx2.ReadTimeout):
        answer(sim, post.id, seconds=0.3)
    assert [comment.text for comment in group.comments.values()] == ["Убрали"]
    again = answer(sim, post.id).json()["response"]["comment_id"]
    assert list(group.comments) == [again]


def test_a_silence_ends_when_the_faults_are_cleared(sim: Simulator, group: Community) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("*", "silence", seconds=0.3)
    began = time.monotonic()
    with pytest.raises(httpx2.RemoteProtocolError):
        answer(sim, post.id)
    assert 0.3 <= time.monotonic() - began < 3


def test_a_dropped_connection_has_done_nothing(sim: Simulator, group: Community, bot: Bot) -> None:
    post = group.post("Снегопад")
    chat = bot.message("Мария Иванова", "Когда уберут?").chat.id
    sim.faults.order("*", "*", "drop", times=2)
    with pytest.raises(httpx2.TransportError):
        answer(sim, post.id)
    url = f"{sim.telegram_url}/bot4242:letters/sendMessage"
    with pytest.raises(httpx2.TransportError):
        httpx2.post(url, json={"chat_id": chat, "text": "Завтра"}, trust_env=False)
    assert group.comments == {}
    assert bot.answers_to("Мария Иванова") == []


def test_a_lost_answer_of_telegram_is_written_twice_when_sent_again(sim: Simulator, bot: Bot) -> None:
    chat = bot.message("Мария Иванова", "Когда уберут?").chat.id
    url = f"{sim.telegram_url}/bot4242:letters/sendMessage"
    sim.faults.telegram("sendMessage", "silence", seconds=0.1)
    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.post(url, json={"chat_id": chat, "text": "Завтра"}, trust_env=False)
    httpx2.post(url, json={"chat_id": chat, "text": "Завтра"}, trust_env=False)
    assert len(bot.answers_to("Мария Иванова")) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_bare_http_error_comes_with_its_status_and_is_no_json(
    sim: Simulator, group: Community, bot: Bot, status: int
) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("wall.createComment", "http", status=status, retry_after=9)
    sim.faults.telegram("*", "http", status=status)
    refused = answer(sim, post.id)
    assert refused.status_code == status
    assert refused.headers.get("Retry-After") == ("9" if status in (429, 503) else None)
    assert "json" not in refused.headers["Content-Type"]
    assert httpx2.post(f"{sim.telegram_url}/bot4242:letters/getMe", trust_env=False).status_code == status


@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [
        ("too_many", {}, 6),
        ("error", {"code": 9}, 9),
        ("error", {}, 10),
        ("refuse", {}, 213),
        ("refuse", {"code": 222}, 222),
    ],
)
def test_an_ordered_error_of_vk_has_its_code_and_happens_once(
    sim: Simulator, group: Community, kind: str, details: dict[str, int], code: int
) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("wall.createComment", kind, **details)
    refused = answer(sim, post.id)
    assert (refused.status_code, refused.json()["error"]["error_code"]) == (200, code)
    assert "group-token" not in refused.text
    assert "response" in answer(sim, post.id).json()


def test_every_third_call_can_fail_until_the_faults_are_cleared(sim: Simulator, group: Community) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("wall.createComment", "error", times=None, every=3)
    outcomes = ["error" in answer(sim, post.id, f"g{number}").json() for number in range(7)]
    assert outcomes == [False, False, True, False, False, True, False]
    sim.faults.clear()
    assert ["error" in answer(sim, post.id, f"h{number}").json() for number in range(3)] == [False] * 3


def test_a_fault_nobody_knows_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        sim.faults.vk("*", "earthquake")
    with pytest.raises(ValueError, match="no such delivery fault"):
        sim.faults.delivery("vk", "earthquake")
    with pytest.raises(ValueError, match="at least once"):
        sim.faults.vk("*", "drop", times=0)
