"""«Как посчитан срок» as people and programs see it: the example of practitioners to the minute, and who may look."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import text
from sqlalchemy.orm import Session

from incidents.flow import routing
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from tests import exports
from tests.cast import Cast, Town
from tests.exports import ROW, load, one
from tests.web import passports
from tests.web.cards import arrive, lying_with
from tests.web.conftest import PASSWORD, Call, Enter, look_over
from tests.web.passports import town_at


def address(appeal: Appeal, asked: str = "") -> str:
    return f"/appeals/{appeal.number}/passport{asked}"


def test_the_example_of_practitioners_is_told_line_by_line(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    page = enter("anna").get(address(appeal))
    assert page.status_code == 200
    for words in (
        "Вовремя: за 18 мин до срока",
        "Использовано 1 ч 42 мин рабочего времени из 2 ч. По обычным часам прошло 41 ч 42 мин.",
        "День короче на 1 ч: перед праздником",
        "Праздник: День народного единства",
        "</b> записывает ответ",
        "ровно в срок — вовремя",
        "опоздание на 39 ч 42 мин",
        "пн–пт 9:00–18:00",
        "3 ноября 9:00–17:00",
        "до секунды то же",
        passports.LINK,
    ):
        assert words in page.text, words


def test_other_programs_get_the_same_to_the_second(
    call: Call, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    told = call("GET", f"/api/v1/appeals/{appeal.number}/passport", "read").get_json()
    assert [
        (line["begins"], line["what"], line["counted_seconds"], line["left_seconds"]) for line in told["lines"]
    ] == [
        ("2026-11-03T06:30:00Z", "counted", 1800, 5400),
        ("2026-11-03T07:00:00Z", "night", 0, 5400),
        ("2026-11-03T14:00:00Z", "holiday", 0, 5400),
        ("2026-11-04T14:00:00Z", "night", 0, 5400),
        ("2026-11-04T23:00:00Z", "counted", 4320, 1080),
    ]
    assert (told["due_at"], told["end"], told["verdict"]) == ("2026-11-05T00:30:00Z", "2026-11-05T00:12:00Z", "in_time")
    assert told["elapsed"] == {"calendar_seconds": 150120, "working_seconds": 6120}
    assert told["lines"][0]["day"] == "shortened"
    assert told["lines"][2]["name"] == "День народного единства"
    assert told["norms"][0]["reason"] == "chosen"
    assert {each["reason"] for each in told["norms"][1:]} == {"replaced"}
    assert [(each["stage"], each["charged_seconds"]) for each in told["stages"]] == [
        ("triage", 7 * 60),
        ("department", 95 * 60),
        ("approval", 0),
        ("publishing", 0),
    ]
    assert sum(each["charged_seconds"] for each in told["stages"]) == told["counted_seconds"]
    assert told["stages"][1]["over_seconds"] == 25 * 60
    assert told["is_as_stored"] is True
    assert call("GET", f"/api/v1/appeals/{appeal.number}/passport").status_code == 401
    assert call("GET", f"/api/v1/appeals/{appeal.number}/passport", "intake").status_code == 403
    assert call("GET", "/api/v1/appeals/999/passport", "read").status_code == 404
    assert call("GET", f"/api/v1/appeals/{appeal.number}/passport?cycle=2", "read").status_code == 404


def test_a_wrong_department_is_charged_what_it_held_and_the_right_one_has_its_own_share(
    call: Call, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    passports.working_hours(session, cast, settings)
    appeal = passports.arrived(session, town, settings, town_at(9, 10, 0))
    passports.assigned(session, appeal, cast.roads, cast, town_at(9, 10, 5))
    before = appeal.due_at
    routing.give_back(session, appeal, cast.vera.actor, now=town_at(9, 10, 45), reason="Двор", whose=None)
    passports.assigned(session, appeal, cast.housing, cast, town_at(9, 10, 50))
    passports.answered(session, appeal, cast, town_at(9, 11, 20))
    told = call("GET", f"/api/v1/appeals/{appeal.number}/passport", "read").get_json()
    assert appeal.due_at == before == town_at(9, 12, 0)
    shares = {(each["stage"], each["department_id"]): each for each in told["stages"]}
    assert shares["department", cast.roads.id]["charged_seconds"] == 40 * 60
    assert shares["department", cast.roads.id]["planned_seconds"] is None
    assert shares["department", cast.housing.id]["charged_seconds"] == 30 * 60
    assert shares["department", cast.housing.id]["planned_seconds"] == 70 * 60
    assert "return" in [mark["act"] for mark in told["marks"]]


def test_whoever_may_see_the_appeal_may_see_its_passport_and_a_stranger_finds_none(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    for login in ("anna", "boris", "dmitry", "galina"):
        assert enter(login).get(address(appeal)).status_code == 200
        assert enter(login).get(f"/appeals/{appeal.number}/passport.json").get_json()["counted_seconds"] == 6120
    assert enter("vera").get(address(appeal)).status_code == 404
    assert enter("vera").get(f"/appeals/{appeal.number}/passport.json").status_code == 404
    assert enter("elena").get(address(appeal)).status_code == 403


def test_each_clock_of_each_cycle_has_its_own_passport(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    passports.reopened(session, appeal, cast, town_at(9, 10, 0))
    passports.answered(session, appeal, cast, town_at(9, 13, 0))
    anna = enter("anna")
    assert "Вовремя: за 18 мин до срока" in anna.get(address(appeal)).text
    again = anna.get(address(appeal, "?clock=first&cycle=2&turn=1")).text
    assert "Опоздание: 1 ч" in again
    assert "открыто снова" in again
    for wrong in ("?clock=first&cycle=3", "?clock=nonsense", "?cycle=x", "?turn=-1"):
        assert anna.get(address(appeal, wrong)).status_code == 404


def test_a_tampered_deadline_is_said_loudly(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    session.execute(text("UPDATE appeals SET due_at = '2026-11-06 00:30:00.000000'"))
    session.commit()
    page = enter("anna").get(address(appeal)).text
    assert "Сохранённое отличается от того, что говорит журнал." in page
    assert "до секунды то же" not in page


def test_the_card_leads_to_the_passport(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = passports.of_november(session, town, cast, settings)
    page = enter("anna").get(f"/appeals/{appeal.number}").text
    assert f'href="/appeals/{appeal.number}/passport"' in page
    assert "Как посчитан срок" in page


def test_history_has_its_passport_too_and_an_unknown_answer_none(
    enter: Enter, session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    load(session, settings, exports.workbook(tmp_path / "a.xlsx", [ROW]))
    session.commit()
    page = enter("anna").get(address(one(session)))
    assert page.status_code == 200
    assert "Сохранённое отличается" not in page.text


def test_an_appeal_without_a_deadline_says_so(enter: Enter, session: Session, town: Town, settings: Settings) -> None:
    appeal = passports.arrived(session, town, settings, datetime(2018, 7, 1, tzinfo=UTC))
    assert "У этого обращения нет срока" in enter("anna").get(address(appeal)).text


def test_a_running_clock_says_what_is_left(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    page = enter("dmitry").get(address(appeal)).text
    assert "До срока осталось" in page
    assert "Считается каждый час, днём и ночью" in page


def sign_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.browser
@pytest.mark.parametrize("made", [passports.of_november, passports.of_thirty_days])
def test_it_prints_on_one_sheet_and_reads_in_both_themes(
    address: str, page: Page, session: Session, town: Town, cast: Cast, settings: Settings, made: object
) -> None:
    assert callable(made)
    appeal = made(session, town, cast, settings)
    sign_in(page, address, "anna")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{address}/appeals/{appeal.number}/passport")
        look_over(page)
    page.set_viewport_size({"width": 390, "height": 844})
    look_over(page)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 1
