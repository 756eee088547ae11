"""The networks' own schemas judge what the simulator sends and answers."""

import httpx2
import pytest

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community
from tests.simulator.conftest import Ear, picture
from tests.simulator.schemas import ABSENT, faults_of, telegram, vk

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

#: Which definition of VK's schema describes the object of an event.
OBJECTS = {
    "wall_post_new": ("callback/objects", "callback_wall_post_new"),
    "wall_reply_new": ("callback/objects", "callback_wall_reply_new"),
    "wall_reply_edit": ("callback/objects", "callback_wall_reply_edit"),
    "wall_reply_restore": ("callback/objects", "callback_wall_reply_restore"),
    "wall_reply_delete": ("callback/objects", "callback_wall_comment_delete"),
    "message_new": ("callback/objects", "callback_message_object"),
    "message_reply": ("callback/objects", "callback_message"),
}


def test_every_vk_event_fits_the_schema(sim: Simulator, group: Community, ear: Ear) -> None:
    _everything_happens(group)
    assert sim.settle()
    assert set(ear.types()) == set(OBJECTS)
    for event in ear.heard:
        assert faults_of(vk("callback/objects", "callback_base"), event) == []
        assert faults_of(vk(*OBJECTS[str(event["type"])]), event["object"]) == [], event["type"]


def _everything_happens(group: Community) -> None:
    post = group.post("Снегопад")
    group.post("Почему не убрано?", "Мария Иванова")
    comment = group.comment(post, "Мария Иванова", "Не убран двор")
    group.comment(post, "Пётр", "И у нас", comment)
    group.comment_as_community(post, "Едем", comment)
    group.edit(comment, "Не убран двор 5")
    group.delete(comment)
    group.restore(comment)
    group.comment(post, "Олег", "Вот так у нас", pictures=(picture(),))
    group.post("Смотрите", "Олег", pictures=(picture(), picture()))
    group.message("Мария Иванова", "Когда уберут?", (picture(),))
    group.message_as_community("Мария Иванова", "Завтра")


def test_the_converted_schema_still_finds_what_is_wrong(group: Community) -> None:
    comment = vk("callback/objects", "callback_wall_reply_new")
    assert faults_of(comment, {"id": 5, "from_id": 1, "date": "вчера", "text": "Снег"}) != []
    assert faults_of(comment, {"from_id": 1, "date": 1, "text": "Снег"}) != []
    assert faults_of(telegram("Update"), {"update_id": 1, "message": {"message_id": 1, "date": 1}}) != []
    assert faults_of(telegram("method:sendMessage"), {"chat_id": 1, "text": "я", "reply_to_message_id": 1}) != []


@pytest.mark.parametrize(
    ("method", "parameters", "definition"),
    [
        (
            "wall.createComment",
            {"owner_id": -1234, "message": "Убрали"},
            ("wall/responses", "wall_createComment_response"),
        ),
        (
            "messages.send",
            {"random_id": 1, "message": "Да"},
            ("messages/responses", "messages_send_deprecated_response"),
        ),
        ("users.get", {}, ("users/responses", "users_get_response")),
        ("groups.getById", {"fields": "members_count"}, ("groups/responses", "groups_getById_object_response")),
        ("wall.post", {"owner_id": -1234, "message": "Новость"}, ("wall/responses", "wall_post_response")),
    ],
)
def test_every_answer_of_the_vk_api_fits_the_schema(
    sim: Simulator, group: Community, method: str, parameters: dict[str, object], definition: tuple[str, str]
) -> None:
    post, message = group.post("Снегопад"), group.message("Мария Иванова", "Когда уберут?")
    places = {"post_id": post.id, "peer_id": message.peer_id, "user_ids": message.peer_id}
    token = "user-token" if method == "wall.post" else "group-token"
    answer = httpx2.post(
        f"{sim.vk_url}/method/{method}",
        data={**places, **parameters, "v": "5.199"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    ).json()
    assert answer["response"]
    assert faults_of(vk(*definition), answer) == []


def test_messages_to_several_people_are_answered_one_by_one(sim: Simulator, group: Community) -> None:
    peer = group.message("Мария Иванова", "Когда уберут?").peer_id
    wanted = {"peer_ids": f"{peer},7", "random_id": 1, "message": "Да", "v": "5.199", "access_token": "group-token"}
    answer = httpx2.post(f"{sim.vk_url}/method/messages.send", data=wanted, trust_env=False).json()
    assert [("error" in each) for each in answer["response"]] == [False, True]
    assert faults_of(vk("messages/responses", "messages_send_user_ids_response"), answer) == []


def test_every_telegram_update_fits_the_specification(sim: Simulator, bot: Bot, ear: Ear) -> None:
    channel = sim.telegram_channel(bot, "Город", username="town")
    post = channel.post("Снегопад")
    comment = channel.comment(post, "Мария Иванова", "Не убран двор")
    channel.comment(post, "Пётр", "И у нас", reply_to=comment)
    channel.comment_as_admin(comment, "Едем")
    channel.edit(comment, "Не убран двор 5")
    channel.edit_post(post, "Сильный снегопад")
    bot.message("Мария Иванова", "Когда уберут?", picture())
    channel.comment(post, "Олег", "Вот так у нас", picture=picture())
    assert sim.settle()
    assert len(ear.heard) == 10
    for update in ear.heard:
        assert faults_of(telegram("Update"), update) == []


@pytest.mark.parametrize(
    ("method", "kind"),
    [("getMe", "User"), ("getChat", "ChatFullInfo"), ("sendMessage", "Message"), ("getWebhookInfo", "WebhookInfo")],
)
def test_every_answer_of_the_bot_api_fits_the_specification(sim: Simulator, bot: Bot, method: str, kind: str) -> None:
    channel = sim.telegram_channel(bot, "Город")
    comment = channel.comment(channel.post("Снегопад"), "Мария Иванова", "Не убран двор")
    wanted = {"chat_id": channel.group.id, "text": "Убрали", "reply_parameters": {"message_id": comment.id}}
    url = f"{sim.telegram_url}/bot4242:letters/{method}"
    answer = httpx2.post(url, json=wanted, trust_env=False).json()
    assert answer["ok"] is True
    assert faults_of(telegram(kind), answer["result"]) == []
