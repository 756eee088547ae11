"""The pages of the years: the town's numbers, doors that hold what they say, sheets a spreadsheet may open."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from incidents.flow import history_totals
from incidents.records.people import Department
from incidents.rules.acts import Actor, Reject, Role, Status
from incidents.rules.places import Network
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.statistics.conftest import Add, add  # noqa: F401 - a fixture is found by its name
from tests.web.asking import statements
from tests.web.conftest import AddPerson, Enter, look_over
from tests.web.doors import behind, come_in, doors

KOMSOMOLSK = "2018,184,с августа\n2019,1782\n2020,4829\n2021,6081\n2022,6141\n2023,8331\n"
MINUTE = timedelta(minutes=1)
NOW = datetime.now(UTC)


@pytest.fixture
def numbers(session: Session, settings: Settings) -> None:
    """The town's own history, brought in as numbers."""
    history_totals.load_totals(session, KOMSOMOLSK, Actor("x"), now=NOW, zone=settings.town_zone)
    session.commit()


@pytest.fixture
def counted(session: Session, cast: Cast, town: Town, add: Add) -> int:  # noqa: F811
    """Appeals of last year in every state; the year."""
    year = NOW.year - 1
    for month in range(1, 13):
        for late in (10, 200):
            topic, department = (town.potholes.id, cast.roads.id) if month % 3 else (None, None)
            network = Network.TELEGRAM if late == 200 else Network.VK
            at = datetime(year, month, 14, tzinfo=UTC)
            add(at, late * MINUTE, topic_id=topic, department_id=department, network=network)
    add(datetime(year, 5, 1, tzinfo=UTC), has_norm=False)
    add(datetime(year, 5, 1, tzinfo=UTC))
    add(datetime(year, 12, 20, tzinfo=UTC), timedelta(days=30))
    add(datetime(year - 1, 12, 20, tzinfo=UTC), timedelta(days=30))
    for reason in (Reject.SPAM, Reject.DUPLICATE):
        add(datetime(year, 6, 1, tzinfo=UTC), status=Status.REJECTED, reject_reason=reason)
    session.commit()
    return year


def test_the_numbers_of_the_town_stand_on_the_page_with_dashes_where_nothing_is_known(
    enter: Enter, cast: Cast, numbers: None
) -> None:
    page = enter("galina").get("/years").text
    flat = page.replace("\N{NO-BREAK SPACE}", " ")
    for words in ("184", "1 782", "4 829", "6 081", "6 141", "8 331", "27 348", "2018*", "2018: с августа"):
        assert words in flat
    for growth in ("+868,5 %", "+171,0 %", "+25,9 %", "+1,0 %", "+35,7 %"):
        assert growth in flat
    assert flat.count('<td class="num">—</td>') >= 6 * 3


def test_a_year_that_is_only_a_number_says_so(enter: Enter, cast: Cast, numbers: None) -> None:
    page = enter("galina").get("/years/2018").text
    assert "известно только число" in page
    assert doors(page) == {}


def test_what_stands_on_a_door_lies_behind_it(enter: Enter, counted: int) -> None:
    client = enter("galina")
    found = doors(client.get("/years").text) | doors(client.get(f"/years/{counted}").text)
    asked = {
        f"/queue?year={counted}": 27,
        f"/queue?year={counted}&state=in_time": 12,
        f"/queue?year={counted}&state=late": 14,
        f"/queue?year={counted}&state=without_norm": 1,
        f"/queue?year={counted}&state=rejected": 2,
        f"/queue?year={counted}&state=answered": 25,
        f"/years/{counted}/backlog/start": 1,
        f"/years/{counted}/backlog/end": 3,
        f"/queue?year={counted}&month=5": 4,
        f"/queue?year={counted}&network=telegram": 12,
        f"/queue?year={counted}&department=none": 11,
    }
    assert {href: found.get(href) for href in asked} == asked
    assert len(found) > 25
    assert {href: behind(client, href) for href in found} == found


def test_a_person_without_lists_sees_figures_without_doors(enter: Enter, counted: int) -> None:
    client = enter("elena")
    for path in ("/years", f"/years/{counted}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert doors(answer.text) == {}
    assert client.get(f"/years/{counted}/backlog/end").status_code == 403


@pytest.mark.parametrize("who", ["boris", "dmitry", "vera"])
def test_departments_do_not_see_the_figures_of_all(enter: Enter, cast: Cast, who: str) -> None:
    client = enter(who)
    for path in ("/years", "/years.csv", "/years.xlsx", "/years/2018", "/years/2018.csv", "/years/2018/backlog/end"):
        assert client.get(path).status_code == 403


def test_an_empty_town_says_what_comes_next(enter: Enter, add_person: AddPerson) -> None:
    add_person("galina", Role.MANAGER)
    client = enter("galina")
    assert "Считать пока нечего" in client.get("/years").text
    assert client.get("/years/2020").status_code == 404
    assert client.get("/years/1").status_code == 404
    assert client.get("/years/99999").status_code == 404


def test_a_sheet_opens_in_a_spreadsheet_and_runs_nothing(
    enter: Enter, session: Session, counted: int, numbers: None
) -> None:
    housing = session.query(Department).filter_by(code="roads").one()
    housing.name = "=cmd|'/c calc'!A1"
    session.commit()
    client = enter("galina")
    table = client.get("/years.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert (table.mimetype, table.headers["Content-Disposition"]) == ("text/csv", 'attachment; filename="years.csv"')
    rows = list(csv.reader(table.data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0][:3] == ["Год", "Поступило", "Рост, %"]
    assert rows[2] == ["2019", "1782", "868,5", "", "", "", "", "", "1782", ""]
    assert rows[-1] == ["Всего", str(27348 + 27 + 1)]
    one = client.get(f"/years/{counted}.csv").data.decode("utf-8-sig")
    assert "'=cmd|" in one
    assert "\r\nСети;ВКонтакте;15;" in one
    assert "\r\nРазрез;Название;Поступило;В срок;Поздно\r\n" in one


def test_a_workbook_holds_the_table_its_shares_and_the_parts_of_a_year(
    enter: Enter, counted: int, numbers: None
) -> None:
    client = enter("galina")
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/years.xlsx").data))
    lines = {row[0]: row for row in book.get_sheet_by_name("По годам").to_python()}
    assert lines[2019][1:6] == [1782, 868.5, "", "", ""]
    assert (lines[counted][1], lines[counted][-1], lines["Всего"][1]) == (27, 46.2, 27348 + 27 + 1)
    one = CalamineWorkbook.from_filelike(BytesIO(client.get(f"/years/{counted}.xlsx").data))
    networks = {row[0]: row[1:4] for row in one.get_sheet_by_name("Сети").to_python()}
    assert networks["ВКонтакте"][0] == 15
    assert sum(int(str(row[1]).removesuffix(".0")) for row in one.get_sheet_by_name("Месяцы").to_python()[1:]) == 27
    assert client.get("/years/1.xlsx").status_code == 404


def test_the_page_asks_as_little_for_many_years_as_for_one(
    app: Flask,
    enter: Enter,
    cast: Cast,
    session: Session,
    add: Add,  # noqa: F811
) -> None:
    add(NOW - timedelta(days=400), MINUTE)
    session.commit()
    client = enter("galina")
    with statements(app) as few:
        client.get("/years")
    for year in range(2010, 2024):
        add(datetime(year, 6, 1, tzinfo=UTC), MINUTE)
    session.commit()
    with statements(app) as many:
        client.get("/years")
    assert len(many) == len(few) <= 12


SIZES: tuple[ViewportSize, ...] = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_the_pages_are_good_to_look_at_and_to_walk_by_keyboard(
    page: Page, address: str, counted: int, numbers: None, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    come_in(page, address, "/years")
    for path in ("/years", f"/years/{counted}", "/years/2018", f"/years/{counted}/backlog/end"):
        page.goto(address + path)
        look_over(page)
    page.goto(f"{address}/years")
    bar = page.locator(f"svg.chart:visible a[href='/years/{counted}']")
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/years/{counted}")
    page.locator("svg.chart:visible a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/queue?year={counted}&month=1")
