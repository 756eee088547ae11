"""The figures of a page and the lists behind them: what stands on a door must lie behind it."""

import re

from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.web.conftest import PASSWORD

_DOOR = re.compile(
    r'<a [^>]*href="((?:/queue|/board/today|/period/list|/years/\d+/backlog)[^"]*)"[^>]*>(.*?)</a>', re.DOTALL
)
_WORDS = re.compile(r"<span.*?</span>|<[^>]*>", re.DOTALL)
_COUNT = re.compile(r'<span class="n">([\d\s]+)|<p class="pulse mb-0"><span>([\d\s]+) обращ')


def doors(page: str) -> dict[str, int]:
    """Every link of a page to a list whose words are a whole number: address -> number."""
    body = page[page.index('<div class="body">') :]
    found = {}
    for href, inside in _DOOR.findall(body):
        words = "".join(_WORDS.sub("", inside).split())
        if words.isdecimal():
            found[href.replace("&amp;", "&")] = int(words)
    return found


def behind(client: FlaskClient, href: str) -> int:
    """How many appeals a list says it holds: the counts over its groups together."""
    answer = client.get(href)
    assert answer.status_code == 200, href
    return sum(int("".join((one or other).split())) for one, other in _COUNT.findall(answer.text))


def come_in(page: Page, address: str, path: str) -> None:
    """Galina, the manager, signs in on her way to a page."""
    page.goto(f"{address}/sign-in?next={path}")
    page.fill("#login", "galina")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{path}")
