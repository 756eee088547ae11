"""The calendar's pages: a year with every kind of day, its versions, the town's and a department's own."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from incidents.flow import calendar_changes, calendars
from incidents.rules.calendar import DayKind
from incidents.rules.days import SpecialDay
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.calendars import ORDER, TODAY, WEEK, ZONE, Sessions, enter_it, rows
from tests.web.conftest import Enter, send


def test_a_year_shows_every_kind_of_day_in_words_and_signs(
    app: Flask, enter: Enter, founded: None, cast: Cast, sessions: Sessions, settings: Settings
) -> None:
    days = {
        date(2027, 6, 11): SpecialDay(DayKind.REGIONAL, "День города"),
        date(2027, 4, 30): SpecialDay(DayKind.SHORTENED, shorter_by=60),
        date(2027, 7, 1): SpecialDay(DayKind.HOURS, intervals=((540, 720),)),
    }
    with sessions() as session:
        calendar_changes.change_days(session, days, TODAY, cast.elena.actor, now=datetime.now(UTC), zone=ZONE)
        session.commit()
    for login in ("elena", "anna", "galina"):
        page = enter(login).get("/calendars?year=2027").text
        for kind, sign in (
            ("holiday", "★"),
            ("moved_off", "⇄"),
            ("regional", "◆"),
            ("working", "+"),
            ("shortened", "*"),
            ("hours", "◷"),
        ):
            assert re.search(
                rf'<td class="{kind}" title="[^"]+">.{{1,120}}<i aria-hidden="true">{re.escape(sign)}', page
            )
        assert "региональный выходной, День города, выходной" in page
        assert "246 дней" in page
        assert ("/calendars/week" in page) is (login == "elena")
    assert enter("vera").get("/calendars").status_code == 403
    assert enter("anna").get("/calendars/day").status_code == 403
    elena = enter("elena")
    with statements(app) as sent:
        elena.get("/calendars?year=2026")
    assert len(sent) <= 7


def test_a_year_that_is_not_published_says_so(enter: Enter, founded: None) -> None:
    elena = enter("elena")
    assert "2028 год неполон." in elena.get("/calendars?year=2028").text
    assert "неполон" not in elena.get("/calendars?year=2026").text
    for path in (
        "/calendars?year=1999",
        "/calendars?department=999",
        "/calendars?version=999",
        "/calendars?year=20260",
    ):
        assert elena.get(path).status_code == 404
    assert elena.get("/calendars?department=&year=soon").status_code == 200


def test_a_department_gets_a_calendar_of_its_own_and_gives_it_up(
    enter: Enter, town: Town, cast: Cast, sessions: Sessions
) -> None:
    elena, own = enter("elena"), f"?department={cast.housing.id}"
    assert "У отдела городской календарь." in elena.get(f"/calendars{own}").text
    always = {**dict.fromkeys(set(WEEK) - {"keeps_days"}, "0:00-24:00")}
    assert enter_it(elena, f"/calendars/week{own}", **ORDER, **always).status_code == 303
    page = elena.get(f"/calendars{own}").text
    assert "У отдела городской календарь." not in page
    assert "0:00-24:00" in page
    assert "Управление ЖКХ — свой" in page
    assert "0:00-24:00" not in elena.get("/calendars").text
    with sessions() as session:
        now = datetime.now(UTC)
        assert calendars.at(session, now, ZONE, cast.housing.id).intervals_on(TODAY) == ((0, 1440),)
        assert calendars.at(session, now, ZONE).week[6] == ()
    later = {**ORDER, "valid_from": (TODAY + timedelta(days=30)).isoformat()}
    assert enter_it(elena, f"/calendars/town{own}", **later).status_code == 303
    with sessions() as session:
        then = datetime.now(UTC) + timedelta(days=40)
        assert calendars.at(session, then, ZONE, cast.housing.id) is calendars.at(session, then, ZONE)
    assert send(elena, "/calendars/town", page="/calendars/week", **later).status_code == 404


def test_a_version_may_be_looked_at(enter: Enter, founded: None, sessions: Sessions) -> None:
    elena = enter("elena")
    later = {**ORDER, "valid_from": (TODAY + timedelta(days=30)).isoformat()}
    assert enter_it(elena, "/calendars/week", **later, **WEEK).status_code == 303
    newest = rows(sessions)[-1]
    page = elena.get(f"/calendars?version={newest.id}").text
    assert "Это отдельная версия, не та, что действует." in page
    assert "8:30-12:30, 13:15-17:30" in page
    assert "впереди</span>" in page
    assert "8:30-12:30, 13:15-17:30" not in elena.get(f"/calendars?year={TODAY.year}").text


def test_a_town_without_a_calendar_is_told_what_to_do(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    assert "Календаря нет" in elena.get("/calendars").text
    assert elena.get("/calendars/file").get_data(as_text=True).count("\n") == 1
    refused = send(elena, "/calendars/year", page="/calendars/year", **ORDER, year="2027")
    assert (refused.status_code, "Сначала введите рабочую неделю" in refused.text) == (422, True)
    past = {**ORDER, "valid_from": "2018-01-01"}
    assert enter_it(elena, "/calendars/week", **past, **WEEK).status_code == 303
    assert rows(sessions)[0].effective_at is None


def test_the_page_of_the_system_says_what_the_calendar_lacks(enter: Enter, town: Town) -> None:
    page = enter("elena").get("/system").text
    assert "Календарь неполон." in page
    assert f"{TODAY.year}: нет праздников" in page
    assert f"{TODAY.year + 1}: нет праздников" in page
