"""A manager's two minutes on a phone: the page "now", a figure opened into its list, a control, and word when it is done."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy.orm import Session

from incidents.flow import approving, controlling
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.days.coming_in import come_in, fits, keeps_focus
from tests.web.cards import anew
from tests.web.desks import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def late(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    desk = Desk(session, cast, town, settings)
    desk.add("Просто вопрос", ago=10)
    return desk.give(desk.add("Сугроб во дворе", ago=140))


def test_a_manager_opens_a_figure_marks_an_appeal_and_is_told_when_it_is_answered(
    new_context: Callable[..., BrowserContext], address: str, session: Session, cast: Cast, late: Appeal
) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    come_in(page, address, "galina", "/board")
    fits(page)
    page.locator("main a[href*='/queue']:has-text('1')").first.tap()
    page.wait_for_url(lambda url: "/queue" in url)
    fits(page)
    page.locator(f"#a{late.number} q-text a").tap()
    page.wait_for_url(f"{address}/appeals/{late.number}")
    fits(page)
    page.locator("#control summary").tap()
    expect(page.locator("#control-comment")).to_be_focused()
    keeps_focus(page)
    fits(page)
    page.fill("#control-comment", "Жду к вечеру")
    page.get_by_role("button", name="Взять на контроль").tap()
    expect(page.locator("#control")).to_contain_text("Жду к вечеру")

    at = datetime.now(UTC)
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply=5"
    approving.confirm_by_hand(session, anew(late), cast.anna, now=at, link=link, at=at)
    controlling.tell_done(session, now=at)
    session.commit()
    page.goto(f"{address}/notices")
    fits(page)
    expect(page.locator("main")).to_contain_text(f"№ {late.number}")
