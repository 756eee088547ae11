"""The frame of pages in a real browser: at a desk and on a phone, in both themes, by keyboard, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize

from incidents.rules.acts import Role
from tests.web.conftest import PASSWORD, AddPerson, look_over

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#login", "elena")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/system")
    page.goto(f"{address}/components")


# Every page by day and by night is walked elsewhere (test_every_page); here the two ends, with what fills them.
@pytest.mark.parametrize(("size", "theme"), [(SIZES[0], "light"), (SIZES[-1], "dark")], ids=["desk", "narrow"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_context: NewContext, address: str, add_person: AddPerson, size: ViewportSize, theme: str
) -> None:
    add_person("elena", Role.ADMIN, "Елена Терехова")
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size(size)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    page.goto(f"{address}/sign-in")
    look_over(page)
    come_in(page, address)
    for path in ("/components", "/profile", "/profile/password", "/nothing"):
        page.goto(address + path)
        look_over(page)
    assert complaints == []


def test_a_question_holds_the_focus_and_gives_it_back(page: Page, address: str, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    come_in(page, address)
    page.focus("details.ask > summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details.ask dialog').matches(':modal')")
    look_over(page)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.matches('details.ask > summary')")
    assert not page.evaluate("document.querySelector('details.ask').open")


def test_time_left_goes_on_in_the_words_of_the_server(page: Page, address: str, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    page.clock.install()
    come_in(page, address)
    left = page.locator(".left[data-due] b")
    assert left.nth(2).inner_text() in ("осталось 17 мин", "осталось 16 мин")
    page.clock.run_for(20 * 60 * 1000)
    assert left.nth(0).inner_text() in ("просрочено 34 мин", "просрочено 35 мин")
    assert left.nth(2).inner_text() in ("просрочено 4 мин", "просрочено 3 мин")
    assert left.nth(3).inner_text() in ("осталось 43 мин", "осталось 44 мин")
    assert page.locator("#said").text_content() == "Обращение просрочено"


def test_htmx_carries_the_token_of_the_page_and_styles_nothing(page: Page, address: str, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    come_in(page, address)
    # Nothing in the page itself says the token: only <body hx-headers:inherited> does.
    page.evaluate(
        """() => {
            const button = document.createElement("button");
            button.id = "probe";
            button.setAttribute("hx-post", "/profile/look");
            button.setAttribute("hx-swap", "none");
            document.querySelector("main").append(button);
            htmx.process(button);
        }"""
    )
    with page.expect_response(f"{address}/profile/look") as answered:
        page.evaluate("document.getElementById('probe').click()")
    assert answered.value.status == 302
    assert page.evaluate("document.adoptedStyleSheets.length + document.querySelectorAll('style').length") == 0


def test_everything_is_reached_without_scripts(new_context: NewContext, address: str, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size(SIZES[1])
    come_in(page, address)
    page.locator("details.ask > summary").click()
    assert page.locator("details.ask dialog button[type=submit]").is_visible()
    page.locator("[popovertarget=side]").click()
    page.locator(".side .me-name").click()
    page.wait_for_url(f"{address}/profile")
    page.locator("main button:has-text('Выйти на всех компьютерах')").click()
    page.wait_for_url(f"{address}/sign-in")
