"""The manager's "now": true to the unit, quiet while nothing changes, and of use without scripts."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from incidents.rules.acts import Role, Status
from incidents.web import board
from tests.cast import Cast, Town
from tests.statistics.conftest import TERM, Add, add  # noqa: F401 - a fixture is found by its name
from tests.web.asking import statements
from tests.web.conftest import AddPerson, Enter, look_over
from tests.web.doors import behind, come_in, doors

MINUTE = timedelta(minutes=1)


@pytest.fixture
def busy(session: Session, cast: Cast, town: Town, add: Add) -> datetime:  # noqa: F811
    """Two late with roads, one soon due with housing, one new with nobody, seven answered a minute ago; the moment."""
    now = datetime.now(UTC)
    add(now - TERM - 14 * MINUTE, department_id=cast.roads.id, topic_id=town.potholes.id)
    add(now - TERM - 3 * MINUTE, department_id=cast.roads.id)
    add(now - TERM + 20 * MINUTE, department_id=cast.housing.id)
    add(now - MINUTE)
    add(now - 3 * MINUTE, MINUTE, status=Status.AWAITING_AUTHOR, department_id=cast.housing.id)
    for _ in range(6):
        add(now - 10 * MINUTE, 10 * MINUTE - timedelta(seconds=1), department_id=cast.roads.id, topic_id=town.snow.id)
    session.commit()
    return now


def test_what_stands_on_a_door_lies_behind_it(enter: Enter, cast: Cast, busy: datetime) -> None:
    client = enter("galina")
    found = doors(client.get("/board").text)
    asked = {
        "/queue?status=open": 5,
        "/queue?state=overdue_now": 2,
        "/queue?state=due_soon": 1,
        "/board/today/answered": 7,
        f"/queue?status=open&department={cast.roads.id}": 2,
        f"/queue?state=overdue_now&department={cast.roads.id}": 2,
        "/queue?status=open&department=none": 1,
        f"/board/today/answered?department={cast.roads.id}": 6,
    }
    assert {href: found.get(href) for href in asked} == asked
    assert any(href.startswith("/board/today/received?topic=") for href in found)
    week = f"/board/today/in_time?days=7&department={cast.roads.id}"
    assert (week in client.get("/board").text.replace("&amp;", "&"), behind(client, week)) == (True, 6)
    assert {href: behind(client, href) for href in found} == found


def test_the_board_asks_for_itself_and_hears_nothing_while_nothing_changes(
    enter: Enter,
    session: Session,
    cast: Cast,
    add: Add,  # noqa: F811
) -> None:
    client = enter("galina")
    fresh = client.get("/board/live")
    tag = fresh.get_etag()[0]
    assert (fresh.status_code, f"seen={tag}" in fresh.text) == (200, True)
    assert client.get(f"/board/live?seen={tag}").status_code == 204
    assert client.get("/board/live", headers={"If-None-Match": f'"{tag}"'}).status_code == 204
    add(datetime.now(UTC) - MINUTE)
    session.commit()
    changed = client.get(f"/board/live?seen={tag}")
    assert changed.status_code == 200
    assert changed.get_etag()[0] != tag


def test_the_sheet_holds_the_figures_of_the_page(enter: Enter, cast: Cast, busy: datetime) -> None:
    answer = enter("galina").get("/board/figures.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    figures = {row[0]: row[1] for row in book.get_sheet_by_name("Сейчас").to_python()[1:]}
    assert [figures[head] for head in ("Открыто", "Просрочено", "До 30 минут", "Ответили сегодня")] == [5, 2, 1, 7]
    assert [figures[head] for head in ("Сегодня в срок, %", "Сегодня в срок", "Из них со сроком")] == [100, 7, 7]
    lines = {row[0]: row[1:] for row in book.get_sheet_by_name("Отделы").to_python()}
    assert lines["Управление дорог"] == [2, 2, 0, 6, 100]


@pytest.mark.parametrize("who", ["anna", "boris", "dmitry", "vera", "elena"])
def test_the_board_is_the_managers(enter: Enter, cast: Cast, who: str) -> None:
    client = enter(who)
    for path in ("/board", "/board/live", "/board/today/answered", "/board/figures.xlsx"):
        assert client.get(path).status_code == 403


def test_a_quiet_town_has_a_board(enter: Enter, add_person: AddPerson) -> None:
    add_person("galina", Role.MANAGER)
    client = enter("galina")
    assert "Открытых обращений нет" in client.get("/board").text
    assert "Здесь сейчас ничего нет" in client.get("/board/today/received").text
    assert client.get("/board/today/received?topic=x").status_code == 404
    assert client.get("/board/today/lost").status_code == 404
    assert client.get("/board/today/answered?days=9").status_code == 404


def test_a_long_list_goes_on(enter: Enter, session: Session, cast: Cast, add: Add) -> None:  # noqa: F811
    now = datetime.now(UTC)
    for _ in range(60):
        add(now - timedelta(seconds=2), timedelta(seconds=1))
    session.commit()
    client = enter("galina")
    first = client.get("/board/today/answered")
    assert first.text.count('<th scope="row">') == 50
    assert "after=11" in first.text
    assert client.get("/board/today/answered?after=11").text.count('<th scope="row">') == 10


def test_the_page_asks_the_same_for_four_appeals_and_for_eighty(
    app: Flask,
    enter: Enter,
    session: Session,
    cast: Cast,
    add: Add,  # noqa: F811
    busy: datetime,
) -> None:
    client = enter("galina")
    client.get("/board")
    with statements(app) as few:
        client.get("/board")
    for number in range(80):
        add(busy - number * MINUTE, department_id=cast.roads.id)
    session.commit()
    with statements(app) as many:
        client.get("/board")
    assert len(many) == len(few) <= 8


@pytest.mark.browser
def test_new_figures_come_by_themselves_and_the_focus_stays(
    page: Page,
    address: str,
    session: Session,
    cast: Cast,
    busy: datetime,
    add: Add,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(board, "SECONDS", 1)
    come_in(page, address, "/board")
    open_now = page.locator("#board-figs .fig").nth(2)
    expect(open_now.locator("b")).to_have_text("5")
    look_over(page)
    open_now.focus()
    add(datetime.now(UTC))
    session.commit()
    expect(page.locator("#board-figs .fig").nth(2).locator("b")).to_have_text("6", timeout=10_000)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/queue?status=open"
    # What stands in the way answers with a page of its own: the figures stay, and say how old they are.
    page.route("**/board/live*", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    expect(page.locator("#live")).to_contain_text("Нет связи", timeout=10_000)
    expect(page.locator("#board-figs .fig").nth(2).locator("b")).to_have_text("6")
    page.unroute("**/board/live*")
    expect(page.locator("#live")).to_contain_text("Обновлено в", timeout=10_000)


@pytest.mark.browser
def test_the_board_is_of_use_without_scripts_on_a_phone(context: BrowserContext, address: str, busy: datetime) -> None:
    browser = context.browser
    assert browser is not None
    quiet = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="ru-RU")
    page = quiet.new_page()
    come_in(page, address, "/board")
    page.locator("#board-figs .fig--late").click()
    page.wait_for_url(f"{address}/queue?state=overdue_now")
    assert page.locator(".q-list > li").count() == 2
    quiet.close()
