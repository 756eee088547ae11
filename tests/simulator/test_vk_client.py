"""The vk_api client, written by others for the real VK, is the judge of the simulator's VK API."""

from urllib.parse import urlsplit

import pytest
import requests
import vk_api
from requests.adapters import HTTPAdapter

from incidents.simulator import Simulator
from incidents.simulator.communities import Community
from tests.simulator.conftest import Ear


class Redirected(HTTPAdapter):
    """Sends what is meant for api.vk.ru to the simulator."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        path = urlsplit(str(request.url)).path
        request.url = f"{self.target}{path}"
        return super().send(request, *args, **kwargs)  # type: ignore[arg-type]


def client(sim: Simulator, token: str = "group-token", version: str = "5.199") -> vk_api.VkApi:
    """The client with its traffic led to the simulator."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://api.vk.ru", Redirected(sim.vk_url))
    return vk_api.VkApi(token=token, session=session, api_version=version)


@pytest.fixture
def vk(sim: Simulator) -> vk_api.VkApi:
    """The client with the community's token."""
    return client(sim)


def test_an_answer_stands_under_the_comment_of_the_citizen(vk: vk_api.VkApi, group: Community) -> None:
    post = group.post("Снегопад")
    comment = group.comment(post, "Мария Иванова", "Не убран двор")
    answer = vk.method(
        "wall.createComment",
        {
            "owner_id": -1234,
            "post_id": post.id,
            "from_group": 1234,
            "reply_to_comment": comment.id,
            "message": "Убрали",
        },
    )
    assert answer["parents_stack"] == [comment.id]
    assert [(seen.id, seen.text) for seen in group.answers_under(comment)] == [(answer["comment_id"], "Убрали")]


def test_a_repeated_guid_gives_the_same_comment_and_writes_nothing(vk: vk_api.VkApi, group: Community) -> None:
    post = group.post("Снегопад")
    wanted = {"owner_id": -1234, "post_id": post.id, "message": "Убрали", "guid": "answer-7"}
    first, second = vk.method("wall.createComment", wanted), vk.method("wall.createComment", wanted)
    third = vk.method("wall.createComment", {**wanted, "guid": "answer-8"})
    assert first == second
    assert third["comment_id"] != first["comment_id"]
    assert len(group.comments) == 2


def test_a_repeated_random_id_gives_the_same_message(vk: vk_api.VkApi, group: Community) -> None:
    message = group.message("Мария Иванова", "Когда уберут?")
    wanted = {"peer_id": message.peer_id, "random_id": 77, "message": "Завтра", "reply_to": message.id}
    assert vk.method("messages.send", wanted) == vk.method("messages.send", wanted)
    assert vk.method("messages.send", {**wanted, "random_id": 78}) != vk.method("messages.send", wanted)
    assert [(answer.text, answer.random_id) for answer in group.answers_to("Мария Иванова")] == [
        ("Завтра", 77),
        ("Завтра", 78),
    ]


def test_the_client_waits_and_repeats_after_too_many_requests(
    vk: vk_api.VkApi, sim: Simulator, group: Community
) -> None:
    post = group.post("Снегопад")
    sim.faults.vk("wall.createComment", "too_many")
    assert vk.method("wall.createComment", {"owner_id": -1234, "post_id": post.id, "message": "Убрали"})["comment_id"]
    assert sim.faults.listed() == []
    assert len(group.comments) == 1


def test_closed_comments_are_refused_with_213(vk: vk_api.VkApi, group: Community) -> None:
    post = group.post("Снегопад")
    group.close_comments(post)
    with pytest.raises(vk_api.ApiError) as refusal:
        vk.method("wall.createComment", {"owner_id": -1234, "post_id": post.id, "message": "Убрали"})
    assert refusal.value.code == 213
    said = {pair["key"]: pair["value"] for pair in refusal.value.error["request_params"]}
    assert said["method"] == "wall.createComment"
    assert said["post_id"] == str(post.id)
    assert "access_token" not in said


@pytest.mark.parametrize(
    ("method", "parameters", "code"),
    [
        ("wall.createComment", {"owner_id": -1234, "message": "Убрали"}, 100),
        ("wall.createComment", {"owner_id": -1234, "post_id": "восемь", "message": "Убрали"}, 100),
        ("wall.createComment", {"owner_id": -1234, "post_id": 1, "message": " "}, 100),
        ("wall.createComment", {"owner_id": -1234, "post_id": 1, "message": "Убрали"}, 212),
        ("wall.createComment", {"owner_id": -9, "post_id": 1, "message": "Убрали"}, 15),
        ("messages.send", {"peer_id": 5, "message": "Завтра"}, 100),
        ("messages.send", {"peer_id": 5, "random_id": 1, "message": ""}, 100),
        ("messages.send", {"peer_id": 5, "random_id": 1, "message": "Завтра"}, 901),
        ("messages.send", {"peer_id": 5, "random_id": 1, "message": "я" * 9001}, 914),
        ("messages.send", {"peer_id": 2000000001, "random_id": 1, "message": "Завтра"}, 917),
        ("wall.post", {"owner_id": -1234, "message": "Новость"}, 27),
        ("wall.destroy", {}, 3),
    ],
)
def test_what_vk_would_refuse_is_refused_with_its_code(
    vk: vk_api.VkApi, group: Community, method: str, parameters: dict[str, object], code: int
) -> None:
    with pytest.raises(vk_api.ApiError) as refusal:
        vk.method(method, parameters)
    assert refusal.value.code == code
    assert group.comments == {}


def test_a_stranger_to_the_community_is_refused_with_5(sim: Simulator, group: Community) -> None:
    for token in ("", "somebody-else"):
        with pytest.raises(vk_api.ApiError) as refusal:
            client(sim, token).method("groups.getById", {})
        assert refusal.value.code == 5


def test_a_citizen_who_forbade_messages_is_not_written_to(vk: vk_api.VkApi, group: Community) -> None:
    message = group.message("Мария Иванова", "Не пишите мне больше")
    group.refuse_messages("Мария Иванова", 902)
    with pytest.raises(vk_api.ApiError) as refusal:
        vk.method("messages.send", {"peer_id": message.peer_id, "random_id": 1, "message": "Хорошо"})
    assert refusal.value.code == 902
    assert group.answers_to("Мария Иванова") == []


def test_a_captcha_reaches_the_client_as_a_captcha(vk: vk_api.VkApi, sim: Simulator, group: Community) -> None:
    sim.faults.vk("groups.getById", "error", code=14)
    with pytest.raises(vk_api.Captcha) as captcha:
        vk.method("groups.getById", {})
    assert captcha.value.redirect_uri


def test_names_and_the_number_of_subscribers_can_be_asked(sim: Simulator, vk: vk_api.VkApi, group: Community) -> None:
    author = sim.town.person("Мария Иванова")
    assert [user["last_name"] for user in vk.method("users.get", {"user_ids": f"{author.id},1"})] == ["Иванова"]
    asked = {"group_id": 1234, "fields": "members_count"}
    assert vk.method("groups.getById", asked)["groups"][0]["members_count"] == 20_000
    assert client(sim, version="5.92").method("groups.getById", asked)[0]["id"] == 1234  # a bare list before 5.199


def test_an_administrator_posts_on_the_wall(sim: Simulator, group: Community, ear: Ear) -> None:
    posted = client(sim, "user-token").method("wall.post", {"owner_id": -1234, "message": "Новость", "from_group": 1})
    assert group.posts[posted["post_id"]].text == "Новость"
    assert sim.settle()
    assert ear.types() == ["wall_post_new"]
