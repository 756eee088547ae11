"""The card in a real browser: both themes, three widths, by keyboard, with a colleague beside, and without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, publishing
from incidents.networks.events import Failure
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import VK, anew, arrive, lying_with
from tests.web.conftest import PASSWORD, look_over

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
NewContext = Callable[..., BrowserContext]


def come_in(page: Page, address: str, login: str) -> Page:
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def place_of(page: Page) -> tuple[int, int]:
    """Where the text field stands before the eyes, to the pixel."""
    box = page.locator("#text").bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


def text_of(session: Session, appeal: Appeal) -> str | None:
    query = select(Answer.text).where(Answer.appeal_number == appeal.number).order_by(Answer.id.desc())
    found = session.scalars(query).first()
    session.commit()
    return found


@pytest.fixture
def fresh(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """A new appeal of two messages, with files and an author who wrote before."""
    arrive(session, town, settings, object_key="vk:wall-1:r1")
    files = ({"type": "photo", "url": "https://vk.com/p.jpg"},)
    appeal = arrive(session, town, settings, attachments=files)
    words = intake.Incoming(Network.VK, Place.COMMENT, "И на Кирова, 42 тоже!", datetime.now(UTC))
    intake.join(session, appeal, words, VK, now=datetime.now(UTC))
    session.commit()
    return appeal


@pytest.fixture
def stopped(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """An appeal whose answer the network refused."""
    now = datetime.now(UTC)
    appeal = arrive(session, town, settings, object_key="vk:wall-1:r3")
    answer = answering.save(session, appeal, cast.anna, "Ирина, уберём до 18:00.", now=now, seen=None)
    approving.approve(session, appeal, cast.anna, settings, now=now, version=1)
    session.flush()
    publishing.record(session, answer.id, Failure("operator", "vk:213", "Access denied"), now=now)
    session.commit()
    return appeal


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_context: NewContext, address: str, fresh: Appeal, stopped: Appeal, theme: str
) -> None:
    page = new_context(color_scheme=theme).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    come_in(page, address, "anna")
    for width, height in ((1366, 768), (390, 844), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        for appeal in (fresh, stopped):
            page.goto(f"{address}/appeals/{appeal.number}")
            look_over(page)
    assert complaints == []


def test_the_draft_saves_itself_and_ctrl_enter_publishes_what_is_on_the_screen(
    page: Page, address: str, session: Session, fresh: Appeal
) -> None:
    come_in(page, address, "anna").goto(f"{address}/appeals/{fresh.number}")
    page.fill("#text", "Уберём до вечера.")
    expect(page.locator("#draft")).to_contain_text("Черновик сохранён в")
    expect(page.locator("#length")).to_have_text("17 из 4 096 знаков")
    assert text_of(session, fresh) == "Уберём до вечера."
    page.locator("#text").press("End")
    page.keyboard.type(" Точно.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1 + #standing")).to_contain_text("Публикуется")
    assert text_of(session, fresh) == "Уберём до вечера. Точно."
    assert anew(fresh).status is Status.PUBLISHING


def test_keys_do_what_the_buttons_do_and_are_silent_while_typing(
    page: Page, address: str, cast: Cast, fresh: Appeal
) -> None:
    come_in(page, address, "anna").goto(f"{address}/appeals/{fresh.number}")
    page.keyboard.press("n")
    assert page.evaluate("document.querySelector('dialog:modal') !== null")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    page.keyboard.type("ny")
    expect(page.locator("#text")).to_have_value("ny")
    page.fill("#text", "")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("y")
    expect(page.locator("#standing")).to_contain_text("Назначено")
    assert anew(fresh).department_id == cast.housing.id


def test_a_colleague_s_text_shows_as_a_line_and_both_stand_side_by_side(
    page: Page, address: str, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    come_in(page, address, "boris").goto(f"{address}/appeals/{appeal.number}")
    answering.save(session, appeal, cast.dmitry, "Уберём до вечера.", now=datetime.now(UTC), seen=None)
    session.commit()
    page.fill("#text", "Уберём до ночи.")
    where = place_of(page)
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("автор — Дмитрий")
    assert place_of(page) == where
    expect(page.locator("#text")).to_have_value("Уберём до ночи.")
    look_over(page)
    page.get_by_role("button", name="Оставить мой").click()
    expect(page.locator("#draft")).to_contain_text("Черновик сохранён в")
    assert text_of(session, appeal) == "Уберём до ночи."
    page.set_viewport_size(PHONE)
    page.locator("#text").focus()
    where = place_of(page)
    answering.save(session, appeal, cast.dmitry, "Уберём к утру.", now=datetime.now(UTC), seen=2)
    session.commit()
    line = page.locator("#draft-line")
    expect(line).to_contain_text("автор — Дмитрий", timeout=20_000)
    assert place_of(page) == where
    line.get_by_role("button").click()
    page.get_by_role("button", name="Взять тот текст").click()
    expect(page.locator("#text")).to_have_value("Уберём к утру.")


def test_without_scripts_a_phone_publishes_and_nothing_dead_is_drawn(
    new_context: NewContext, address: str, session: Session, fresh: Appeal
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    come_in(page, address, "anna").goto(f"{address}/appeals/{fresh.number}")
    page.locator(".phone-acts a").first.click()
    page.fill("#text", "Уберём до вечера.")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    page.locator("button:has-text('Опубликовать')").first.click()
    page.wait_for_url(f"{address}/appeals/{fresh.number}")
    query = select(Answer.state).where(Answer.appeal_number == fresh.number)
    assert session.scalars(query).one() is AnswerState.APPROVED
    session.commit()
