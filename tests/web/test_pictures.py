"""The pictures of the docs: made here of the demonstration's town, so that they show the program as it is.

`./manage pictures` writes them into docs/pictures from the whole history; every run of the tests makes them of a small
town, and looks that the docs name no picture that nobody makes.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page

from incidents.demo import arrivals, history, replies, townsfolk
from incidents.demo.founding import OPENED_AT
from incidents.flow import founding as town
from incidents.flow import leading
from incidents.records.database import make_sessions, open_engine
from incidents.settings import Settings
from incidents.web.system import JOBS
from tests.web import picture_day
from tests.web.conftest import opened
from tests.web.picture_day import Day

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DOCS = Path(__file__).parents[2] / "docs"
README = DOCS.parent / "README.md"
#: Where the pictures go when they are wanted; a test run keeps them to itself.
WANTED = os.environ.get("PICTURES", "")
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
#: Who looks, and at what: name of the picture -> address; {card} and the others are filled by the day.
PICTURES = {
    "anna": {
        "queue": "/queue",
        "queue-dark": "/queue",
        "keys": "/queue",
        "palette": "/queue",
        "card": "/appeals/{card}",
        "approvals": "/approvals",
        "line": "/registration?line=1",
        "registration": "/registration",
        "shift": "/shift",
        "promises": "/promises",
        "templates": "/templates",
        "search": "/search?q=снег",
        # The first appeal of the history: answered long ago, and still accounted for to the second.
        "passport": "/appeals/1/passport",
    },
    "boris": {"department": "/department", "department-phone": "/department", "notices": "/notices"},
    "galina": {"now": "/board", "period": "/period", "control": "/control", "years": "/years"},
    "elena": {
        "system": "/system",
        "departments": "/departments",
        "people": "/people",
        "topics": "/topics",
        "journal": "/journal",
        "wizard": "/start/people",
    },
    "": {"wall": "/wall?token={wall}"},
}
NAMES = {name for theirs in PICTURES.values() for name in theirs}
PASSWORD = "picture-of-a-town"
WORKER = "gorod:worker@1"
#: A picture in the docs is read, not framed.
HEAVIEST = 120_000


def _type_words(page: Page) -> None:
    page.keyboard.press("Control+KeyK")
    page.locator("#palette input").fill("снег")
    page.locator("#palette-list [role=option]").nth(3).wait_for()


def _hear_a_call(page: Page) -> None:
    page.get_by_label("Звонок").check()
    page.locator("textarea[name=text]").fill("Снег во дворе дома 12 по улице Дзержинского не чистят пятый день.")
    page.get_by_text("Похоже на тему").wait_for()


def _hear_a_line(page: Page) -> None:
    page.get_by_label("Название линии").fill("Прямая линия главы города")
    page.locator("textarea[name=text]").fill("Когда почистят снег на дороге у дома 22 по Московскому проспекту?")
    page.get_by_text("Похоже на тему").wait_for()


def _enter_people(page: Page) -> None:
    page.locator("textarea[name=text]").fill(
        "login;name;role;department\nolga;Ольга Ким;press;\nboris;Борис Ершов;head;housing\ndmitry;Дмитрий Лапин;responder;housing\n"
        "vera;Вера Назарова;head;roads\npavel;Павел Громов;responder;roads\ngalina;Галина Мельник;manager;"
    )


#: What is done on a page before it is taken.
BEFORE: dict[str, Callable[[Page], None]] = {
    "palette": _type_words,
    "keys": lambda page: page.keyboard.press("Shift+Slash"),
    "registration": _hear_a_call,
    "line": _hear_a_line,
    "wizard": _enter_people,
}


@pytest.fixture
def app(settings: Settings, days: list[Day]) -> Iterator[Flask]:
    """The demonstration's town, whole for the docs and small for the tests, in the middle of a day."""
    engine = open_engine(settings.database_url)
    sessions = make_sessions(engine, settings.town)
    with sessions() as session:
        town.found(session, now=OPENED_AT)
        passwords = dict.fromkeys([member.login for member in townsfolk.PRINTED], PASSWORD)
        townsfolk.settle(session, passwords, now=OPENED_AT)
        replies.write(session, now=OPENED_AT)
        picture_day.connect(session, settings, now=OPENED_AT)
        session.commit()
    years, a_day = (arrivals.YEARS, arrivals.A_DAY) if WANTED else ({2022: 60, 2023: 80}, 4)
    history.make(sessions, settings, now=datetime.now(UTC), years=years, a_day=a_day)
    with sessions() as session:
        days.append(picture_day.live(session, settings, now=datetime.now(UTC)))
        # A town with a living worker: its silence has a line of its own on every page.
        leading.lead(session, WORKER)
        for job in ("worker", *JOBS):
            leading.beat(session, WORKER, job)
        session.commit()
    engine.dispose()
    yield from opened(settings)


@pytest.fixture
def days() -> list[Day]:
    """The day that the town is in, once it is made."""
    return []


def test_the_pictures_are_made_of_the_program_as_it_is(address: str, page: Page, days: list[Day]) -> None:
    folder = Path(WANTED)
    if WANTED:
        folder.mkdir(parents=True, exist_ok=True)
    for login, theirs in PICTURES.items():
        page.context.clear_cookies()
        if login:
            page.goto(f"{address}/sign-in")
            page.locator("input[name=login]").fill(login)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main button[type=submit]").first.click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        for name, path in theirs.items():
            page.set_viewport_size(PHONE if name.endswith("-phone") else DESK)  # type: ignore[arg-type]
            page.emulate_media(color_scheme="dark" if name.endswith("-dark") else "light")
            answer = page.goto(address + path.format(card=days[0].card, wall=days[0].wall))
            assert answer is not None
            assert answer.status == 200, name
            if name in BEFORE:
                BEFORE[name](page)
            picture = page.screenshot(animations="disabled")
            assert len(picture) > 8_000, name
            if WANTED:
                (folder / f"{name}.png").write_bytes(_shrunk(picture, name))


def _shrunk(picture: bytes, name: str) -> bytes:
    """The same picture in as many colours as the weight allows: our pages have few, and the eye misses none."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= HEAVIEST:
            break
    assert small.tell() <= HEAVIEST, name
    return small.getvalue()


def test_the_docs_show_only_pictures_that_are_made_here() -> None:
    shown = {
        match
        for file in [README, *DOCS.glob("*.md")]
        for match in re.findall(r"pictures/([\w-]+)\.png", file.read_text())
    }
    assert shown <= NAMES
    assert all((DOCS / "pictures" / f"{name}.png").exists() for name in shown)
