"""How somebody comes in, and what is asked at every stop of a day."""

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD

#: Milliseconds: what the program does by itself may take a few seconds, more on a busy machine.
PATIENCE = 20_000
#: The element that has the focus, if it is one that a person can see and the focus on it is drawn.
FOCUSED = """() => {
    const each = document.activeElement;
    if (!each || each === document.body) return "";
    const styles = [each, each.parentElement, each.parentElement.parentElement].map((one) => getComputedStyle(one));
    styles.push(getComputedStyle(each, "::after"));
    const drawn = styles.some((one) => (one.outlineStyle !== "none" && one.outlineWidth !== "0px") || one.boxShadow !== "none");
    return drawn && each.getClientRects().length ? each.outerHTML.slice(0, 160) : "";
}"""


def come_in(page: Page, address: str, login: str, path: str = "/") -> Page:
    """By the page for signing in, with the keyboard: the login has the focus already or is one key away."""
    page.goto(address + path)
    sign_in(page, login)
    return page


def sign_in(page: Page, login: str) -> None:
    """On the page for signing in, whatever led there."""
    page.locator("#login").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def keeps_focus(page: Page) -> None:
    """The focus stands on something, and one sees where."""
    assert page.evaluate(FOCUSED), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def fits(page: Page) -> None:
    """Nothing scrolls sideways."""
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
