"""The pages of norms and the working week: what is in force, what comes, and what may not be entered."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from incidents.flow import enacting, founding
from incidents.records.norms import NormRow
from incidents.rules import hours_line
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, Unit
from incidents.web.norm_periods import periods_of
from tests.cast import NOW, Cast, Town, two_hours
from tests.web.asking import statements
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Vladivostok")).date()
NORM = {
    "kind": "social",
    "network": "",
    "topic": "",
    "term": "4",
    "unit": "hours",
    "hours": "working",
    "starts_at": "registered",
    "valid_from": TODAY.isoformat(),
    "note": "распоряжение № 12",
}


def enact(client: FlaskClient, **fields: str) -> TestResponse:
    """Look at the norm, then enact just what was looked at; the answer of the step that said no, else of the last."""
    shown = send(client, "/norms", page="/norms/new", **fields)
    seen = re.search(r'name="seen" value="([^"]+)"', shown.text)
    return send(client, "/norms", page="/norms/new", **fields, seen=html.unescape(seen[1])) if seen else shown


def rows(sessions: Sessions) -> list[NormRow]:
    with sessions() as session:
        return list(session.scalars(select(NormRow).order_by(NormRow.id)))


def test_the_page_says_what_is_in_force_and_that_nights_count(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    with sessions() as session:
        founding.found(session, now=NOW)
        session.commit()
    for login in ("elena", "anna", "galina"):
        page = enter(login).get("/norms").text
        assert "Ночи и выходные считаются." in page
        assert "Первые даты — пример." in page
        assert page.index("1 января 2023") < page.index("31 декабря 2022")
        # Of each kind the answer; of what citizens write also the next and the last word; of two laws the registration.
        assert page.count("действует</span>") == 8 + 2 * 2 + 2
        assert "59-ФЗ, ст. 12 ч. 1" in page
        assert page.count("проверить у юриста") == 1
        assert page.count("пример, не закон") == 4
        assert ("/norms/new" in page) is (login == "elena")
    assert enter("vera").get("/norms").status_code == 403
    assert enter("anna").get("/norms/new").status_code == 403


def test_a_norm_is_entered_with_its_date_and_ends_the_one_before(
    app: Flask, enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    answer = enact(elena, **{**NORM, "topic": str(town.snow.id)})
    assert answer.status_code == 303, answer.text
    entered = rows(sessions)[-1]
    assert (entered.term, entered.hours, entered.starts_at) == (240, Hours.WORKING, Start.REGISTERED)
    assert (entered.topic_id, entered.valid_from, entered.note) == (town.snow.id, TODAY, "распоряжение № 12")
    with statements(app) as sent:
        page = elena.get("/norms").text
    assert "4 ч рабочего времени" in page
    assert "Снег во дворах" in page
    assert len(sent) <= 8


@pytest.mark.parametrize(
    ("given", "unit", "hours", "words"),
    [
        ({"term": "10", "unit": "days", "hours": "working"}, Unit.DAYS, Hours.CALENDAR, "10 дней"),
        ({"term": "7", "unit": "working_days", "hours": "calendar"}, Unit.DAYS, Hours.WORKING, "7 рабочих дней"),
        (
            {"term": "1", "unit": "working_day_end", "hours": "calendar"},
            Unit.WORKING_DAY_END,
            Hours.WORKING,
            "до конца",
        ),
    ],
)
def test_a_norm_of_the_portal_may_be_in_whole_days_and_of_one_topic(
    enter: Enter, town: Town, sessions: Sessions, given: dict[str, str], unit: Unit, hours: Hours, words: str
) -> None:
    elena = enter("elena")
    wanted = {**NORM, "kind": "portal", "clock": "first", "topic": str(town.snow.id), **given}
    answer = enact(elena, **wanted)
    assert answer.status_code == 303, answer.text
    entered = rows(sessions)[-1]
    assert (entered.kind, entered.clock, entered.term) == (Kind.PORTAL, ClockName.FIRST, int(given["term"]))
    assert (entered.unit, entered.hours) == (unit, hours)
    assert words in elena.get("/norms").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"term": "0"}, "Срок — не меньше минуты"),
        ({"term": "два"}, "field--wrong"),
        ({"valid_from": "2020-01-01"}, "Норма не может начаться в прошлом"),
        ({"valid_from": "скоро"}, "field--wrong"),
        ({"network": "myspace"}, "field--wrong"),
    ],
)
def test_a_refused_norm_keeps_what_was_typed(
    enter: Enter, town: Town, sessions: Sessions, changed: dict[str, str], sentence: str
) -> None:
    before = len(rows(sessions))
    answer = enact(enter("elena"), **{**NORM, **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "распоряжение № 12" in answer.text
    assert len(rows(sessions)) == before


def test_norms_that_would_tie_or_stand_twice_are_refused(enter: Enter, town: Town) -> None:
    elena = enter("elena")
    assert enact(elena, **{**NORM, "network": "vk"}).status_code == 303
    twice = enact(elena, **{**NORM, "network": "vk"})
    assert "Такая норма" in twice.text
    tie = enact(elena, **{**NORM, "topic": str(town.snow.id)})
    assert tie.status_code == 422
    assert "так же подходит другая норма" in tie.text


def test_a_line_of_hours_is_read_back_as_it_was_written() -> None:
    for line in ("9:00-13:00, 14:00-18:00", "0:00-24:00", ""):
        assert hours_line.as_line(hours_line.read_line(line) or []) == line
    for line in ("25:00-26:00", "9-18", "9:00-9:00", "9:61-10:00", "9:00-18:00,", "23:00-24:30"):
        assert hours_line.read_line(line) is None


def test_a_period_ends_the_day_before_the_next_of_the_same_fields(cast: Cast, sessions: Sessions) -> None:
    with sessions() as session:
        enacting.put(session, two_hours(), cast.elena.actor, now=NOW, note="")
        later = Norm(0, Kind.SOCIAL, 60, Hours.CALENDAR, Start.RECEIVED, TODAY + timedelta(days=3))
        enacting.put(session, later, cast.elena.actor, now=NOW, note="")
        session.commit()
        periods = periods_of(session, datetime.now(UTC), TODAY)
    assert [(each.row.term, each.is_now, each.is_coming) for each in periods] == [
        (60, False, True),
        (120, True, False),
    ]
    assert periods[1].last_day == TODAY + timedelta(days=2)
    assert periods[1].row.valid_from == date(2018, 8, 1)


def test_a_norm_entered_today_ends_the_one_before_at_its_moment(cast: Cast, sessions: Sessions) -> None:
    noon = datetime.now(UTC)
    with sessions() as session:
        by = cast.elena.actor
        enacting.put(session, two_hours(), by, now=NOW, note="")
        enacting.enact(session, replace(two_hours(), term=60, valid_from=TODAY), by, now=noon, today=TODAY)
        session.commit()
        before, after = (periods_of(session, noon + shift, TODAY) for shift in (-timedelta(seconds=1), timedelta()))
    assert [(each.is_now, each.is_coming) for each in before] == [(False, True), (True, False)]
    assert [(each.is_now, each.is_coming) for each in after] == [(True, False), (False, False)]
    assert (after[1].last_day, after[1].ends_at) == (TODAY, noon)


def test_a_town_without_norms_is_told_what_that_means(enter: Enter, cast: Cast) -> None:
    page = enter("elena").get("/norms").text
    assert "Норм нет" in page
    assert "Рабочая неделя ещё не введена" in page
    assert 'href="/calendars"' in page
