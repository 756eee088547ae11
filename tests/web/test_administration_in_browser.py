"""The administrator's pages in a real browser: at a desk and on a phone, in both themes, by keyboard, without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import leading, tokens
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules.acts import Actor
from tests.cast import PASSWORD, Cast, Town
from tests.web.conftest import look_over

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]
SIZES: tuple[ViewportSize, ...] = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})
PATHS = (
    *("/system", "/departments", "/departments/new", "/departments/2", "/people", "/people/new", "/people/2"),
    *("/topics", "/topics/1", "/topics/new", "/tables/topics/new", "/norms", "/norms/new", "/norms/1/end"),
    *("/calendars", "/calendars?department=1", "/calendars/week", "/calendars/day", "/calendars/year"),
    *("/calendars/upload", "/calendars/town?department=1"),
    *("/sources", "/sources/new/vk", "/sources/new/telegram", "/sources/1", "/sources/2", "/tokens", "/tokens/new"),
)


@pytest.fixture
def busy(town: Town, sessions: sessionmaker[Session]) -> None:
    """Something to see on every page: a paused source, a failed event, a worker, a token."""
    now = datetime.now(UTC)
    with sessions() as session:
        session.get_one(Source, town.telegram.id).paused_reason = "401: Unauthorized"
        session.add(
            InboxEvent(
                source_id=town.vk.id,
                dedupe_key="id:1",
                received_at=now,
                raw="{}",
                state=InboxState.FAILED,
                attempts=8,
                next_at=now,
                error="KeyError",
            )
        )
        leading.lead(session, "web1:1:aa")
        for job, note in (("worker", "leads"), ("inbox", "12"), ("sweep", "failed: OperationalError")):
            leading.beat(session, "web1:1:aa", job, note)
        by = Actor("test")
        tokens.add_token(session, "Портал города", ["intake", "read"], by, now=now)
        session.commit()


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#login", "elena")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/system")


def test_nothing_scrolls_sideways_on_the_narrowest_phone(page: Page, address: str, busy: None) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    come_in(page, address)
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_axe_finds_nothing_on_refused_forms_and_on_what_is_shown_once(page: Page, address: str, busy: None) -> None:
    come_in(page, address)
    for path in ("/departments/new", "/people/new", "/sources/new/vk", "/tokens/new", "/calendars/week"):
        page.goto(address + path)
        if path == "/calendars/week":
            page.fill("#monday", "с девяти до шести")
        page.click("main form[method=post] .btn-primary")
        page.wait_for_selector("[data-takes-focus]")
        page.wait_for_function("document.activeElement.matches('[data-takes-focus]')")
        look_over(page)
    page.goto(f"{address}/people/new")
    page.fill("#name", "Олег")
    page.fill("#login", "oleg")
    page.select_option("#role", "press")
    page.click("main form .btn-primary")
    page.wait_for_selector("dl code")
    look_over(page)
    page.goto(f"{address}/topics")
    page.fill("#sample", "снег и сугробы")
    page.click("text=Подсказать")
    page.wait_for_selector("ol.near")
    look_over(page)


def test_every_act_of_a_source_and_a_token_works_without_scripts(
    new_context: NewContext, address: str, busy: None, cast: Cast
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size(SIZES[1])
    come_in(page, address)
    page.click("main .alert button:has-text('Возобновить')")
    page.locator("text=снова работает").first.wait_for()
    page.click("main button:has-text('Повторить все')")
    page.locator("text=1 событие пробуем снова.").first.wait_for()
    page.goto(f"{address}/sources/1")
    page.click("summary:has-text('Приостановить')")
    page.click("dialog button:has-text('Приостановить')")
    page.locator("main >> text=На паузе").first.wait_for()
    page.goto(f"{address}/tokens")
    page.click("summary:has-text('Отозвать')")
    page.click("dialog button:has-text('Отозвать')")
    page.locator("text=Отозванные").first.wait_for()
