"""An answer is typed while the connection goes, the session ends and a colleague writes too: nothing of it is lost."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import accounts, answering
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.days.coming_in import PATIENCE, come_in, sign_in
from tests.web.cards import arrive

pytestmark = pytest.mark.browser


def saved_text(session: Session, appeal: Appeal) -> str | None:
    query = select(Answer.text).where(Answer.appeal_number == appeal.number)
    found = session.scalars(query).one_or_none()
    session.commit()
    return found


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return arrive(session, town, settings)


def test_what_is_typed_without_a_connection_is_saved_when_it_returns(
    context: BrowserContext, page: Page, address: str, session: Session, appeal: Appeal
) -> None:
    come_in(page, address, "anna", f"/appeals/{appeal.number}")
    field, draft, line = page.locator("#text"), page.locator("#draft"), page.locator("#lines")
    field.press_sequentially("Ирина, здравствуйте!")
    expect(draft).to_contain_text("Черновик сохранён в", timeout=PATIENCE)
    context.set_offline(True)
    field.press_sequentially(" Снег уберём")
    expect(line).to_contain_text("Нет связи")
    expect(draft).to_contain_text("текст сохранён в браузере", timeout=PATIENCE)
    # Publishing waits too, and the page stays where it is.
    page.keyboard.press("Control+Enter")
    expect(line).to_be_focused()
    assert saved_text(session, appeal) == "Ирина, здравствуйте!"
    field.press_sequentially(" сегодня.")
    context.set_offline(False)
    expect(line).to_contain_text("Связь вернулась")
    expect(draft).to_contain_text("Черновик сохранён в", timeout=PATIENCE)
    expect(field).to_have_value("Ирина, здравствуйте! Снег уберём сегодня.")
    assert saved_text(session, appeal) == "Ирина, здравствуйте! Снег уберём сегодня."


def test_what_is_typed_when_the_session_ends_or_the_page_goes_is_there_again_and_saved(
    page: Page, address: str, session: Session, cast: Cast, appeal: Appeal
) -> None:
    come_in(page, address, "anna", f"/appeals/{appeal.number}")
    field, draft = page.locator("#text"), page.locator("#draft")
    accounts.sign_out_everywhere(session, cast.anna, now=datetime.now(UTC))
    session.commit()
    field.press_sequentially("Ирина, снег уберём сегодня.")
    # The draft would save itself: the program asks who is there, and leads back to the card.
    page.wait_for_url(lambda url: "/sign-in" in url)
    sign_in(page, "anna")
    expect(page).to_have_url(f"{address}/appeals/{appeal.number}")
    expect(field).to_have_value("Ирина, снег уберём сегодня.")
    expect(draft).to_contain_text("Черновик сохранён в", timeout=PATIENCE)
    assert saved_text(session, appeal) == "Ирина, снег уберём сегодня."

    # The lid is closed before anything could be saved.
    page.route("**/answer", lambda route: route.abort())
    field.press("Control+End")
    field.press_sequentially(" К шести.")
    expect(draft).to_contain_text("текст сохранён в браузере", timeout=PATIENCE)
    page.unroute("**/answer")
    page.reload()
    expect(field).to_have_value("Ирина, снег уберём сегодня. К шести.")
    expect(draft).to_contain_text("Черновик сохранён в", timeout=PATIENCE)
    assert saved_text(session, appeal) == "Ирина, снег уберём сегодня. К шести."
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kept:'))") == []


def test_two_tabs_of_one_card_agree_and_a_colleague_shows_as_a_line(
    context: BrowserContext, page: Page, address: str, session: Session, cast: Cast, appeal: Appeal
) -> None:
    come_in(page, address, "anna", f"/appeals/{appeal.number}")
    other = context.new_page()
    other.goto(f"{address}/appeals/{appeal.number}")
    page.locator("#text").press_sequentially("Из первого окна.")
    expect(page.locator("#draft")).to_contain_text("Черновик сохранён в", timeout=PATIENCE)
    # The second window knew nothing of it: it shows both wordings and goes over neither.
    other.bring_to_front()
    other.locator("#text").press_sequentially("Из второго окна.")
    conflict = other.locator(".conflict")
    expect(conflict).to_contain_text("Из первого окна.", timeout=PATIENCE)
    expect(other.locator("#text")).to_have_value("Из второго окна.")
    assert saved_text(session, appeal) == "Из первого окна."
    other.get_by_role("button", name="Взять тот текст").click()
    expect(other.locator("#text")).to_have_value("Из первого окна.")

    written = session.scalars(select(Answer).where(Answer.appeal_number == appeal.number)).one()
    answering.save(session, appeal, cast.zoya, "А это написала Зоя.", now=datetime.now(UTC), seen=written.version)
    session.commit()
    page.bring_to_front()
    page.locator("#text").focus()
    line = page.locator("#draft-line")
    expect(line).to_contain_text("Зоя", timeout=PATIENCE)
    # Only a line: the field, its text and the focus stay.
    expect(page.locator("#text")).to_have_value("Из первого окна.")
    expect(page.locator("#text")).to_be_focused()
