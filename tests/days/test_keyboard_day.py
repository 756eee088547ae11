"""A press specialist's day without a mouse: every step is a key, and the focus is seen and never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import recording, templating
from incidents.flow.answering import Intent
from incidents.flow.templating import Owner
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.notices import Notice
from incidents.records.people import Person
from incidents.records.promises import Promise
from incidents.rules.acts import Purpose, Status
from incidents.rules.promise_clock import PromiseState
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.days.coming_in import PATIENCE, come_in, keeps_focus
from tests.web.cards import anew, arrive

pytestmark = pytest.mark.browser


@pytest.fixture
def appeals(session: Session, cast: Cast, town: Town, settings: Settings) -> list[Appeal]:
    """Two at the desk, a template that fits both, and a third whose citizen was promised something."""
    templating.add(
        session, cast.anna, "Снег во дворе", "{имя}, здравствуйте! Снег уберём сегодня.", Owner(), now=datetime.now(UTC)
    )
    yard = arrive(session, town, settings)
    park = arrive(
        session, town, settings, object_key="vk:wall-1:r8", branch="b8", author_id="8", text="Когда откроют горку?"
    )
    lamp = arrive(
        session, town, settings, object_key="vk:wall-1:r7", branch="b7", author_id="77", text="Не горит фонарь"
    )
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply=99"
    text, when = "Фонарь починим в течение недели.", datetime.now(UTC) - timedelta(minutes=5)
    interim = Intent(Purpose.INTERIM)
    recording.record(session, lamp, cast.anna, now=datetime.now(UTC), link=link, at=when, intent=interim, text=text)
    session.commit()
    return [yard, park]


def press(page: Page, *keys: str) -> None:
    """Keys one after the other; afterwards the focus is somewhere that one sees."""
    for key in keys:
        page.keyboard.press(key)
    keeps_focus(page)


def send(page: Page, key: str = "Enter") -> None:
    """Enter on a button that sends, or a key that acts; afterwards the page is there anew, and hears keys."""
    with page.expect_navigation():
        page.keyboard.press(key)


def at(page: Page, address: str, path: str) -> None:
    page.wait_for_url(address + path)
    page.wait_for_load_state()


def test_a_day_without_a_mouse(
    page: Page, address: str, session: Session, cast: Cast, appeals: list[Appeal], settings: Settings, town: Town
) -> None:
    yard, park = appeals
    come_in(page, address, "anna")
    at(page, address, "/queue")

    # The filter is a sentence of native choices.
    page.locator("select[name=status]").focus()
    keeps_focus(page)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    press(page, "j")
    expect(page.locator(f"#a{yard.number} a")).to_be_focused()
    press(page, "x")
    expect(page.locator(f"#a{yard.number} > input")).to_be_checked()
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    at(page, address, f"/appeals/{yard.number}")

    # A note that tells a colleague.
    page.locator("#note").focus()
    page.keyboard.type("@Зоя, посмотри, пожалуйста")
    press(page, "Tab", "Tab")
    send(page)
    expect(page.locator(".note-words")).to_contain_text("посмотри, пожалуйста")
    told = select(Person.login).join(Notice, Notice.person_id == Person.id)
    assert session.scalars(told).all() == ["zoya"]
    session.commit()

    # The suggestion by one key, then the template by "/" and Enter, then out.
    page.evaluate("document.activeElement.blur()")
    send(page, "y")
    expect(page.locator("#standing")).to_contain_text("Назначено")
    press(page, "r")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#templates")).to_be_visible()
    expect(page.locator("#template-choices [aria-selected=true]")).to_contain_text("Снег во дворе")
    press(page, "Enter")
    expect(page.locator("#text")).to_have_value("Ирина, здравствуйте! Снег уберём сегодня.")
    expect(page.locator("#text")).to_be_focused()
    send(page, "Control+Enter")
    expect(page.locator("#standing")).to_contain_text("Публикуется")
    query = select(Answer.state).where(Answer.appeal_number == yard.number)
    assert session.scalars(query).one() is AnswerState.APPROVED
    session.commit()
    assert anew(yard).status is Status.PUBLISHING

    finds_the_other(page, address, park, settings)
    keeps_a_promise_and_hands_over(page, address, session, cast, park)


def finds_the_other(page: Page, address: str, park: Appeal, settings: Settings) -> None:
    """By the palette, with a word in another form; the sheet of keys opens over the card and goes."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("горки")
    expect(page.locator("#palette-list")).to_contain_text(f"№ {park.number}")
    page.keyboard.press("Enter")
    at(page, address, f"/appeals/{park.number}")
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys")).to_contain_text("На согласование" if settings.four_eyes != "off" else "Опубликовать")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("t")
    keeps_focus(page)
    press(page, "ArrowDown")
    press(page, "Tab")
    send(page)
    assert anew(park).topic_id


def keeps_a_promise_and_hands_over(page: Page, address: str, session: Session, cast: Cast, park: Appeal) -> None:
    """By their letters to the ledger of promises; to the shift, which is handed over."""
    page.evaluate("document.activeElement.blur()")
    send(page, "m")
    expect(page.locator("#decide")).to_contain_text("Анна")
    page.keyboard.press("g")
    page.keyboard.press("p")
    at(page, address, "/promises")
    done = page.get_by_role("button", name="Сделано").first
    while not done.evaluate("each => each === document.activeElement"):
        press(page, "Tab")
    send(page)
    assert session.scalars(select(Promise.state)).all() == [PromiseState.KEPT]
    session.commit()
    page.goto(f"{address}/shift")
    page.locator("summary:has-text('Передать мои')").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#to")).to_be_focused()
    press(page, "ArrowDown", "Tab", "Tab")
    send(page)
    assert anew(park).assignee_id == cast.zoya.id


def test_new_rows_and_a_new_order_leave_the_focus_where_it_was(
    page: Page, address: str, session: Session, appeals: list[Appeal], town: Town, settings: Settings
) -> None:
    come_in(page, address, "anna")
    at(page, address, "/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    here = page.evaluate("document.activeElement.getAttribute('href')")
    late = arrive(
        session, town, settings, object_key="vk:wall-1:r9", branch="b9", author_id="9", text="Новое обращение"
    )
    expect(page.locator(".fresh, #fresh").first).to_contain_text("1 обращение", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.getAttribute('href')") == here
    press(page, ".")
    expect(page.locator(f"#a{late.number}")).to_be_visible()
    keeps_focus(page)
