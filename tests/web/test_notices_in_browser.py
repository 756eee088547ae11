"""The bell and the pages about alarms in a real browser: looks, the figure that lives, and what is said aloud."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from incidents.rules.alarms import Level
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.alarms import away, raised, spread
from tests.web.conftest import look_over
from tests.web.desks import Desk
from tests.web.test_queue_in_browser import SIZES, come_in

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def ring(page: Page) -> None:
    """The bell asks, and is answered."""
    with page.expect_response(lambda answer: "/notices/changes" in answer.url):
        page.clock.run_for(16_000)


# Every page by day and by night is walked elsewhere (test_every_page); here the two ends, with what fills them.
@pytest.mark.parametrize(("size", "theme"), [(SIZES[0], "light"), (SIZES[-1], "dark")], ids=["desk", "narrow"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_context: NewContext,
    address: str,
    desk: Desk,
    session: Session,
    cast: Cast,
    size: ViewportSize,
    theme: str,
) -> None:
    away(session, cast.anna, cast.zoya, on=datetime.now(UTC))
    late, soon, done = desk.add(ago=140), desk.add(ago=110), desk.add(ago=100)
    spread(session, *(raised(session, each, Level.PRESS) for each in (late, soon, done)), at=desk.now)
    desk.answer(done)
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size(size)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    come_in(page, address, "zoya")
    for path in ("/notices", "/profile", "/absences"):
        page.goto(address + path)
        look_over(page)
    assert complaints == []


def test_the_bell_counts_says_and_keeps_the_open_list_true(
    page: Page, address: str, desk: Desk, session: Session
) -> None:
    page.clock.install()
    come_in(page, address)
    page.goto(f"{address}/notices")
    expect(page.get_by_role("heading", name="Оповещений нет")).to_be_visible()
    bell = page.locator(".side [data-bell]")
    expect(bell).to_be_hidden()
    appeal = desk.add(ago=140)
    spread(session, raised(session, appeal, Level.PRESS))
    ring(page)
    expect(bell).to_have_text("1")
    expect(page).to_have_title("[1] Оповещения · Обращения")
    expect(page.locator("#said")).to_have_text("1 новое оповещение")
    expect(page.get_by_role("link", name=f"№ {appeal.number}")).to_be_visible()
    page.get_by_role("button", name="Отметить просмотренным", exact=True).click()
    expect(page).to_have_title("Оповещения · Обращения")
    expect(page.get_by_text("просмотрено", exact=True)).to_be_visible()


def test_the_queue_keeps_its_own_count_behind_the_bells(page: Page, address: str, desk: Desk, session: Session) -> None:
    page.clock.install()
    late = desk.add(ago=140)
    come_in(page, address)
    expect(page).to_have_title("(1) Очередь · Обращения")
    spread(session, raised(session, late, Level.PRESS))
    ring(page)
    expect(page).to_have_title("[1] (1) Очередь · Обращения")
    expect(page.locator(f"#a{late.number}")).to_be_visible()
    desk.answer(late)
    with page.expect_response(lambda answer: "/queue/changes" in answer.url):
        page.clock.run_for(13_000)
    expect(page).to_have_title("[1] Очередь · Обращения")


def test_without_scripts_the_figure_and_the_buttons_work(
    new_context: NewContext, address: str, desk: Desk, session: Session
) -> None:
    spread(session, raised(session, desk.add(ago=140), Level.PRESS))
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, address)
    expect(page).to_have_title("[1] (1) Очередь · Обращения")
    page.goto(f"{address}/notices")
    page.get_by_role("button", name="Отметить все просмотренными").click()
    expect(page).to_have_title("Оповещения · Обращения")
