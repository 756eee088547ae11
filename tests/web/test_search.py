"""The search: the page, the short answer behind the palette, and that nobody finds what he may not see."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from incidents.flow import searching
from incidents.settings import Settings
from tests.cast import PASSWORD, Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, look_over
from tests.web.desks import Desk
from tests.web.test_queue_in_browser import come_in


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def quick(client: FlaskClient, written: str) -> dict[str, list[dict[str, str]]]:
    """What the palette is told."""
    told: dict[str, list[dict[str, str]]] = client.get("/search/quick", query_string={"q": written}).get_json()
    return told


def test_what_was_found_is_shown_with_the_words_marked_and_escaped(desk: Desk, enter: Enter) -> None:
    appeal = desk.add("Не горят <b>фонари</b> на улице, дети боятся")
    desk.answer(appeal)
    page = enter("anna", PASSWORD).get("/search?q=фонарей").text
    assert "&lt;b&gt;<mark>фонари</mark>&lt;/b&gt; на улице" in page
    assert f'href="/appeals/{appeal.number}"' in page
    assert "Ответ дан" in page


def test_nobody_finds_what_lies_with_another_department(desk: Desk, enter: Enter) -> None:
    theirs, ours = desk.add("Лужа у аптеки"), desk.add("Лужа у школы")
    desk.give(ours)
    vera = enter("vera", PASSWORD)
    for path in ("/search?q=лужа", "/search?q=аптека", f"/search?q={theirs.number}", f"/search?q=№{ours.number}"):
        page = vera.get(path).text
        assert "/appeals/" not in page, path
        assert "<mark>" not in page, path
    assert quick(vera, "лужа") == {"appeals": [], "doors": []}
    boris = enter("boris", PASSWORD)
    assert [each["label"] for each in quick(boris, "луж")["appeals"]] == [f"№ {ours.number}"]
    assert quick(enter("elena", PASSWORD), "лужа")["appeals"] == []


def test_a_word_that_is_nowhere_is_told_with_those_that_were_found_as_they_are_written(
    desk: Desk, enter: Enter, session: Session
) -> None:
    desk.give(desk.add("Светофоры на площади сломаны"))
    desk.add("Светофорчук пишет снова")
    searching.gather(session)
    session.commit()
    page = enter("boris", PASSWORD).get("/search?q=тофор").text
    assert "Слова «тофор» нет ни в одном обращении; показаны похожие: светофоры." in page
    assert "Светофорчук" not in page


def test_a_number_or_a_pasted_link_opens_the_appeal_itself(desk: Desk, enter: Enter) -> None:
    link = "https://vk.com/wall-1234_22?reply=77"
    appeal = desk.add("Яма", permalink=link, object_key="vk:wall-1234:r77")
    anna = enter("anna", PASSWORD)
    for asked in (f"№ {appeal.number}", str(appeal.number), "https://m.vk.com/wall-1234_22?reply=77&thread=5"):
        page = anna.get("/search", query_string={"q": asked}).text
        assert f"Открыть обращение № {appeal.number}" in page, asked
    assert "Ничего не нашлось" in anna.get("/search?q=https://vk.com/wall-9_9").text


def test_pages_follow_each_other_and_ask_as_much_for_one_row_as_for_many(app: Flask, desk: Desk, enter: Enter) -> None:
    for _ in range(3):
        desk.add("Сугроб у подъезда")
    anna = enter("anna", PASSWORD)
    anna.get("/search?q=сугроб")
    with statements(app) as few:
        anna.get("/search?q=сугробы")
    newest = [desk.add("Сугроб во дворе").number for _ in range(27)]
    with statements(app) as many:
        page = anna.get("/search?q=сугробы&status=open&period=week").text
    assert len(many) == len(few)
    assert page.count('class="found-row"') == 25
    assert len(page.encode()) < 60_000
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    assert f"after={newest[2]}" in following[1]
    assert "status=open" in following[1]
    assert anna.get(following[1].replace("&amp;", "&")).text.count('class="found-row"') == 5
    assert "Ничего не нашлось" in anna.get("/search?q=сугробы&status=rejected").text


def test_places_of_the_town_are_doors_for_whom_they_are(desk: Desk, enter: Enter, cast: Cast) -> None:
    galina = quick(enter("galina", PASSWORD), "управл дорог")
    assert [(door["label"], door["href"]) for door in galina["doors"]] == [
        ("Управление дорог", "/queue?department=roads")
    ]
    elena = quick(enter("elena", PASSWORD), "бор")
    assert [door["href"] for door in elena["doors"]] == [f"/people/{cast.boris.id}"]
    assert quick(enter("boris", PASSWORD), "управл")["doors"] == []


@pytest.mark.browser
def test_the_palette_is_worked_by_keys_alone(page: Page, address: str, desk: Desk) -> None:
    appeal = desk.add("Не горит фонарь у школы")
    come_in(page, address, "anna")
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    page.keyboard.type("соглас")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Согласование ")
    field.fill("фонари")
    chosen = page.locator("#palette [aria-selected=true]")
    expect(chosen).to_contain_text(f"№ {appeal.number}")
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    look_over(page)
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("во всех обращениях")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(field).to_have_value("фонари")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    look_over(page)
