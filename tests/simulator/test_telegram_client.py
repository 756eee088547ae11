"""python-telegram-bot, written by others for the real Telegram, is the judge of the simulator's Bot API and of its updates."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import httpx2
import pytest
from telegram import Bot as Client
from telegram import Message, ReplyParameters, Update
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from tests.simulator.conftest import Ear, picture

T = TypeVar("T")


def ask(sim: Simulator, question: Callable[[Client], Awaitable[T]], token: str = "4242:letters") -> T:
    """Start a client, ask one thing, stop it."""

    async def talk() -> T:
        base, files = f"{sim.telegram_url}/bot", f"{sim.telegram_url}/file/bot"
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        other = HTTPXRequest()
        async with Client(token, base, files, request=request, get_updates_request=other) as client:
            return await question(client)

    # In a thread of its own: a browser of another test may keep a loop running in this one.
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, talk()).result()


def test_the_bot_knows_its_name(sim: Simulator, bot: Bot) -> None:
    me = ask(sim, lambda client: client.get_me())
    assert (me.id, me.is_bot, me.username) == (4242, True, "town_appeals_bot")
    assert me.can_read_all_group_messages


def test_a_wrong_token_is_refused(sim: Simulator, bot: Bot) -> None:
    with pytest.raises(InvalidToken):
        ask(sim, lambda client: client.get_me(), token="4242:wrong")


def test_an_answer_stands_under_the_comment_and_has_a_link(sim: Simulator, bot: Bot) -> None:
    channel = sim.telegram_channel(bot, "Город")
    post = channel.post("Снегопад")
    comment = channel.comment(post, "Мария Иванова", "Не убран двор")
    sent = ask(sim, lambda client: client.send_message(channel.group.id, "Убрали", reply_parameters=_to(comment.id)))
    assert [answer.id for answer in channel.answers_under(comment)] == [sent.message_id]
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == comment.id
    assert sent.link == f"https://t.me{channel.path(channel.answers_under(comment)[0])}"


def _to(message_id: int) -> ReplyParameters:
    return ReplyParameters(message_id=message_id)


def test_an_answer_in_the_private_chat_reaches_the_citizen(sim: Simulator, bot: Bot) -> None:
    message = bot.message("Мария Иванова", "Когда уберут?")
    ask(sim, lambda client: client.send_message(message.chat.id, "Завтра", reply_parameters=_to(message.id)))
    assert [answer.text for answer in bot.answers_to("Мария Иванова")] == ["Завтра"]


def test_what_telegram_would_refuse_is_refused_in_its_words(sim: Simulator, bot: Bot) -> None:
    chat = bot.message("Мария Иванова", "Когда уберут?").chat.id
    refused: list[tuple[str, Callable[[Client], Awaitable[Message]]]] = [
        ("chat not found", lambda client: client.send_message(1, "Завтра")),
        (
            "message to be replied not found",
            lambda client: client.send_message(chat, "Завтра", reply_parameters=_to(99)),
        ),
        ("is too long", lambda client: client.send_message(chat, "я" * 4097)),
        ("is too long", lambda client: client.send_message(chat, "🌨" * 2049)),
        ("text is empty", lambda client: client.send_message(chat, " ")),
        ("unsupported parse_mode", lambda client: client.send_message(chat, "Завтра", parse_mode="HTML")),
    ]
    for words, question in refused:
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            ask(sim, question)
    assert bot.answers_to("Мария Иванова") == []


def test_the_old_way_to_answer_is_refused(sim: Simulator, bot: Bot) -> None:
    message = bot.message("Мария Иванова", "Когда уберут?")
    body = {"chat_id": message.chat.id, "text": "Завтра", "reply_to_message_id": message.id}
    answer = httpx2.post(f"{sim.telegram_url}/bot4242:letters/sendMessage", json=body, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False


def test_a_citizen_who_blocked_the_bot_is_not_written_to(sim: Simulator, bot: Bot) -> None:
    message = bot.message("Мария Иванова", "Не пишите мне")
    bot.block("Мария Иванова")
    with pytest.raises(Forbidden):
        ask(sim, lambda client: client.send_message(message.chat.id, "Завтра"))


def test_too_many_requests_say_when_to_come_again(sim: Simulator, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the other form is on its way out and warns
    message = bot.message("Мария Иванова", "Когда уберут?")
    sim.faults.telegram("sendMessage", "too_many", retry_after=7)
    with pytest.raises(RetryAfter) as refusal:
        ask(sim, lambda client: client.send_message(message.chat.id, "Завтра"))
    assert refusal.value.retry_after == timedelta(seconds=7)
    assert bot.answers_to("Мария Иванова") == []


def test_a_webhook_can_be_set_looked_at_and_deleted(sim: Simulator, bot: Bot, ear: Ear) -> None:
    bot.set_webhook("", "", [])
    bot.message("Мария Иванова", "Раньше, чем адрес")
    assert ask(sim, lambda client: client.get_webhook_info()).pending_update_count == 1
    ask(sim, lambda client: client.set_webhook(ear.url, secret_token="new-secret", allowed_updates=["message"]))
    assert sim.settle()
    assert ear.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "new-secret"
    info = ask(sim, lambda client: client.get_webhook_info())
    assert (info.url, info.pending_update_count, info.allowed_updates) == (ear.url, 0, ("message",))
    ask(sim, lambda client: client.delete_webhook())
    assert ask(sim, lambda client: client.get_webhook_info()).url == ""


def test_a_channel_names_its_group_and_its_subscribers(sim: Simulator, bot: Bot) -> None:
    channel = sim.telegram_channel(bot, "Город", username="town", members=5000)
    assert ask(sim, lambda client: client.get_chat("@town")).linked_chat_id == channel.group.id
    assert ask(sim, lambda client: client.get_chat_member_count(channel.chat.id)) == 5000


def test_every_update_is_one_the_client_understands(sim: Simulator, bot: Bot, ear: Ear) -> None:
    channel = sim.telegram_channel(bot, "Город")
    post = channel.post("Снегопад")
    comment = channel.comment(post, "Мария Иванова", "Не убран двор")
    channel.edit(comment, "Не убран двор 5")
    channel.comment(post, "Пётр", "И у нас", reply_to=comment)
    channel.comment_as_admin(comment, "Уже едем")
    channel.edit_post(post, "Сильный снегопад")
    bot.message("Мария Иванова", "Когда уберут?")
    assert sim.settle()
    updates = [Update.de_json(body, None) for body in sorted(ear.heard, key=lambda body: int(str(body["update_id"])))]
    assert [update.update_id for update in updates] == list(range(updates[0].update_id, updates[0].update_id + 9))
    messages = [update.effective_message for update in updates]
    _, copy, first, edited, second, admin, new_post, new_copy, private = messages
    assert copy is not None
    assert first is not None
    assert edited is not None
    assert second is not None
    assert copy.is_automatic_forward
    assert copy.forward_origin is not None
    assert (copy.forward_origin.to_dict()["message_id"], copy.forward_origin.type) == (post.id, "channel")
    assert first.message_thread_id == copy.message_id
    assert first.reply_to_message == copy
    assert first.link == f"https://t.me{channel.path(comment)}"
    assert (edited.text, edited.edit_date is not None) == ("Не убран двор 5", True)
    assert second.reply_to_message is not None
    assert second.reply_to_message.reply_to_message is None
    assert admin is not None
    assert admin.sender_chat is not None
    assert admin.sender_chat.id == channel.group.id
    assert [update.edited_channel_post for update in updates if update.edited_channel_post] == [new_post]
    assert new_copy is not None
    assert new_copy.text == "Сильный снегопад"
    assert private is not None
    assert private.chat.type == "private"


def test_what_the_bot_itself_writes_is_never_told(sim: Simulator, bot: Bot, ear: Ear) -> None:
    message = bot.message("Мария Иванова", "Когда уберут?")
    ask(sim, lambda client: client.send_message(message.chat.id, "Завтра"))
    bot.message("Мария Иванова", "Спасибо")
    assert sim.settle()
    assert [body["message"]["text"] for body in ear.heard] == ["Когда уберут?", "Спасибо"]  # type: ignore[index]


def test_a_picture_comes_as_its_sizes_and_is_fetched_by_its_id(sim: Simulator, bot: Bot, ear: Ear) -> None:
    bot.message("Мария Иванова", "Двор", picture())
    assert sim.settle()
    update = Update.de_json(ear.heard[-1], None)
    assert update is not None
    assert update.message is not None
    sizes, caption = update.message.photo, update.message.caption
    assert (caption, [(each.width, each.height) for each in sizes]) == ("Двор", [(80, 60), (320, 240)])

    async def download(client: Client) -> bytes:
        file = await client.get_file(sizes[-1].file_id)
        return bytes(await file.download_as_bytearray())

    assert ask(sim, download) == picture()
    with pytest.raises(BadRequest, match="file_id"):
        ask(sim, lambda client: client.get_file("nobody's"))
