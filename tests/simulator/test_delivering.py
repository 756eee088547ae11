"""How events reach a hook: secrets, the handshake, retries, order, and what goes wrong on purpose."""

import time
from collections.abc import Callable

import httpx2
import pytest
from werkzeug import Response

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community
from tests.simulator.conftest import Ear


def test_an_event_of_vk_carries_secret_version_and_its_own_number(sim: Simulator, group: Community, ear: Ear) -> None:
    post = group.post("Снегопад")
    group.comment(post, "Мария Иванова", "Не убран двор")
    assert sim.settle()
    assert {body["secret"] for body in ear.heard} == {"s3cret"}
    assert {(body["group_id"], body["v"]) for body in ear.heard} == {(1234, "5.199")}
    numbers = {str(body["event_id"]) for body in ear.heard}
    assert len(numbers) == 2
    assert all(len(number) == 40 and int(number, 16) for number in numbers)
    assert group.hook.status == "ok"


def test_nothing_is_sent_before_the_handshake_succeeds(sim: Simulator, group: Community, ear: Ear) -> None:
    ear.confirmation = "something else"
    group.post("Снегопад")
    assert not sim.settle(0.2)
    assert (ear.heard, group.hook.status) == ([], "unconfirmed")
    ear.confirmation = "c0nf1rm"
    assert sim.settle()
    assert ear.types() == ["wall_post_new"]


@pytest.mark.parametrize("answer", [Response("OK"), Response("ok\n"), Response("", 500), Response("ok", 201)])
def test_vk_repeats_the_same_event_until_it_hears_ok(
    sim: Simulator, group: Community, ear: Ear, answer: Response
) -> None:
    ear.answers = [answer, Response("busy", 503)]
    group.post("Снегопад")
    assert sim.settle()
    assert ear.heard[0] == ear.heard[1] == ear.heard[2]
    assert [headers.get("X-Retry-Counter") for headers in ear.headers] == [None, "1", "2"]


def test_retry_after_is_honoured(sim: Simulator, group: Community, ear: Ear) -> None:
    ear.answers = [Response("", 503, {"Retry-After": "1"})]
    began = time.monotonic()
    group.post("Снегопад")
    assert sim.settle()
    assert time.monotonic() - began >= 1
    assert len(ear.heard) == 2


def test_what_is_never_taken_is_kept_and_can_be_sent_again(ear: Ear) -> None:
    with Simulator.running(delays=(0.01,), max_tries=3) as sim:
        ear.answers = [Response("", 500) for _ in range(3)]
        sim.vk_community(group_id=1, token="t", hook_url=ear.url).post("Снегопад")
        assert sim.settle()
        assert (len(ear.heard), len(sim.courier.given_up)) == (3, 1)
        assert sim.courier.send_again() == 1
        assert sim.settle()
        assert (len(ear.heard), len(sim.courier.given_up)) == (4, 0)


@pytest.mark.parametrize("echo", ["before", "after"])
def test_our_answer_comes_back_as_an_event_of_the_community(sim: Simulator, ear: Ear, echo: str) -> None:
    group = sim.vk_community(group_id=1, token="t", hook_url=ear.url, echo=echo)
    answer = _answer(sim, group)
    assert echo == "after" or len(ear.heard) == 2  # "before": it has overtaken the answer
    assert _soon(lambda: len(ear.heard) == 2)
    told = next(body["object"] for body in ear.heard if body["type"] == "wall_reply_new")
    assert isinstance(told, dict)
    assert (told["id"], told["from_id"], told["text"]) == (answer, -1, "Убрали")


def test_the_echo_can_be_switched_off(sim: Simulator, ear: Ear) -> None:
    group = sim.vk_community(group_id=1, token="t", hook_url=ear.url, echo="off")
    _answer(sim, group)
    group.post("Оттепель")
    assert sim.settle()
    assert ear.types() == ["wall_post_new", "wall_post_new"]


def _answer(sim: Simulator, group: Community) -> int:
    """Answer a post through the API; the number of the comment."""
    wanted = {
        "owner_id": -1,
        "post_id": group.post("Снегопад").id,
        "message": "Убрали",
        "v": "5.199",
        "access_token": "t",
    }
    assert sim.settle()
    answer = httpx2.post(f"{sim.vk_url}/method/wall.createComment", data=wanted, trust_env=False)
    return int(answer.json()["response"]["comment_id"])


def _soon(question: Callable[[], bool]) -> bool:
    """Does it become true within five seconds? The echo leaves after the answer, so that there is nothing else to wait for."""
    until = time.monotonic() + 5
    while not question() and time.monotonic() < until:
        time.sleep(0.01)
    return question()


def test_a_message_of_ours_comes_back_with_its_random_id(sim: Simulator, group: Community, ear: Ear) -> None:
    peer = group.message("Мария Иванова", "Когда уберут?").peer_id
    wanted = {"peer_id": peer, "random_id": 77, "message": "Завтра", "v": "5.199", "access_token": "group-token"}
    number = httpx2.post(f"{sim.vk_url}/method/messages.send", data=wanted, trust_env=False).json()["response"]
    assert _soon(lambda: len(ear.heard) == 2)
    reply = next(body["object"] for body in ear.heard if body["type"] == "message_reply")
    assert isinstance(reply, dict)
    assert (reply["id"], reply["out"], reply["random_id"], reply["from_id"]) == (number, 1, 77, -1234)


def test_telegram_keeps_the_order_of_a_chat_while_other_chats_go_on(sim: Simulator, bot: Bot, ear: Ear) -> None:
    ear.answers = [Response("", 500), Response("", 500)]
    for number in range(5):
        bot.message("Мария Иванова", f"Мария {number}")
    assert sim.settle()
    bot.message("Пётр", "Пётр 0")
    assert sim.settle()
    texts = [body["message"]["text"] for body in ear.heard]  # type: ignore[index]
    assert texts == ["Мария 0"] * 3 + [f"Мария {number}" for number in range(1, 5)] + ["Пётр 0"]
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers in ear.headers} == {"tg-secret"}


def test_a_stuck_chat_does_not_hold_up_another_one(sim: Simulator, bot: Bot, ear: Ear) -> None:
    ear.answers = [Response("", 503, {"Retry-After": "2"})]
    bot.message("Мария Иванова", "Мария")
    assert _soon(lambda: len(ear.heard) == 1)
    bot.message("Пётр", "Пётр")
    assert _soon(lambda: len(ear.heard) == 2)
    assert bot.pending() == 1


def test_an_event_can_arrive_twice_and_three_times_at_once(sim: Simulator, group: Community, ear: Ear) -> None:
    sim.faults.delivery("vk", "twice")
    group.post("Снегопад")
    assert sim.settle()
    assert len(ear.heard) == 2
    sim.faults.delivery("vk", "parallel", copies=3)
    group.post("Оттепель")
    assert sim.settle()
    assert len(ear.heard) == 5
    assert len({str(body["event_id"]) for body in ear.heard}) == 2


def test_events_can_arrive_in_reverse_and_late(sim: Simulator, group: Community, ear: Ear) -> None:
    post = group.post("Снегопад")
    assert sim.settle()
    sim.faults.delivery("vk", "reversed", times=3)
    comment = group.comment(post, "Мария Иванова", "Не убран двор")
    group.edit(comment, "Не убран двор 5")
    group.delete(comment)
    assert sim.settle()
    assert ear.types()[1:] == ["wall_reply_delete", "wall_reply_edit", "wall_reply_new"]
    sim.faults.delivery("vk", "late", seconds=0.4)
    group.restore(comment)
    assert not sim.settle(0.2)
    assert sim.settle()
    assert len(ear.heard) == 5
