"""Every page of the program: without violations of accessibility in both themes, at 320 px and at 200 % zoom, with a focus
that is seen; and without scripts, with forms that work and nothing fetched from elsewhere."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from incidents.flow import answering, gate
from incidents.rules.acts import Act
from incidents.settings import Settings
from tests.cast import PASSWORD, Cast, Town
from tests.web.conftest import Enter
from tests.web.desks import Desk
from tests.web.everywhere import LOGINS, Stop, stops

#: Every element that can have the focus shows it: an outline or a frame that was not there before, its own or around it.
UNSEEN = """() => {
    const look = (each) => {
        const around = [each, each.parentElement, each.parentElement?.parentElement, each.closest("form")].filter(Boolean);
        const styles = [getComputedStyle(each, "::after"), ...around.map((one) => getComputedStyle(one))];
        return styles.map((one) => `${one.outlineStyle} ${one.outlineWidth} ${one.boxShadow}`).join("; ");
    };
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
        .filter((each) => each.getClientRects().length && !each.disabled && !each.closest("dialog:not([open])"))
        .filter((each) => {
            document.activeElement.blur();
            const before = look(each);
            each.focus();
            return document.activeElement === each && look(each) === before;
        }).map((each) => each.outerHTML.slice(0, 120));
}"""
#: What makes the page scroll sideways: the innermost elements that reach over its edge and are cut off by nothing.
SIDEWAYS = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility() && !each.closest(".scroll, .views"))
    .filter((each) => ![...each.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1))
    .map((each) => each.outerHTML.slice(0, 90)).slice(0, 3)"""


@pytest.fixture
def clients(enter: Enter, cast: Cast) -> dict[str, FlaskClient]:
    return {login: enter(login, PASSWORD) for login in LOGINS.values()}


@pytest.fixture
def walk(
    app: Flask, session: Session, cast: Cast, town: Town, settings: Settings, clients: dict[str, FlaskClient]
) -> list[Stop]:
    """A day's worth of rows, and every page that shows them."""
    desk = Desk(session, cast, town, settings)
    long = "оченьдлинноесловобезпробелов" * 4
    late = desk.add(f"Яма на дороге у дома 5 по улице Ленина {long}", ago=140, author_name=long, address="Ленина, 5")
    theirs, done = desk.give(desk.add("Сугроб во дворе", ago=100)), desk.add("Не горит фонарь", ago=50)
    answering.submit(session, theirs, cast.dmitry, "Двор уберут 15 ноября.", now=desk.now, seen=None)
    gate.act(session, late, Act.NOTE, cast.anna.actor, now=desk.now, reason="Позвонить дорожникам")
    session.commit()
    desk.answer(done)
    found = list(stops(app, session, clients))
    session.rollback()
    assert len(found) > 40
    return found


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize("login", LOGINS.values())
def test_every_page_is_accessible_in_both_themes_at_320_px_and_at_double_size(
    new_context: Callable[..., BrowserContext],
    address: str,
    walk: list[Stop],
    clients: dict[str, FlaskClient],
    login: str,
) -> None:
    found: list[str] = []
    page = _page_of(new_context, address, clients[login], found)
    for stop in walk:
        if stop.login == login:
            page.goto(address + stop.path)
            found += [f"{stop.path}: {each}" for each in _complaints(page)]
    assert not found, "\n".join(found)


def test_every_form_works_without_scripts_and_nothing_is_fetched_from_elsewhere(
    walk: list[Stop], clients: dict[str, FlaskClient]
) -> None:
    found: list[str] = []
    for stop in walk:
        text = clients[stop.login].get(stop.path).text
        found += [f"{stop.path}: {each}" for each in Reader.complaints(text)]
        assert len(text.encode()) < 200_000, stop.path
    assert not found, "\n".join(found)


def _page_of(new_context: Callable[..., BrowserContext], address: str, client: FlaskClient, found: list[str]) -> Page:
    context = new_context(color_scheme="light")
    cookie = client.get_cookie("incidents")
    assert cookie
    context.add_cookies([{"name": "incidents", "value": cookie.value, "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda line: found.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    return page


def _complaints(page: Page) -> list[str]:
    # Everything once by day; by night only the colours differ.
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1366, "height": 768})
    broken = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.emulate_media(color_scheme="dark")
    broken += (
        Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]}).response["violations"]
    )
    told = [f"{each['id']} {[node['target'] for node in each['nodes']][:3]}" for each in broken]
    page.keyboard.press("Tab")
    told += [f"focus unseen: {each}" for each in page.evaluate(UNSEEN)]
    for width, height in ((683, 384), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        told += [f"wider than {width} px: {each}" for each in page.evaluate(SIDEWAYS)]
    return told


class Reader(HTMLParser):
    """What a page without scripts and without other hosts stands on."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.ids: Counter[str] = Counter()
        self.forms: list[dict[str, str | None]] = []
        self.sent: set[int] = set()
        self.tokens: set[int] = set()
        self.named: dict[str, int] = {}
        self.inside: int | None = None

    @classmethod
    def complaints(cls, text: str) -> list[str]:
        reader = cls()
        reader.feed(text)
        for at, form in enumerate(reader.forms):
            what = form.get("action") or form.get("id") or ""
            if form.get("method") == "post" and at not in reader.tokens:
                reader.told.append(f"no token in the form {what}")
            if at not in reader.sent and form.get("role") != "search":
                reader.told.append(f"nothing sends the form {what}")
        return reader.told + [f"the id {name} twice" for name, count in reader.ids.items() if count > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids[given["id"] or ""] += 1
        if tag == "form":
            self.forms.append(given)
            self.inside = len(self.forms) - 1
            self.named[given.get("id") or ""] = self.inside
        form = self.named.get(given["form"] or "") if given.get("form") else self.inside
        if form is not None and tag in ("button", "input") and given.get("type") in ("submit", None, "image"):
            self.sent.add(form) if tag == "button" or given.get("type") else None
        if form is not None and given.get("name") == "csrf_token":
            self.tokens.add(form)
        if tag in ("link", "script", "img", "use", "source", "iframe"):
            where = given.get("href") or given.get("src") or ""
            if not re.match(r"/(?!/)|#|data:image/", where):
                self.told.append(f"<{tag}> fetches {where}")
        if tag == "a" and re.match(r"javascript:", given.get("href") or ""):
            self.told.append("a link that only scripts follow")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
