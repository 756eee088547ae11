"""Whole days by role in a real browser: the town, its people, the networks played by the simulator, and the program on a socket.

A day that means the program as a town starts it (`incidents serve`, `incidents worker`) says so in its own module.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from incidents.settings import Settings
from incidents.simulator import Simulator
from tests.cast import PASSWORD
from tests.web.conftest import _quick_hashes, address, app, database_url, enter

__all__ = ["_quick_hashes", "address", "app", "database_url", "enter"]

SitDown = Callable[..., Page]


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator.running(port=0, delays=(0.05,)) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, sim: Simulator) -> Settings:
    """The town of the cast, with the networks played by the simulator."""
    urls = {
        "vk_api_url": sim.vk_url,
        "vk_web_url": sim.vk_url,
        "telegram_api_url": sim.telegram_url,
        "telegram_web_url": sim.telegram_url,
    }
    return settings.model_copy(update=urls)


@pytest.fixture
def sit_down(new_context: Callable[..., BrowserContext], address: str) -> SitDown:
    """Somebody at a computer of his own: a page of his own browser, signed in by the keyboard."""

    def come(login: str, **options: object) -> Page:
        page = new_context(**options).new_page()
        page.goto(f"{address}/sign-in")
        page.locator("#login").focus()
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    return come
