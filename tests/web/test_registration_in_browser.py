"""A hot line by keyboard only: ten questions in a row, a connection that is lost in the middle, a slip that is taken back."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from tests.cast import Cast, Town
from tests.web.conftest import look_over
from tests.web.test_appeal_in_browser import come_in

pytestmark = pytest.mark.browser


class Keys:
    """Nothing but keys; what is typed as words counts as one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def write(self, words: str) -> None:
        self.page.keyboard.insert_text(words)
        self.count += 1


def test_ten_questions_of_a_hot_line_are_entered_by_keyboard_and_a_lost_connection_loses_nothing(
    page: Page, address: str, session: Session, cast: Cast, town: Town
) -> None:
    come_in(page, address, "anna")
    page.goto(f"{address}/registration?line=1")
    keys = Keys(page)
    text, who = page.locator("#text"), page.locator("#author_name")
    expect(text).to_be_focused()
    expect(page.locator("#link")).to_be_hidden()
    look_over(page)
    page.locator("#line_name").focus()
    keys.write("Прямая линия главы")
    text.focus()
    counts = []
    for number in range(1, 11):
        before = keys.count
        expect(text).to_be_focused()
        keys.write(f"Вопрос {number}: снег во дворе, сугроб у подъезда {number}")
        keys.press("Tab")
        expect(who).to_be_focused()
        keys.write(f"Мария {number}")
        keys.press("Tab")
        keys.write(f"891412345{number:02}")
        if number == 5:
            page.context.set_offline(True)
            keys.press("Control+Enter")
            expect(page.locator("#kept")).to_contain_text("Нет связи: текст сохранён")
            page.context.set_offline(False)
        keys.press("Control+Enter")
        expect(page.locator("#entered-title")).to_have_text(f"Только что введены: {number}")
        expect(page.locator("#line_name")).to_have_value("Прямая линия главы")
        expect(text).to_have_value("")
        counts.append(keys.count - before)
    assert counts == [6, 6, 6, 6, 7, 6, 6, 6, 6, 6]
    look_over(page)
    # A slip: U, out of the field, takes the last one back, and its words stand in the form again.
    page.locator("main").focus()
    keys.press("KeyU")
    expect(text).to_have_value("Вопрос 10: снег во дворе, сугроб у подъезда 10")
    expect(page.locator("#phone")).to_have_value("+79141234510")
    appeals = session.scalars(select(Appeal).order_by(Appeal.number)).all()
    assert [each.status for each in appeals[-2:]] == [
        Status.ASSIGNED if appeals[-2].department_id else Status.NEW,
        Status.REJECTED,
    ]
    assert {each.kind for each in appeals} == {Kind.HOT_LINE}
    session.commit()


def test_what_is_known_fills_the_form_at_a_click_and_what_was_typed_outlives_a_lost_session(
    page: Page, address: str, session: Session, cast: Cast, town: Town
) -> None:
    come_in(page, address, "anna")
    page.goto(f"{address}/registration?channel=call")
    page.fill("#text", "Снег во дворе не убран, сугроб")
    page.get_by_role("button", name="Снег во дворах").click()
    expect(page.locator("#topic")).to_have_value(str(town.snow.id))
    expect(page.locator("#topic")).to_be_focused()
    page.fill("#author_name", "Марина")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sign-in**")
    come_in(page, address, "anna")
    page.goto(f"{address}/registration?channel=call")
    expect(page.locator("#text")).to_have_value("Снег во дворе не убран, сугроб")
    expect(page.locator("#author_name")).to_have_value("Марина")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#entered-title")).to_have_text("Только что введены: 1")
    expect(page.locator("#text")).to_have_value("")
    look_over(page)
