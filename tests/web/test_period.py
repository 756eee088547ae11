"""The page of a period: every figure, bar and cell leads to the list that it counted; sheet and API say the same."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from incidents.rules.acts import Reject, Status
from tests.cast import Cast, Town
from tests.statistics.conftest import ZONE, Add, add  # noqa: F401 - a fixture is found by its name
from tests.web.asking import statements
from tests.web.conftest import Call, Enter
from tests.web.doors import behind, doors

MINUTE = timedelta(minutes=1)
DAYS = "from=2026-06-01&to=2026-06-21"


@pytest.fixture
def june(session: Session, cast: Cast, town: Town, add: Add) -> None:  # noqa: F811
    """Three weeks of answers of every length, six of them late, by two departments; the week before is quieter."""
    begin = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    for number in range(42):
        late = number % 7 == 6
        department, topic = (cast.roads.id, town.potholes.id) if number % 2 else (cast.housing.id, town.snow.id)
        appeal = add(
            begin + timedelta(hours=11 * number, minutes=7 * number),
            (150 if late else 3 * number) * MINUTE,
            department_id=department,
            topic_id=topic,
        )
        appeal.returns = int(number % 10 == 0)
        appeal.cycle = 2 if number % 11 == 0 else 1
    for number in range(3):
        add(begin - timedelta(days=number + 2), 10 * MINUTE, department_id=cast.press.id, topic_id=town.snow.id)
        add(begin + timedelta(days=number), 10 * MINUTE, department_id=cast.press.id)
    add(begin + timedelta(days=20))
    add(begin, has_norm=False)
    add(begin, status=Status.REJECTED, reject_reason=Reject.SPAM)
    session.commit()


def test_what_stands_on_a_door_lies_behind_it(enter: Enter, june: None) -> None:
    client = enter("galina")
    page = client.get(f"/period?{DAYS}").text
    found = doors(page)
    asked = {
        "": 47,
        "&state=late": 7,
        "&state=in_time": 39,
        "&state=without_norm": 1,
        "&state=returned": 5,
        "&state=repeated": 4,
        "&state=answered_in_period": 45,
    }
    assert {words: found.get(f"/period/list?{DAYS}{words}") for words in asked} == asked
    assert sum("weekday" in href for href in found) > 20
    assert sum("bar" in href for href in found) > 5
    assert sum("department" in href for href in found) > 5
    assert sum("to=2026-05-31" in href for href in found) >= 1
    assert {href: behind(client, href) for href in found} == found


def test_what_a_period_is_compared_with_ends_at_the_same_hour_and_opens_its_list(
    enter: Enter,
    session: Session,
    town: Town,
    add: Add,  # noqa: F811
) -> None:
    now = datetime.now(UTC)
    for ago in (timedelta(), timedelta(days=7)):
        for number in range(6):
            add(now - ago - (number + 1) * timedelta(seconds=1), MINUTE, topic_id=town.snow.id)
    later = add(now - timedelta(days=7) + timedelta(seconds=90), MINUTE, topic_id=town.snow.id)
    session.commit()
    today = now.astimezone(ZONE).date()
    client = enter("galina")
    page = client.get(f"/period?from={today}&to={today}").text
    before = [href for href in doors(page) if "until=" in href and "state" not in href and "topic" not in href]
    assert [doors(page)[href] for href in before] == [6]
    assert (behind(client, before[0]), f"/appeals/{later.number}" in client.get(before[0]).text) == (6, False)
    assert client.get("/period/list?until=x").status_code == 404


def test_the_bars_of_a_drawing_say_what_lies_behind_them(enter: Enter, june: None) -> None:
    client = enter("galina")
    assert "от 0 до 15 мин: 9 ответов" in client.get(f"/period?{DAYS}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert behind(client, f"/period/list?{DAYS}&bar=0") == 9


def test_the_page_says_what_it_compared_and_hides_what_says_nothing(enter: Enter, june: None) -> None:
    page = enter("galina").get(f"/period?{DAYS}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "11–31 мая 2026" in page
    assert "мало данных: 3 ответа" in page


def test_the_sheet_holds_the_figures_of_the_page_and_runs_nothing(
    enter: Enter, session: Session, cast: Cast, june: None
) -> None:
    cast.roads.name = "=cmd|'/c calc'!A1"
    session.commit()
    answer = enter("galina").get(f"/period/figures.xlsx?{DAYS}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    summary = {row[0]: row[1:] for row in book.get_sheet_by_name("Период").to_python()}
    assert [summary[head][0] for head in ("Поступило", "В срок", "Поздно", "Возвращено «не наше»")] == [47, 39, 7, 5]
    lines = {row[0]: row[1:] for row in book.get_sheet_by_name("Отделы").to_python()}
    assert lines["'=cmd|'/c calc'!A1"][:3] == [21, 18, 3]
    arrivals = book.get_sheet_by_name("Когда пишут").to_python()[1:]
    assert sum(int(str(count).removesuffix(".0")) for row in arrivals for count in row[1:]) == 47


def test_other_programs_get_the_same_figures(call: Call, june: None) -> None:
    told = call("GET", f"/api/v1/statistics/period?{DAYS}", "read").json
    assert told is not None
    assert (told["received"], told["in_time"], told["late"]) == (47, 39, 7)
    assert told["previous"]["from"] == "2026-05-11"
    assert sum(map(sum, told["arrivals"])) == 47
    wrong = call("GET", "/api/v1/statistics/period?from=2026-06-21&to=2026-06-01", "read")
    assert wrong.status_code == 422


def test_days_that_cannot_be_counted_meet_a_sentence_and_stay_in_the_form(enter: Enter, cast: Cast) -> None:
    client = enter("galina")
    for asked, words in (
        ("from=2026-06-21&to=2026-06-01", "Последний день раньше первого"),
        ("from=2020-01-01&to=2026-06-01", "Это больше года"),
        ("from=x&to=2026-06-01", "Укажите обе даты"),
    ):
        answer = client.get(f"/period?{asked}")
        assert (answer.status_code, words in answer.text) == (422, True), asked
        assert client.get(f"/period/list?{asked}").status_code == 404
    assert 'value="2026-06-21"' in client.get("/period?from=2026-06-21&to=2026-06-01").text
    assert client.get("/period/list?weekday=9").status_code == 404
    assert client.get("/period/list?state=lost").status_code == 404
    assert "В эти дни ничего не поступало" in client.get("/period?days=quarter").text


def test_the_page_asks_as_little_for_a_year_as_for_a_week(app: Flask, enter: Enter, june: None) -> None:
    client = enter("galina")
    client.get("/period?from=2026-06-01&to=2026-06-07")
    with statements(app) as few:
        client.get("/period?from=2026-06-01&to=2026-06-07")
    with statements(app) as many:
        page = client.get("/period?from=2026-01-01&to=2026-11-30")
    # A year also asks for the months that are kept.
    assert len(few) <= len(many) <= len(few) + 3 <= 21
    assert len(page.data) < 200_000


@pytest.mark.parametrize("who", ["boris", "dmitry", "vera", "elena"])
def test_a_period_is_for_managers_and_press(enter: Enter, cast: Cast, who: str) -> None:
    client = enter(who)
    for path in ("/period", "/period/list", "/period/promises", "/period/figures.xlsx"):
        assert client.get(path).status_code == 403
