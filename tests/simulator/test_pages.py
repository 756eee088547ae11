"""What a person sees and does on the simulator's pages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx2
import pytest

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community
from incidents.simulator.world import STORM_SIZE
from tests.simulator.conftest import Ear


@pytest.fixture
def browser(sim: Simulator) -> Iterator[httpx2.Client]:
    """A browser without scripts that follows redirects."""
    with httpx2.Client(base_url=sim.url, follow_redirects=True, trust_env=False) as client:
        yield client


def lines(page: str) -> list[tuple[str, str]]:
    """Anchor and class of everything written on a page, in reading order."""
    return re.findall(r'<article id="(\w+)" class="([\w ]+)"', page)


def test_the_permalink_of_an_answer_shows_it_under_the_comment(
    sim: Simulator, group: Community, browser: httpx2.Client
) -> None:
    post = group.post("Снегопад")
    first = group.comment(post, "Мария Иванова", "Не убран двор")
    later = group.comment(post, "Пётр", "И у нас")
    answer = group.comment_as_community(post, "Убрали <b>вчера</b>", first)
    page = browser.get(f"/vk{group.path(post, answer)}").text
    assert group.path(post, answer) == f"/wall-1234_{post.id}?reply={answer.id}&thread={first.id}"
    assert lines(page) == [
        (f"reply{first.id}", "line"),
        (f"reply{answer.id}", "line under ours meant"),
        (f"reply{later.id}", "line"),
    ]
    assert "Убрали &lt;b&gt;вчера&lt;/b&gt;" in page
    assert page.count("официальный ответ") == 1
    assert page.count("autofocus") == 1


def test_the_permalink_of_telegram_shows_the_thread(sim: Simulator, bot: Bot, browser: httpx2.Client) -> None:
    channel = sim.telegram_channel(bot, "Город", username="town")
    post = channel.post("Снегопад")
    channel.post("Другая запись")
    comment = channel.comment(post, "Мария Иванова", "Не убран двор")
    answer = channel.comment_as_admin(comment, "Едем")
    page = browser.get(f"/telegram{channel.path(answer)}").text
    assert lines(page) == [(f"reply{comment.id}", "line"), (f"reply{answer.id}", "line under ours meant")]
    assert "Другая запись" not in page
    assert "Другая запись" in browser.get("/telegram/town").text
    assert lines(browser.get(f"/telegram/town/{post.id}?comment={comment.id}").text)[0][1] == "line meant"


def test_a_citizen_writes_by_the_forms_and_the_hook_hears_it(
    sim: Simulator, group: Community, bot: Bot, ear: Ear, browser: httpx2.Client
) -> None:
    post = group.post("Снегопад")
    channel = sim.telegram_channel(bot, "Город")
    channel.post("Снегопад")
    channel_page = f"/telegram/c/{str(channel.chat.id)[4:]}"
    for address in (f"/vk{group.path(post)}", "/vk/gim1234", channel_page, "/telegram/dialog/4242"):
        form = Form(browser.get(address).text)
        written = {**form.hidden, "author": "Мария Иванова", "text": "Не убран двор"}
        sent = browser.post(form.action, data=written, headers={"Referer": f"{sim.url}{address}"})
        assert sent.url.path == address
        assert "Не убран двор" in sent.text
    assert sim.settle()
    assert sum("Не убран двор" in str(body) for body in ear.heard) == 4


class Form(HTMLParser):
    """The first form of a page: where it leads and what it carries unseen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.hidden, self.is_through = "", dict[str, str](), False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        seen = {key: value or "" for key, value in attrs}
        if tag == "form" and not self.action:
            self.action = seen["action"]
        if tag == "input" and seen.get("type") == "hidden" and not self.is_through:
            self.hidden[seen["name"]] = seen["value"]

    def handle_endtag(self, tag: str) -> None:
        self.is_through = self.is_through or tag == "form"


def test_a_citizen_can_answer_the_official_answer_and_it_stays_in_the_branch(
    sim: Simulator, group: Community, browser: httpx2.Client
) -> None:
    post = group.post("Снегопад")
    comment = group.comment(post, "Мария Иванова", "Не убран двор")
    answer = group.comment_as_community(post, "Убрали", comment)
    page = browser.get(f"/vk{group.path(post, answer)}").text
    assert f'name="comment_id" value="{answer.id}"' in page
    written = {"comment_id": str(answer.id), "author": "Мария Иванова", "text": "Спасибо"}
    browser.post("/write/vk/1234/comment", data=written)
    thanks = max(group.comments.values(), key=lambda each: each.id)
    assert (thanks.text, thanks.parents_stack, thanks.reply_to_comment) == ("Спасибо", [comment.id], answer.id)


def test_the_snowstorm_button_makes_many_citizens_write(
    sim: Simulator, group: Community, browser: httpx2.Client
) -> None:
    assert browser.post("/control/snowstorm", data={}).status_code == 200
    assert len(group.comments) == STORM_SIZE


def test_the_snowstorm_does_what_it_was_given(ear: Ear) -> None:
    with Simulator.running(snowstorm=lambda world: len(world.communities)) as sim:
        sim.vk_community(group_id=1, token="t")
        assert httpx2.post(f"{sim.url}/control/snowstorm", json={}, trust_env=False).json() == {"written": 1}


def test_the_buttons_order_faults_and_one_button_ends_them(sim: Simulator, browser: httpx2.Client) -> None:
    page = browser.get("/").text
    places = re.findall(r'action="(/faults/\d+)"', page)
    assert len(places) == 12
    for place in places:
        assert browser.post(place).status_code == 200
    assert len(sim.faults.listed()) == len(places)
    assert browser.post("/faults/none").status_code == 200
    assert sim.faults.listed() == []


def test_pages_forbid_scripts_and_what_is_gone_is_said_in_words(sim: Simulator, browser: httpx2.Client) -> None:
    first = browser.get("/")
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert not re.search(r"<script|\son\w+=|\sstyle=", first.text)
    assert browser.get("/static/simulator.css").status_code == 200
    for address in ("/vk/wall-9_1", "/vk/club9", "/telegram/c/5/1", "/telegram/nobody", "/telegram/dialog/5"):
        absent = browser.get(address)
        assert (absent.status_code, "Такой страницы нет" in absent.text) == (404, True)
