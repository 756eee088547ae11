"""What the check finds stands beside each text that waits; the keys of the page decide about the text that has the focus."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from incidents.rules.acts import Status
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import anew, arrive, lying_with
from tests.web.conftest import PASSWORD, Enter
from tests.web.test_appeal_in_browser import NewContext, come_in
from tests.web.test_approvals import four_eyes, hand_in, settings

__all__ = ["four_eyes", "settings"]  # the same town


def test_what_the_check_finds_stands_beside_each_text_and_what_forbids_stops_the_button(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    fine = hand_in(session, cast, settings, ago=5, text="Здравствуйте! Гололёд у школы убран сегодня.")
    private = hand_in(session, cast, settings, ago=90, text="Звоните Ивану: +7 914 555-12-34.")
    page = enter("anna").get("/approvals").text
    first, second = (
        page[page.index(f'id="a{private.number}"') : page.index(f'id="a{fine.number}"')],
        page[page.index(f'id="a{fine.number}"') :],
    )
    assert "Мешает проверка" in first
    assert "<mark>+7 914 555-12-34</mark>" in first
    assert "disabled" in first
    assert "Мешает проверка" not in second
    assert "disabled" not in second


@pytest.mark.browser
def test_keys_go_from_text_to_text_and_decide_about_the_one_that_has_the_focus(
    session: Session, cast: Cast, town: Town, settings: Settings, new_context: NewContext, address: str
) -> None:
    first = hand_in(session, cast, settings, ago=90, text="Здравствуйте! Гололёд у школы подсыпали.")
    second = hand_in(session, cast, settings, ago=50, text="Здравствуйте! Гололёд убран.")
    third = hand_in(session, cast, settings, ago=5, text="Здравствуйте! Гололёд у сада убран.")
    page = come_in(new_context().new_page(), address, "anna")
    page.goto(f"{address}/approvals")
    page.keyboard.press("j")
    expect(page.locator(f"#a{first.number}")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("a")
    # The text after the one that was approved takes the focus.
    expect(page.locator(f"#a{third.number}")).to_be_focused()
    assert anew(second).status is Status.PUBLISHING
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.locator(f"#reason{first.number}").fill("Когда подсыпали?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#a{first.number}")).to_have_count(0)
    assert (anew(first).status, anew(third).status) == (Status.IN_PROGRESS, Status.ON_APPROVAL)


@pytest.mark.browser
def test_from_a_mails_link_on_a_phone_one_signs_in_and_decides_with_one_more_tap(
    session: Session, cast: Cast, town: Town, settings: Settings, new_context: NewContext, address: str
) -> None:
    theirs = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    page = new_context(has_touch=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/appeals/{theirs.number}")
    page.fill("#login", "dmitry")
    page.fill("#password", PASSWORD)
    page.locator("main button.btn-primary").tap()
    page.wait_for_url(f"**/appeals/{theirs.number}")
    take, not_ours = page.get_by_role("button", name="Наше, беру"), page.locator(".phone-acts summary")
    for seen in (page.get_by_text("сугробы по пояс").first, page.get_by_text("вашему отделу").first, take, not_ours):
        expect(seen).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    take.tap()
    expect(page.locator(".phone-acts").get_by_text("К ответу")).to_be_visible()
    assert (anew(theirs).status, theirs.assignee_id) == (Status.IN_PROGRESS, cast.dmitry.id)
