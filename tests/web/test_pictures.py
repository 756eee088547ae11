"""The pictures of the docs: made here of the demonstration's town, so that they show the program as it is.

`./manage pictures` writes them into docs/pictures from the whole history; every run of the tests makes them of a small
town, and looks that the docs name no picture that nobody makes.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from incidents.demo import arrivals, history, townsfolk
from incidents.demo.founding import OPENED_AT
from incidents.flow import founding as town
from incidents.flow import leading
from incidents.records.database import make_sessions, open_engine
from incidents.settings import Settings
from tests.web.conftest import opened

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DOCS = Path(__file__).parents[2] / "docs"
README = DOCS.parent / "README.md"
#: Where the pictures go when they are wanted; a test run keeps them to itself.
WANTED = os.environ.get("PICTURES", "")
PICTURES = {
    "queue": ("anna", "/queue"),
    "years": ("galina", "/years"),
    "now": ("galina", "/board"),
    # The first appeal of the history: answered long ago, and still accounted for to the second.
    "passport": ("anna", "/appeals/1/passport"),
}
PASSWORD = "picture-of-a-town"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The demonstration's town, whole for the docs and small for the tests."""
    engine = open_engine(settings.database_url)
    sessions = make_sessions(engine, settings.town)
    with sessions() as session:
        town.found(session, now=OPENED_AT)
        passwords = dict.fromkeys([member.login for member in townsfolk.PRINTED], PASSWORD)
        townsfolk.settle(session, passwords, now=OPENED_AT)
        session.commit()
    years, a_day = (arrivals.YEARS, arrivals.A_DAY) if WANTED else ({2022: 60, 2023: 80}, 4)
    history.make(sessions, settings, now=datetime.now(UTC), years=years, a_day=a_day)
    with sessions() as session:
        # A town with a living worker: its silence has a line of its own on every page.
        leading.beat(session, "pictures", "worker")
        session.commit()
    engine.dispose()
    yield from opened(settings)


def test_the_pictures_are_made_of_the_program_as_it_is(address: str, page: Page, tmp_path: Path) -> None:
    folder = Path(WANTED) if WANTED else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, (login, path) in PICTURES.items():
        page.context.clear_cookies()
        page.goto(f"{address}/sign-in")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.status == 200
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000


def test_the_docs_show_only_pictures_that_are_made_here() -> None:
    shown = {
        match
        for file in [README, *DOCS.glob("*.md")]
        for match in re.findall(r"pictures/([\w-]+)\.png", file.read_text())
    }
    assert shown <= set(PICTURES)
    assert all((DOCS / "pictures" / f"{name}.png").exists() for name in shown)
