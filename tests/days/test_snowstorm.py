"""A snowstorm: three hundred people write at once, three press specialists answer by keyboard, and a worker dies under them.

An hour in a minute: the simulator writes as fast as the hooks take it. Web and workers are the program's real processes.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from incidents.cli import clock
from incidents.cli.installation import Installation
from incidents.flow import accounts, templating
from incidents.flow.templating import Owner
from incidents.rules.acts import Role
from incidents.settings import Settings
from incidents.simulator import Simulator
from tests.cast import FOUNDER, NOW, PASSWORD, Cast, Town
from tests.days.conftest import SitDown
from tests.days.storms import DARK, SPAM, Sessions, Storm, known, let_the_claims_pass, under_way
from tests.processes import kill, serving, wait_for, working

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROUNDS = 8
ANSWER = "Здравствуйте, {имя}! Снег во дворе уберут сегодня до 18 часов. Управление ЖКХ."
MOST_ACTS = 6


@dataclass
class Desk:
    """Somebody at the keyboard, and every key that was pressed."""

    page: Page
    keys: int = 0
    #: What it took from opening an appeal to its publication, one after the other.
    acts: list[int] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    """Three browsers, a web, a worker and a storm share what may be one core: how long a page takes is measured elsewhere."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Suggestions wait for a person; the topics of the cast have small weights."""
    return settings.model_copy(update={"machine_routing": False, "machine_score": 2.0, "machine_margin": 1.0})


@pytest.fixture
def address(settings: Settings, town: Town) -> Iterator[str]:
    """The web as a process of its own."""
    with serving(settings) as served:
        yield served


@pytest.fixture
def press(session: Session, cast: Cast, town: Town) -> None:
    """A third specialist, and a template for the snow."""
    accounts.add_person(session, "ilya", Role.PRESS, FOUNDER, now=NOW, name="Илья", password=PASSWORD)
    templating.add(session, cast.anna, "Уберём сегодня", ANSWER, Owner(topic_id=town.snow.id), now=NOW)
    town.vk.confirmation = "c"
    session.commit()


def test_a_snowstorm_is_answered_by_three_at_once_while_a_worker_dies(
    engine: Engine, sessions: Sessions, press: None, sim: Simulator, settings: Settings, sit_down: SitDown, address: str
) -> None:
    desks = [Desk(sit_down(login)) for login in ("anna", "zoya", "ilya")]
    with ExitStack() as shift:
        first = shift.enter_context(working(settings))
        storm = Storm(sim, address)
        storm.begin()
        wait_for(lambda: known(sessions) > 3 * ROUNDS)
        for desk in desks:
            desk.page.goto(f"{address}/queue")
        answer_one_each(desks)
        wait_for(lambda: known(sessions) == len(storm.comments))
        answer_one_each(desks)
        # The worker dies with the second wave in the inbox and answers on their way.
        before = known(sessions)
        storm.go_on()
        wait_for(lambda: known(sessions) > before)
        kill(first)
        assert known(sessions) < len(storm.comments), "it came too late to prove anything"
        let_the_claims_pass(sessions)
        shift.enter_context(working(settings))
        for _ in range(ROUNDS - 2):
            answer_one_each(desks)
        agree_who_writes(*desks[:2])
        wait_for(lambda: known(sessions) == len(storm.comments))
        sort_the_rest(desks[2], address)
        wait_for(lambda: under_way(sessions) == 0)
    counted = sorted(acts for desk in desks for acts in desk.acts)
    sys.stdout.write(f"\nkeys from opening to publication: {counted[0]} to {counted[-1]} in {len(counted)} appeals\n")
    assert len(counted) == 3 * ROUNDS
    assert counted[-1] <= MOST_ACTS
    storm.is_whole(sessions, len(counted) + 1)
    for command in (clock.verify, clock.recompute):
        said = CliRunner().invoke(command, obj=Installation(None, settings, engine))
        assert said.exit_code == 0, said.output


def answer_one_each(desks: list[Desk]) -> None:
    """All three at once: open, the suggestion, the template, publish, back to the queue; each takes another row of the list."""
    for place, desk in enumerate(desks, 1):
        choose(desk, place)
        desk.keys = 0
        desk.press("Enter")
    for desk in desks:
        expect(desk.page.locator(".offer--best")).to_be_visible()
        desk.page.wait_for_load_state()
        desk.press("y")
    for desk in desks:
        expect(desk.page.locator("#decide .chosen")).to_have_text("Снег во дворах")
        desk.page.wait_for_load_state()
        desk.press("/")
    for desk in desks:
        put_the_template_and_publish(desk)
    for desk in desks:
        expect(desk.page.locator("#standing")).to_contain_text(re.compile("Публикуется|Ответ дан"))
        desk.acts.append(desk.keys)
    for desk in desks:
        desk.press("g", "q")
    for desk in desks:
        desk.page.wait_for_url("**/queue")


def choose(desk: Desk, place: int) -> None:
    """Down to the first, second, third row that nobody has touched yet, as its state says."""
    # One comes back to the row where one was; here all three go down from the top.
    desk.page.evaluate("document.activeElement.blur()")
    while place:
        desk.press("j")
        place -= (
            desk.page.evaluate("document.activeElement.closest('.q-list > li').querySelector('.state').innerText")
            == "Новое"
        )


def put_the_template_and_publish(desk: Desk) -> None:
    expect(desk.page.locator("#template-choices [aria-selected=true]")).to_contain_text("Уберём сегодня")
    desk.press("Enter")
    expect(desk.page.locator("#text")).to_have_value(re.compile("^Здравствуйте.*! Снег во дворе"))
    desk.press("Control+Enter")


def agree_who_writes(anna: Desk, zoya: Desk) -> None:
    """Both open the same appeal: the second sees that the first is writing, leaves her a word, and goes on elsewhere."""
    choose(anna, 1)
    anna.press("Enter")
    expect(anna.page.locator(".offer--best")).to_be_visible()
    anna.page.wait_for_load_state()
    number = anna.page.locator("h1").inner_text()
    choose(zoya, 1)
    anna.press("y")
    expect(anna.page.locator("#decide .chosen")).to_have_text("Снег во дворах")
    anna.page.wait_for_load_state()
    anna.press("r")
    anna.page.keyboard.type("Здравствуйте! Снег уберут сегодня, бригада уже в пути.")
    zoya.press("Enter")
    expect(zoya.page.locator("h1")).to_have_text(number)
    expect(zoya.page.locator("#here")).to_contain_text("Анна пишет")
    zoya.page.locator("#note").fill("@anna отвечай, я беру следующее")
    zoya.page.locator("#note-form button").click()
    expect(zoya.page.locator(".desk-story")).to_contain_text("отвечай, я беру следующее")
    zoya.press("g", "q")
    expect(anna.page.locator("#news")).to_contain_text("Зоя")
    anna.press("Control+Enter")
    expect(anna.page.locator("#standing")).to_contain_text(re.compile("Публикуется|Ответ дан"))


def sort_the_rest(ilya: Desk, address: str) -> None:
    """What the machine could not place, in one go: the lamps to the roads (once taken back), what is no appeal out."""
    page = ilya.page
    page.goto(f"{address}/queue?status=all")
    for told in (
        "Назначено (Управление дорог): 6 обращений",
        "Отменено: 6",
        "Назначено (Управление дорог): 6 обращений",
    ):
        if told.startswith("Отменено"):
            ilya.press("u")
        else:
            tick(page, "Темно у подъезда", DARK)
            ilya.press("a")
            page.locator("#question #department").select_option(label="Управление дорог")
            page.locator("#question button[type=submit]").click()
        expect(page.locator(".toasts")).to_contain_text(told)
    tick(page, "Заработок на дому", SPAM)
    ilya.press("n")
    page.locator("#question #note").fill("Реклама")
    page.locator("#question button[type=submit]").click()
    expect(page.locator(".toasts")).to_contain_text(f"Не инциденты: {SPAM} обращения")


def tick(page: Page, words: str, times: int) -> None:
    ticks = page.locator(".q-list > li", has_text=words).locator("input")
    expect(ticks).to_have_count(times)
    for each in ticks.all():
        each.check()
