"""Keys in a real browser: one dispatcher for all pages, by physical place, silent while typing, and a sheet that tells them."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from incidents.rules.acts import Role
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import AddPerson, Enter, look_over, send
from tests.web.desks import Desk
from tests.web.test_queue_in_browser import come_in

#: How far what one sees has moved since the page began, as browsers measure it.
SHIFTED = """new Promise((tell) => {
    let far = 0;
    const add = (list) => list.getEntries().forEach((each) => { far += each.value; });
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => tell(far), 200);
})"""


@pytest.mark.browser
def test_keys_go_by_their_place_and_the_sheet_tells_those_of_the_page(
    page: Page, address: str, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    desk = Desk(session, cast, town, settings)
    desk.add(ago=20)
    come_in(page, address, "anna")
    assert page.evaluate(SHIFTED) < 0.01, "the page moved while it came"
    # In the Russian layout the same place gives another letter.
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyJ', key: 'о', bubbles: true}))")
    expect(page.locator(".q-list > li a").first).to_be_focused()
    page.keyboard.press("Shift+Slash")
    sheet = page.locator("dialog#keys")
    expect(sheet).to_be_visible()
    expect(sheet.locator("[data-keys-here]")).to_contain_text("Следующая строка")
    expect(sheet.locator("[data-keys-everywhere]")).to_contain_text("Согласование")
    look_over(page)
    page.keyboard.press("g")
    page.keyboard.press("a")
    assert page.url.endswith("/queue"), "a key of the page was heard through the sheet"
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    # By keys one passes other words on the way; the word that is meant acts, and has the focus afterwards.
    # The long lists come after the page.
    page.locator("select[name=status] option").nth(3).wait_for(state="attached")
    page.keyboard.press("f")
    expect(page.locator("select[name=status]")).to_be_focused()
    for key in ("Home", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**status=assigned**")
    expect(page.locator("select[name=status]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(f"{address}/approvals")
    page.keyboard.press("c")
    page.wait_for_url(f"{address}/registration")
    # A field has the focus or gets it: letters are letters there.
    page.locator("main textarea").first.fill("")
    page.locator("main textarea").first.press("g")
    page.locator("main textarea").first.press("q")
    assert page.url.endswith("/registration")
    page.goto(f"{address}/profile")
    page.uncheck("#shortcuts")
    page.locator("form[action$='/habits'] button").click()
    page.wait_for_url("**/profile#habits")
    page.locator("h1").click()
    page.keyboard.press("c")
    page.wait_for_timeout(100)
    assert "/profile" in page.url


@pytest.mark.browser
def test_a_key_pressed_before_its_page_stands_is_heard_there(
    page: Page, address: str, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = Desk(session, cast, town, settings).add("темно, фонари не горят")
    come_in(page, address, "anna")
    page.goto(f"{address}/appeals/{appeal.number}")

    # The act leads to a page that is slow to come; the same key again is haste.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/assignment", hold)
    page.keyboard.press("y")
    wait_for(page, held)
    for key in ("y", "r", "d", "a", "y", "Space", "d"):
        page.keyboard.press(key)
    held.pop().continue_()
    expect(page.locator("#standing")).to_contain_text("Назначено")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("day d")

    # A page that one sees already, while its scripts are on their way.
    page.route("**/js/writer.js*", hold)
    page.goto(f"{address}/appeals/{appeal.number}", wait_until="commit")
    page.locator("h1").wait_for()
    wait_for(page, held)
    page.keyboard.press("t")
    expect(page.locator("#topic")).to_be_hidden()
    held.pop().continue_()
    expect(page.locator("#topic")).to_be_focused()


def wait_for(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(20)


def test_habits_are_kept_without_scripts(add_person: AddPerson, enter: Enter) -> None:
    add_person("anna", Role.PRESS)
    anna = enter("anna")
    assert 'data-keys="off"' not in anna.get("/profile").text
    assert send(anna, "/profile/habits", page="/profile", wants_popups="1").status_code == 303
    page = anna.get("/profile").text
    assert 'data-keys="off"' in page
    assert "js/popups.js" in page
    assert 'name="wants_popups" value="1" checked' in page
