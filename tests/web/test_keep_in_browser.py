"""What only a browser shows of typed words: they survive a lost connection, a reload and the end of a session."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import accounts
from incidents.records.people import Person
from incidents.rules.acts import Role
from tests.cast import NOW
from tests.web.conftest import PASSWORD, AddPerson

pytestmark = pytest.mark.browser


def test_typed_words_survive_a_lost_connection_a_reload_and_the_end_of_a_session(
    page: Page, address: str, app: Flask, add_person: AddPerson, sessions: sessionmaker[Session]
) -> None:
    anna = add_person("anna", Role.PRESS)

    def come_in() -> None:
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")

    page.goto(f"{address}/sign-in?next=/shift")
    come_in()
    field = page.locator("main textarea").first
    field.press_sequentially("Две недели не вывозят мусор")
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    line = page.locator("#lines")
    expect(line).to_contain_text("Нет связи")
    send = page.locator("main form[method=post] button[type=submit]").last
    send.click()
    expect(line).to_be_focused()
    assert page.url.endswith("/shift")
    page.context.set_offline(False)
    expect(line).to_contain_text("Связь вернулась")
    page.reload()
    expect(field).to_have_value("Две недели не вывозят мусор")
    page.locator(".kept-line button").click()
    expect(field).to_have_value("")
    field.press_sequentially("Две недели не вывозят мусор")
    with sessions() as session:
        accounts.sign_out_everywhere(session, session.get_one(Person, anna.id), now=NOW)
        session.commit()
    with page.expect_navigation():
        send.click()
    expect(page.locator("main")).to_contain_text("Написанное сохранено")
    come_in()
    expect(page.locator(".kept-words")).to_have_text("Две недели не вывозят мусор")
    # A slow answer: the button says so and keeps its width, then a line says that the text is safe.
    page.clock.install()
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    button = page.locator("main form[method=post] button[type=submit]").last
    width = button.evaluate("each => each.offsetWidth")
    button.click()
    page.clock.run_for(400)
    expect(button).to_have_text("Отправляем…")
    assert button.evaluate("each => each.offsetWidth") >= width
    page.clock.run_for(8_000)
    expect(line).to_contain_text("Связь медленная")
