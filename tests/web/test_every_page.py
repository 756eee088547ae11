"""Every page of the program, with all that unfolds on it and with what it says to a wrong form: without violations of
accessibility in both themes, at 320 px and at 200 % zoom, with a focus that is seen; and without scripts, with forms that
work and nothing fetched from elsewhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update
from sqlalchemy.orm import Session

from incidents.flow import answering, gate, overdue, routing, templating
from incidents.flow.templating import Owner
from incidents.records.people import Person
from incidents.rules.acts import Act
from incidents.settings import Settings
from incidents.web import current, drawing
from tests.cast import PASSWORD, Cast, Town
from tests.web.conftest import Enter
from tests.web.desks import Desk
from tests.web.everywhere import LOGINS, STRANGER, Stop, stops
from tests.web.reader import Reader

#: Every rule, and the one of WCAG 2.2 that has to be asked for: nothing to be hit is smaller than 24 px.
BY_DAY = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
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
#: What is new in every answer: the tokens of its forms, and the keys it offers.
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<="X-CSRFToken": ")[^"]+|[0-9a-f]{16,}')
#: A question is a dialog within; a summary alone hides it.
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
#: Pages of one form that refuses to be empty.
REFUSED = re.compile(
    r"^/(departments|people|tokens|topics|templates|norms)/new$|^/(registration|profile/password|sign-in)$"
)
#: Where the focus stands then: the summary of a long form, the first wrong field of a short one.
WRONG = "[data-takes-focus], .is-invalid"
SEND_EMPTY = """() => {
    const form = document.querySelector("main form[method=post] .field").closest("form");
    form.noValidate = true;
    [...form.elements].filter((each) => each.matches("input:not([type=hidden], [type=radio], [type=checkbox]), textarea")).forEach((each) => { each.value = ""; });
    form.requestSubmit();
}"""
#: What makes the page scroll sideways: the innermost elements that reach over its edge and are cut off by nothing.
SIDEWAYS = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility() && !each.closest(".scroll, .views"))
    .filter((each) => ![...each.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1))
    .map((each) => each.outerHTML.slice(0, 90)).slice(0, 3)"""


Walk = Callable[..., list[Stop]]


@pytest.fixture
def clients(app: Flask, enter: Enter, cast: Cast) -> dict[str, FlaskClient]:
    return {login: enter(login, PASSWORD) for login in LOGINS.values()} | {STRANGER: app.test_client()}


@pytest.fixture
def walk(
    app: Flask, session: Session, cast: Cast, town: Town, settings: Settings, clients: dict[str, FlaskClient]
) -> Walk:
    """A day's worth of rows, and every page of some people that shows them."""
    desk = Desk(session, cast, town, settings)
    long = "оченьдлинноесловобезпробелов" * 4
    late = desk.add(f"Яма на дороге у дома 5 по улице Ленина {long}", ago=140, author_name=long, address="Ленина, 5")
    theirs, done = desk.give(desk.add("Сугроб во дворе", ago=100)), desk.add("Не горит фонарь", ago=50)
    answering.submit(session, theirs, cast.dmitry, "Двор уберут 15 ноября.", now=desk.now, seen=None)
    gate.act(session, late, Act.NOTE, cast.anna.actor, now=desk.now, reason="Позвонить дорожникам")
    routing.take(session, done, cast.anna, now=desk.now)
    answering.submit(session, done, cast.anna, "Фонарь починят до конца недели.", now=desk.now, seen=None)
    session.commit()
    desk.answer(done)
    templating.add(session, cast.anna, "Приняли", "{имя}, спасибо.", Owner(), now=desk.now)
    overdue.raise_alarms(session, now=desk.now)
    session.commit()

    def of(*logins: str) -> list[Stop]:
        found = list(stops(app, session, clients, logins))
        session.rollback()
        return found

    return of


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize("login", [*LOGINS.values(), STRANGER])
def test_every_page_is_accessible_in_both_themes_at_320_px_and_at_double_size(
    new_context: Callable[..., BrowserContext],
    address: str,
    walk: Walk,
    clients: dict[str, FlaskClient],
    login: str,
) -> None:
    found: list[str] = []
    page = _page_of(new_context, address, clients[login], found)
    for stop in walk(login):
        page.goto(address + stop.path)
        found += [f"{stop.path}: {each}" for each in _complaints(page)]
        if REFUSED.search(stop.path):
            page.goto(address + stop.path)
            found += [f"{stop.path}, refused: {each}" for each in _complaints_refused(page)]
    assert not found, "\n".join(found)


def test_every_form_works_without_scripts_and_nothing_is_fetched_from_elsewhere(
    walk: Walk, clients: dict[str, FlaskClient]
) -> None:
    found, everything = list[str](), walk(*LOGINS.values(), STRANGER)
    assert len(everything) > 80
    for stop in everything:
        text = clients[stop.login].get(stop.path).text
        found += [f"{stop.path}: {each}" for each in Reader.complaints(text)]
        assert len(text.encode()) < 200_000, stop.path
    assert not found, "\n".join(found)


def test_a_page_after_everybody_elses_is_the_page_drawn_alone(
    app: Flask, walk: Walk, clients: dict[str, FlaskClient], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn once (`web.drawing`) was drawn for somebody else, in another language: nothing of it may be met here."""
    [once] = [each for each in app.jinja_env.extensions.values() if isinstance(each, drawing.Once)]
    everything, now = walk(*LOGINS.values(), STRANGER), datetime.now(UTC)
    monkeypatch.setattr(current, "now", lambda: now)

    def looks(stop: Stop) -> str:
        return TOKEN.sub("", clients[stop.login].get(stop.path).text)

    for language in ("ru", "en"):
        session.execute(update(Person).values(language=language))
        session.commit()
        for stop in everything:
            looks(stop)
    after = [looks(stop) for stop in everything]
    found = []
    for stop, text in zip(everything, after, strict=True):
        once.forget()
        alone = looks(stop)
        lines = zip(alone.splitlines(), text.splitlines(), strict=False)
        found += [f"{stop}: {mine} | {theirs}" for mine, theirs in lines if mine != theirs]
    assert not found, "\n".join(found)


def _page_of(new_context: Callable[..., BrowserContext], address: str, client: FlaskClient, found: list[str]) -> Page:
    context = new_context(color_scheme="light")
    if cookie := client.get_cookie("incidents"):
        context.add_cookies([{"name": "incidents", "value": cookie.value, "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    # A page that says 404, 403 or 422 is one of those that are walked.
    page.on(
        "console",
        lambda line: (
            found.append(f"{page.url}: {line.text}")
            if line.type == "error" and "the server responded with a status of 4" not in line.text
            else None
        ),
    )
    return page


def _complaints(page: Page) -> list[str]:
    # Everything once by day; by night only the colours differ. What is folded is unfolded: nothing hides from the look.
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate(UNFOLD)
    broken = Axe().run(page, options=BY_DAY).response["violations"]
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


def _complaints_refused(page: Page) -> list[str]:
    """What the form of the page says when nothing was filled in: the focus on the summary, each field with its error."""
    page.evaluate(SEND_EMPTY)
    page.locator(WRONG).first.wait_for()
    told = [] if page.evaluate(f"document.activeElement.matches('{WRONG}')") else ["the focus is elsewhere"]
    return told + _complaints(page)
