"""A norm is looked at before it is enacted, and ended with a reason: on the page, refused or done, and in a real browser."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from incidents.flow import approving
from incidents.rules.norms import Kind
from incidents.settings import Settings
from tests.cast import PASSWORD, Cast, Town, here
from tests.flow.deliveries import register
from tests.web.conftest import Enter, look_over, send
from tests.web.test_norms import NORM, TODAY, Sessions, enact, rows


def test_a_norm_is_shown_on_the_last_ninety_days_before_it_is_enacted(
    enter: Enter, town: Town, cast: Cast, settings: Settings, session: Session, sessions: Sessions
) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    numbers = []
    for minutes in (30, 90, 150):
        appeal = register(session, settings, received_at=at, posted_at=at)
        link, by = f"https://vk.com/wall-1_2?reply={minutes}", here(session, cast.anna)
        shown_at = at + timedelta(minutes=minutes)
        approving.confirm_by_hand(session, appeal, by, now=datetime.now(UTC), link=link, at=shown_at)
        session.commit()
        numbers.append(appeal.number)
    before, elena = len(rows(sessions)), enter("elena")
    fields = {**NORM, "starts_at": "received", "hours": "calendar", "unit": "minutes", "term": "60"}
    page = send(elena, "/norms", page="/norms/new", **fields)
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>|\s+", " ", page.text)
    assert re.search(r"Все +3 +1 +2 ", text), text
    assert f"№ {numbers[1]}: в срок → с опозданием" in text
    assert "Меняется 1 оценка" in text
    assert len(rows(sessions)) == before
    # Another term was not looked at: it is shown, and not entered.
    seen = html.unescape(re.search(r'name="seen" value="([^"]+)"', page.text)[1])  # type: ignore[index]
    again = send(elena, "/norms", page="/norms/new", **{**fields, "term": "240"}, seen=seen)
    assert (again.status_code, len(rows(sessions))) == (200, before)
    assert "Все" in again.text
    assert send(elena, "/norms", page="/norms/new", **fields, seen=seen).status_code == 303
    assert rows(sessions)[-1].term == 60


def test_a_norm_that_fits_nothing_says_so(enter: Enter, town: Town) -> None:
    page = send(enter("elena"), "/norms", page="/norms/new", **{**NORM, "network": "max"})
    assert "Ни одно обращение этих дней" in page.text
    assert 'name="seen"' in page.text


def test_a_norm_is_ended_with_a_reason_and_not_silently_the_last_one(
    enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    row = next(each for each in rows(sessions) if each.kind is Kind.SOCIAL)
    path = f"/norms/{row.id}/end"
    assert f'href="{path}"' in elena.get("/norms").text
    assert "Назовите причину" in send(elena, path, page=path, last_day=TODAY.isoformat(), reason="").text
    asked = send(elena, path, page=path, last_day=TODAY.isoformat(), reason="новый порядок")
    assert asked.status_code == 422
    assert "ни одно не будет просрочено" in asked.text
    assert 'name="is_known"' in asked.text
    past = send(elena, path, page=path, last_day="2020-01-01", reason="порядок", is_known="y")
    assert "Норма не может закончиться в прошлом" in past.text
    done = send(elena, path, page=path, last_day=TODAY.isoformat(), reason="новый порядок", is_known="y")
    assert done.status_code == 303
    assert rows(sessions)[0].retired_on in (TODAY + timedelta(days=1), None)
    assert next(each for each in rows(sessions) if each.id == row.id).retired_on == TODAY + timedelta(days=1)
    assert f'href="{path}"' not in elena.get("/norms").text
    assert "уже закончилась" in elena.get(path).text
    assert elena.get("/norms/999/end").status_code == 404
    assert enter("anna").get(path).status_code == 403


def test_a_norm_to_come_is_taken_back(enter: Enter, town: Town, sessions: Sessions) -> None:
    elena = enter("elena")
    coming = TODAY + timedelta(days=5)
    assert enact(elena, **{**NORM, "valid_from": coming.isoformat()}).status_code == 303
    row = rows(sessions)[-1]
    path = f"/norms/{row.id}/end"
    assert 'name="last_day"' not in elena.get(path).text
    assert send(elena, path, page=path, reason="ошибка").status_code == 303
    assert rows(sessions)[-1].retired_on == coming
    page = elena.get("/norms").text
    assert "отозвана" in page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_preview_to_the_history_by_keyboard(
    page: Page, address: str, town: Town, cast: Cast, settings: Settings, session: Session, scheme: str
) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    register(session, settings, received_at=at, posted_at=at)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/sign-in?next=/norms/new")
    page.fill("#login", "elena")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/norms/new")
    page.fill("#term", "4320")
    page.fill("#note", "распоряжение № 12")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview")
    page.wait_for_function("document.activeElement.matches('[data-takes-focus]')")
    assert page.locator("section[aria-labelledby=preview] tbody tr").count() == 2
    look_over(page)
    page.get_by_role("button", name="Ввести норму").click()
    page.wait_for_url(f"{address}/norms")
    assert page.locator("text=распоряжение № 12").is_visible()
    look_over(page)
    page.locator("a:has-text('закончить')").first.click()
    page.wait_for_selector("#reason")
    look_over(page)
