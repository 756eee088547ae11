"""Our letters on the wire: the simulator plays the networks over a real socket, well and badly; odd answers are an outcome too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from incidents.networks import telegram_sending, vk_sending, wire
from incidents.networks.events import Failure, Letter, Outcome, Page, Receipt
from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community
from tests.cast import BOT_ID, GROUP_ID

GUID = 77_000_001


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", httpx2.Timeout(0.5, connect=2.0))


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with wire.open_client() as client:
        yield client


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator.running() as simulator:
        yield simulator


@pytest.fixture
def group(sim: Simulator) -> Community:
    return sim.vk_community(group_id=GROUP_ID, token="group-token")


@pytest.fixture
def bot(sim: Simulator) -> Bot:
    return sim.telegram_bot(token=f"{BOT_ID}:letters")


def to_vk(client: httpx2.Client, sim: Simulator, target: dict[str, Any], token: str = "group-token") -> Outcome:
    page = Page(GROUP_ID, None, sim.vk_url)
    return vk_sending.send(client, sim.vk_url, token, Letter("Убрали <b>&", target, GUID), page, datetime.now(UTC))


def to_telegram(client: httpx2.Client, sim: Simulator, target: dict[str, Any], token: str = "letters") -> Outcome:
    page, letter = Page(BOT_ID, None, sim.telegram_url), Letter("Убрали *_<", target, GUID)
    return telegram_sending.send(client, sim.telegram_url, f"{BOT_ID}:{token}", letter, page, datetime.now(UTC))


def under(group: Community) -> tuple[Any, dict[str, Any]]:
    post = group.post("Снегопад")
    comment = group.comment(post, "Мария Иванова", "Когда уберут?")
    return comment, {"owner_id": -GROUP_ID, "post_id": post.id, "comment_id": comment.id}


def kinds(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Failure), outcome
    return outcome.kind, outcome.code


def test_a_comment_is_answered_under_it_and_the_receipt_leads_there(
    client: httpx2.Client, sim: Simulator, group: Community
) -> None:
    comment, target = under(group)
    receipt = to_vk(client, sim, target)
    assert isinstance(receipt, Receipt)
    (answer,) = group.answers_under(comment)
    assert (answer.text, receipt.external_id) == ("Убрали <b>&", str(answer.id))
    assert receipt.permalink
    assert answer.text.replace("<", "&lt;").split()[0] in client.get(receipt.permalink).text
    assert abs(receipt.published_at - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_dialog_of_vk_and_one_of_telegram_are_answered(
    client: httpx2.Client, sim: Simulator, group: Community, bot: Bot
) -> None:
    peer = group.message("Мария Иванова", "Когда?").peer_id
    assert isinstance(to_vk(client, sim, {"peer_id": peer, "group_id": GROUP_ID}), Receipt)
    assert [message.random_id for message in group.answers_to("Мария Иванова")] == [GUID]
    said = bot.message("Пётр Сидоров", "Когда?")
    receipt = to_telegram(client, sim, {"chat_id": said.chat.id, "message_id": said.id, "chat_type": "private"})
    assert isinstance(receipt, Receipt)
    assert receipt.permalink is None
    (answer,) = bot.answers_to("Пётр Сидоров")
    assert (answer.text, answer.reply_to) == ("Убрали *_<", said)


def test_a_comment_in_telegram_is_answered_in_its_thread(client: httpx2.Client, sim: Simulator, bot: Bot) -> None:
    channel = sim.telegram_channel(bot)
    comment = channel.comment(channel.post("Снегопад"), "Мария Иванова", "Когда?")
    target = {"chat_id": comment.chat.id, "message_id": comment.id, "thread_id": comment.thread}
    receipt = to_telegram(client, sim, {**target, "chat_type": "supergroup", "username": None})
    assert isinstance(receipt, Receipt)
    (answer,) = channel.answers_under(comment)
    assert receipt.permalink == sim.telegram_url + channel.path(answer)


def test_after_silence_vk_is_asked_again_and_there_is_one_answer(
    client: httpx2.Client, sim: Simulator, group: Community
) -> None:
    comment, target = under(group)
    sim.faults.vk("wall.createComment", "silence")
    assert kinds(to_vk(client, sim, target)) == ("unknown", "no_answer")
    again = to_vk(client, sim, target)
    assert isinstance(again, Receipt)
    assert [str(answer.id) for answer in group.answers_under(comment)] == [again.external_id]


@pytest.mark.parametrize(
    ("fault", "details", "expected"),
    [
        ("too_many", {}, ("retry", "vk:6")),
        ("http", {"status": 429, "retry_after": 7}, ("retry", "http:429")),
        ("http", {"status": 503}, ("retry", "http:503")),
        ("http", {"status": 502}, ("unknown", "http:502")),
        ("refuse", {"code": 213}, ("operator", "vk:213")),
        ("error", {"code": 5}, ("admin", "vk:5")),
        ("error", {"code": 14}, ("admin", "vk:14")),
        ("error", {"code": 9}, ("retry", "vk:9")),
        ("error", {"code": 4321, "text": "Something new"}, ("operator", "vk:4321")),
        ("drop", {}, ("unknown", "no_answer")),
    ],
)
def test_what_vk_says_goes_to_whom_it_concerns(
    client: httpx2.Client,
    sim: Simulator,
    group: Community,
    fault: str,
    details: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    comment, target = under(group)
    sim.faults.vk("wall.createComment", fault, **details)
    outcome = to_vk(client, sim, target)
    assert kinds(outcome) == expected
    assert isinstance(outcome, Failure)
    if "retry_after" in details:
        assert outcome.retry_after == details["retry_after"]
    assert group.answers_under(comment) == []


@pytest.mark.parametrize(
    ("fault", "details", "expected"),
    [
        ("too_many", {"retry_after": 9}, ("retry", "telegram:429")),
        ("http", {"status": 502}, ("unknown", "http:502")),
        ("refuse", {}, ("operator", "telegram:403")),
        ("error", {"code": 500}, ("retry", "telegram:500")),
        ("error", {"code": 409}, ("admin", "telegram:409")),
        ("silence", {}, ("unknown", "no_answer")),
        ("drop", {}, ("unknown", "no_answer")),
    ],
)
def test_what_telegram_says_goes_to_whom_it_concerns(
    client: httpx2.Client, sim: Simulator, bot: Bot, fault: str, details: dict[str, Any], expected: tuple[str, str]
) -> None:
    said = bot.message("Мария Иванова", "Когда?")
    sim.faults.telegram("sendMessage", fault, **details)
    outcome = to_telegram(client, sim, {"chat_id": said.chat.id, "message_id": said.id})
    assert kinds(outcome) == expected
    assert isinstance(outcome, Failure)
    if "retry_after" in details:
        assert outcome.retry_after == details["retry_after"]


def test_a_wrong_token_is_for_the_administrator(
    client: httpx2.Client, sim: Simulator, group: Community, bot: Bot
) -> None:
    _, target = under(group)
    assert kinds(to_vk(client, sim, target, token="stale")) == ("admin", "vk:5")
    said = bot.message("Мария Иванова", "Когда?")
    outcome = to_telegram(client, sim, {"chat_id": said.chat.id, "message_id": said.id}, token="stale")
    assert kinds(outcome) == ("admin", "telegram:401")


def test_what_a_communitys_token_cannot_answer_goes_to_a_person_unsent(client: httpx2.Client, sim: Simulator) -> None:
    assert kinds(to_vk(client, sim, {"by_hand": "photo_comment"})) == ("operator", "by_hand")
