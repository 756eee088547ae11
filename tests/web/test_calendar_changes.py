"""Changes of a calendar: each shows what it does before it is entered, and what is refused keeps what was typed."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from incidents.flow import calendar_changes, calendars
from incidents.rules.calendar import DayKind
from incidents.rules.days import SpecialDay
from tests.cast import Town
from tests.web.calendars import ORDER, TODAY, WEEK, ZONE, Sessions, enter_it, rows
from tests.web.conftest import Enter, send


def test_a_week_is_looked_at_before_it_is_entered(enter: Enter, town: Town, sessions: Sessions) -> None:
    elena, before = enter("elena"), len(rows(sessions))
    assert 'value="9:00-18:00"' in elena.get("/calendars/week").text
    looked = send(elena, "/calendars/week", page="/calendars/week", **ORDER, **WEEK)
    assert looked.status_code == 200
    assert "Что изменится" in looked.text
    assert "8:30-12:30, 13:15-17:30" in looked.text
    assert len(rows(sessions)) == before
    assert enter_it(elena, "/calendars/week", **ORDER, **WEEK).status_code == 303
    row = rows(sessions)[-1]
    assert row.week[0] == [[510, 750], [795, 1050]]
    assert row.week[5:] == [[], []]
    assert (row.valid_from, row.note) == (TODAY, "распоряжение № 12")
    assert row.effective_at is not None
    page = elena.get("/calendars").text
    assert "8:30-12:30, 13:15-17:30" in page
    assert page.count("действует</span>") == 1
    assert "действовала</span>" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tuesday": "с девяти"}, "Запишите часы так"),
        ({"tuesday": "9:00-13:00, 12:00-18:00"}, "Запишите часы так"),
        ({"tuesday": "18:00-9:00"}, "Запишите часы так"),
        ({"valid_from": "2020-01-01"}, "Календарь нельзя изменить задним числом"),
        (dict.fromkeys(set(WEEK) - {"keeps_days"}, ""), "Календарь без рабочего времени"),
    ],
)
def test_a_refused_week_keeps_its_lines(
    enter: Enter, town: Town, sessions: Sessions, changed: dict[str, str], sentence: str
) -> None:
    before = len(rows(sessions))
    answer = send(enter("elena"), "/calendars/week", page="/calendars/week", **{**ORDER, **WEEK, **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "распоряжение № 12" in answer.text
    assert len(rows(sessions)) == before


def test_what_was_changed_after_the_look_is_shown_again(enter: Enter, founded: None, sessions: Sessions) -> None:
    elena = enter("elena")
    fields = {**ORDER, "on": "2027-06-11", "kind": "regional", "name": "День города", "shorter_by": "60", "like": "0"}
    looked = send(elena, "/calendars/day", page="/calendars/day", **fields)
    assert "обычный день" in looked.text
    assert "региональный выходной (День города)" in looked.text
    seen = re.search(r'name="seen" value="([^"]+)"', looked.text)
    assert seen is not None
    other = send(elena, "/calendars/day", page="/calendars/day", seen=seen.group(1), **{**fields, "kind": "shortened"})
    assert other.status_code == 200
    assert "сокращённый день, короче на 60 мин" in other.text
    assert len(rows(sessions)) == 1
    entered = send(elena, "/calendars/day", page="/calendars/day", seen=seen.group(1), **fields)
    assert entered.status_code == 303
    with sessions() as session:
        day = calendars.at(session, datetime.now(UTC), ZONE).day_on(date(2027, 6, 11))
    assert day is not None
    assert (day.kind, day.name, day.intervals) == (DayKind.REGIONAL, "День города", ())
    form = elena.get("/calendars/day?on=2027-06-11").text
    assert 'value="День города"' in form
    assert '<option selected value="regional">' in form
    assert enter_it(elena, "/calendars/day", **{**fields, "kind": "ordinary"}).status_code == 303
    with sessions() as session:
        assert calendars.at(session, datetime.now(UTC), ZONE).day_on(date(2027, 6, 11)) is None


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"kind": "shortened", "shorter_by": "90"}, SpecialDay(DayKind.SHORTENED, "имя", 90)),
        ({"kind": "working", "like": "4", "shorter_by": ""}, SpecialDay(DayKind.WORKING, "имя", 0, 4)),
        ({"kind": "hours", "hours": "10:00-14:00"}, SpecialDay(DayKind.HOURS, "имя", intervals=((600, 840),))),
        ({"kind": "holiday", "hours": "10:00-14:00"}, SpecialDay(DayKind.HOLIDAY, "имя")),
    ],
)
def test_a_day_is_entered_by_what_its_kind_asks_for(
    enter: Enter, founded: None, sessions: Sessions, changed: dict[str, str], wanted: SpecialDay
) -> None:
    fields = {**ORDER, "on": "2027-07-09", "name": "имя", "shorter_by": "60", "like": "0", "hours": "", **changed}
    assert enter_it(enter("elena"), "/calendars/day", **fields).status_code == 303
    with sessions() as session:
        content = calendar_changes.content_at(session, datetime.now(UTC), ZONE)
    assert content is not None
    assert content.days[date(2027, 7, 9)] == wanted


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "shortened", "shorter_by": ""}, "Сокращённый день короче хотя бы на минуту"),
        ({"kind": "hours", "hours": ""}, "накладываются"),
        ({"kind": "hours", "hours": "весь день"}, "Запишите часы так"),
        ({"kind": "feast"}, "field--wrong"),
        ({"on": ""}, "Введите дату"),
        ({"on": "2027-01-01", "kind": "holiday", "name": "Новогодние каникулы"}, "Ничего не изменится"),
    ],
)
def test_a_refused_day_keeps_what_was_typed(
    enter: Enter, founded: None, sessions: Sessions, changed: dict[str, str], sentence: str
) -> None:
    fields = {**ORDER, "on": "2027-07-09", "kind": "regional", "name": "", "shorter_by": "60", "like": "0", **changed}
    answer = send(enter("elena"), "/calendars/day", page="/calendars/day", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "распоряжение № 12" in answer.text
    assert len(rows(sessions)) == 1


def test_a_year_is_taken_from_the_library(enter: Enter, town: Town, sessions: Sessions) -> None:
    elena = enter("elena")
    assert "2027" in elena.get("/calendars/year").text
    assert enter_it(elena, "/calendars/year", **ORDER, year="2027").status_code == 303
    with sessions() as session:
        content = calendar_changes.content_at(session, datetime.now(UTC), ZONE)
    assert content is not None
    assert {on.year for on in content.days} == {2027}
    assert content.days[date(2027, 2, 20)] == SpecialDay(DayKind.WORKING, like=0)
    assert send(elena, "/calendars/year", page="/calendars/year", **ORDER, year="1990").status_code == 422


def test_a_file_goes_out_and_comes_in_again(enter: Enter, founded: None, sessions: Sessions) -> None:
    elena = enter("elena")
    written = elena.get("/calendars/file")
    assert written.headers["Content-Disposition"].startswith('attachment; filename="calendar-')
    text = written.get_data(as_text=True)
    assert text.startswith("\ufeffdate;kind;name;")
    file = (io.BytesIO((text + "2028-04-28;shortened;;60;;\n").encode()), "days.csv")
    fields: dict[str, Any] = {**ORDER, "file": file}
    looked = send(elena, "/calendars/upload", page="/calendars/upload", **fields)
    assert "1 день отличается" in looked.text
    seen = re.search(r'name="seen" value="([^"]+)"', looked.text)
    assert seen is not None
    kept = text.removeprefix("\ufeff") + "2028-04-28;shortened;;60;;\n"
    assert "2028-04-28;shortened" in looked.text
    entered = send(elena, "/calendars/upload", page="/calendars/upload", **ORDER, text=kept, seen=seen.group(1))
    assert entered.status_code == 303
    assert "2028-04-28" in elena.get("/calendars/file").get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n", "В файле нет столбцов"),
        ("date,kind\n", "В файле нет ни одного дня"),
        ("date,kind,name\n2027-01-04,holiday," + "x" * 140_000, "Файл не читается как таблица"),
        (
            "date,kind\n2027-02-30,holiday\n2027-05-01,feast\n",
            "строка 2: такой даты нет; строка 3: такого вида дня нет",
        ),
        ("date,kind\n" + "soon,holiday\n" * 8, "и ещё 3 строки"),
    ],
)
def test_a_bad_file_is_told_line_by_line(
    enter: Enter, founded: None, sessions: Sessions, text: str, sentence: str
) -> None:
    answer = send(enter("elena"), "/calendars/upload", page="/calendars/upload", **ORDER, text=text)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(rows(sessions)) == 1
