"""One appeal from the citizen's words to the yearly figure: real HTTP, a real browser, a real worker, the networks' own forms."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from incidents.settings import Settings
from incidents.simulator import Simulator
from tests.cast import GROUP_ID, PASSWORD, Cast, Town
from tests.processes import working

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WORDS = "Двор не убран, снег лежит третий день, сугробы по пояс. Когда приедет техника?"
ANSWER = "Марина, здравствуйте! Двор уберут сегодня до 18 часов. Управление ЖКХ."


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator.running(port=0, delays=(0.05,)) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, sim: Simulator) -> Settings:
    """The town of the cast, with the networks played by the simulator and a classifier of six topics."""
    return settings.model_copy(
        update={
            "vk_api_url": sim.vk_url,
            "vk_web_url": sim.vk_url,
            "telegram_api_url": sim.telegram_url,
            "telegram_web_url": sim.telegram_url,
            "machine_score": 2.0,
            "machine_margin": 1.0,
            "four_eyes": "press",
        }
    )


def test_a_citizens_comment_is_answered_under_it_and_counted(
    address: str, page: Page, session: Session, sim: Simulator, settings: Settings, cast: Cast, town: Town
) -> None:
    town.vk.confirmation = "c"
    session.commit()
    group = sim.vk_community(
        group_id=GROUP_ID,
        token="group-token",
        secret="vk-secret",
        confirmation="c",
        hook_url=f"{address}/hooks/vk/town",
    )
    post = group.post("Убираем снег: куда звонить")
    with working(settings):
        comment = group.comment(post, "Марина Калинина", WORDS)

        sign_in(page, address, "dmitry")
        until(page, f"{address}/queue", lambda: page.get_by_text("Двор не убран").count() > 0)
        page.get_by_role("link", name="Двор не убран").first.click()
        expect(page.locator("body")).to_contain_text(WORDS)
        expect(page.locator("body")).to_contain_text("Управление ЖКХ")
        number = page.url.rstrip("/").rpartition("/")[2]
        page.locator('form[action$="/taking"] button').first.click()
        page.locator("textarea[name=text]").fill(ANSWER)
        page.locator('button[formaction$="/submission"]').click()
        expect(page.locator("#standing")).to_contain_text("На согласовании")
        sign_out(page, address)

        sign_in(page, address, "anna")
        page.goto(f"{address}/approvals")
        expect(page.locator("main")).to_contain_text(ANSWER)
        page.locator(f'main a[href$="/appeals/{number}"]').first.click()
        page.locator('button[formaction$="/approval"]').first.click()
        until(page, f"{address}/appeals/{number}", lambda: "Ответ дан" in page.locator("#standing").inner_text())
        sign_out(page, address)

        # The citizen's own page: the answer stands under the words.
        page.goto(f"{sim.vk_url}{group.path(post, comment)}")
        expect(page.locator("body")).to_contain_text(ANSWER)
        assert [answer.text for answer in group.answers_under(comment)] == [ANSWER]

        sign_in(page, address, "galina")
        page.goto(f"{address}/years/{datetime.now(UTC).astimezone(settings.town_zone).year}")
        expect(page.locator("main")).to_contain_text("Управление ЖКХ")
        page.goto(f"{address}/years")
        year = str(datetime.now(UTC).astimezone(settings.town_zone).year)
        row = page.get_by_role("row").filter(has_text=year).first
        expect(row).to_contain_text("1")
        row.get_by_role("link", name="1", exact=True).first.click()
        expect(page.locator("main")).to_contain_text("Двор не убран")


def sign_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form[action*=sign-in] button[type=submit], main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_out(page: Page, address: str) -> None:
    page.context.clear_cookies()


def until(page: Page, address: str, question: Callable[[], bool], seconds: float = 30.0) -> None:
    """Reload until it is so: the worker needs its moment."""
    deadline = time.monotonic() + seconds
    page.goto(address)
    while not question():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        time.sleep(0.3)
        page.goto(address)
