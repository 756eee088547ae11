"""The calendar in a real browser: every kind of day in both themes, on a desk and a phone; a change by keyboard alone."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, ViewportSize
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import calendar_changes
from incidents.rules.calendar import DayKind
from incidents.rules.days import SpecialDay
from tests.cast import PASSWORD, Cast
from tests.web.calendars import TODAY, ZONE
from tests.web.conftest import look_over

pytestmark = pytest.mark.browser

SIZES: tuple[ViewportSize, ...] = ({"width": 1366, "height": 768}, {"width": 320, "height": 640})
DAYS = {
    date(2026, 6, 11): SpecialDay(DayKind.REGIONAL, "День города"),
    date(2026, 7, 1): SpecialDay(DayKind.HOURS, intervals=((540, 720),)),
    date(2026, 4, 25): SpecialDay(DayKind.WORKING, shorter_by=60, like=0),
}


@pytest.fixture
def page_of_elena(page: Page, address: str, founded: None, cast: Cast, sessions: sessionmaker[Session]) -> Page:
    """The administrator of a town whose calendar has every kind of day in 2026."""
    with sessions() as session:
        calendar_changes.change_days(session, DAYS, TODAY, cast.elena.actor, now=datetime.now(UTC), zone=ZONE)
        session.commit()
    page.goto(f"{address}/sign-in")
    page.fill("#login", "elena")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/system")
    return page


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_axe_finds_nothing_in_a_year_of_every_kind_of_day(
    page_of_elena: Page, address: str, size: ViewportSize
) -> None:
    page_of_elena.set_viewport_size(size)
    page_of_elena.goto(f"{address}/calendars?year=2026")
    assert page_of_elena.locator(".month td[title] i").count() == 24
    for theme in ("light", "dark"):
        page_of_elena.emulate_media(color_scheme=theme)
        look_over(page_of_elena)


def test_a_day_is_looked_at_and_entered_by_keyboard(page_of_elena: Page, address: str) -> None:
    page = page_of_elena
    page.goto(f"{address}/calendars?year=2026")
    page.locator("td.regional a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendars/day?on=2026-06-11")
    assert page.input_value("#name") == "День города"
    page.select_option("#kind", "ordinary")
    page.focus("#name")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview")
    page.wait_for_function("document.activeElement.matches('[data-takes-focus]')")
    look_over(page)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "seen":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendars")
    page.goto(f"{address}/calendars?year=2026")
    assert page.locator("td.regional").count() == 0
