"""One life in a real browser: a question, the author's reply, an interim answer, the last word, closing, opening again."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from incidents.flow import intake, publishing
from incidents.networks.events import Receipt
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.lives import enact_all_clocks
from tests.web.cards import VK, anew, arrive
from tests.web.conftest import look_over
from tests.web.test_appeal_answers import answers
from tests.web.test_appeal_in_browser import come_in

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    enact_all_clocks(session)
    return arrive(session, town, settings)


def deliver(session: Session, appeal: Appeal, number: int) -> None:
    """The network takes what lies in the outbox."""
    now = datetime.now(UTC)
    answer = answers(session, appeal)[-1]
    publishing.record(session, answer.id, Receipt(str(number), f"https://vk.com/wall-1_{number}", now), now=now)
    session.commit()


def say(page: Page, text: str, purpose: str) -> None:
    page.fill("#text", text)
    page.locator("#writer .kind", has_text=purpose).click()
    page.get_by_role("button", name="Опубликовать").first.click()
    expect(page.locator("#standing")).to_contain_text("Публикуется")


@pytest.mark.parametrize(("theme", "has_scripts"), [("dark", True), ("light", False)])
def test_from_a_question_over_an_interim_answer_to_the_end_and_back(
    new_context: NewContext, address: str, session: Session, appeal: Appeal, theme: str, has_scripts: bool
) -> None:
    page = new_context(color_scheme=theme, java_script_enabled=has_scripts).new_page()

    def look() -> None:
        # Axe is a script itself.
        if has_scripts:
            look_over(page)

    card = f"{address}/appeals/{appeal.number}"
    come_in(page, address, "anna").goto(card)
    expect(page.locator("#writer-promised")).to_be_hidden()
    say(page, "Какой дом?", "Уточнить")
    deliver(session, appeal, 1)
    page.goto(card)
    expect(page.locator("#clocks")).to_contain_text("автору задан вопрос, срок не идёт")
    look()
    now = datetime.now(UTC)
    words = intake.Incoming(Network.VK, Place.COMMENT, "Дом 40", now, posted_at=now)
    intake.follow_up(session, anew(appeal), words, VK, now=now)
    session.commit()
    page.goto(card)
    expect(page.locator(".desk-words")).to_contain_text("после нашего ответа")
    expect(page.locator("#clocks")).to_contain_text("Ответ на новое сообщение")
    say(page, "Проверим завтра.", "Промежуточный")
    deliver(session, appeal, 2)
    assert [each.purpose for each in answers(session, appeal)] == [Purpose.QUESTION, Purpose.INTERIM]
    page.goto(card)
    page.locator("#writer .kind", has_text="Отложить").click()
    expect(page.locator("#writer-promised")).to_be_visible()
    look()
    say(page, "Убрали.", "Ответ")
    deliver(session, appeal, 3)
    page.goto(card)
    page.locator("summary", has_text="Закрыть").click()
    page.get_by_label("решено", exact=True).check()
    look()
    page.get_by_role("button", name="Закрыть", exact=True).last.click()
    expect(page.locator("#standing")).to_contain_text("Закрыто")
    page.locator("summary", has_text="Открыть снова").click()
    page.fill("#reopening-reason", "Снова лежит")
    page.get_by_role("button", name="Открыть снова").last.click()
    expect(page.locator("#clocks")).to_contain_text("после открытия снова № 1")
    look()
    assert (anew(appeal).status, appeal.cycle) == (Status.IN_PROGRESS, 2)
