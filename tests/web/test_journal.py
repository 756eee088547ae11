"""The journal's page: searched by number, stream, person, act and days; a chain that was touched says so; the same as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow.journalling import Draft, append_many
from incidents.records.appeals import Appeal
from incidents.rules.acts import Act
from incidents.settings import Settings
from incidents.web import journal_words
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send
from tests.web.desks import Desk

Sessions = sessionmaker[Session]


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    desk = Desk(session, cast, town, settings)
    return desk.give(desk.add("Тайные слова о ямах"))


def body(page: str) -> str:
    """The rows of the page, without the choices above them."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_it_is_searched_by_number_stream_person_and_act(enter: Enter, appeal: Appeal, cast: Cast) -> None:
    elena = enter("elena")
    send(elena, "/departments", page="/departments/new", code="parks", name="Парки")
    of_appeal = body(elena.get(f"/journal?number={appeal.number}").text)
    assert "зарегистрировано" in of_appeal or "поступило" in of_appeal or f"№ {appeal.number}" in of_appeal
    assert "отдел добавлен" not in of_appeal
    by_elena = body(elena.get(f"/journal?by=person:{cast.elena.id}&stream=people").text)
    assert "отдел добавлен" in by_elena
    assert f"№ {appeal.number}" not in by_elena
    assigned = body(elena.get("/journal?act=assign").text)
    assert assigned.count("передано отделу") == 1
    assert "Анна" in assigned
    assert "Ничего не нашлось" in elena.get("/journal?act=assign&to=2020-01-01").text
    assert "Тайные слова" not in elena.get("/journal").text


def test_words_that_are_no_search_find_what_there_is(enter: Enter, appeal: Appeal) -> None:
    elena = enter("elena")
    for address in ("?number=abc", "?from=never", "?from=9999-12-31", "?after=x_y", "?stream=nonsense", "?by=%00"):
        assert elena.get(f"/journal{address}").status_code == 200, address


def test_a_chain_is_checked_while_it_is_looked_at(enter: Enter, appeal: Appeal, sessions: Sessions) -> None:
    elena = enter("elena")
    assert "Цепочка цела" in elena.get(f"/journal?number={appeal.number}").text
    with sessions() as session:
        # As somebody would who has the file of the database in his hands.
        session.execute(text("DROP TRIGGER entries_no_update"))
        session.execute(
            text("UPDATE entries SET act = 'close' WHERE stream = :s AND seq = 1"), {"s": f"appeal:{appeal.number}"}
        )
        session.commit()
    assert "Цепочка нарушена" in elena.get(f"/journal?number={appeal.number}").text


def test_pages_follow_each_other_without_a_gap_and_ask_the_same_number_of_questions(
    app: Flask, enter: Enter, cast: Cast, sessions: Sessions
) -> None:
    elena = enter("elena")
    now = datetime.now(UTC)
    elena.get("/journal")
    with statements(app) as few:
        elena.get("/journal?act=retry_events")
    with sessions() as session:
        drafts = [
            Draft(
                "system",
                "retry_events",
                "machine:command",
                now,
                {"event": number},
                noticed_at=now - timedelta(seconds=number // 3),
            )
            for number in range(120)
        ]
        append_many(session, drafts, now=now)
        session.commit()
    seen, path, pages = [], "/journal?act=retry_events", 0
    while path:
        with statements(app) as many:
            page = elena.get(path).text
        assert len(many) <= len(few) <= 7
        seen += [int(part.partition("<")[0]) for part in body(page).split("event ")[1:]]
        path, pages = older(page), pages + 1
    assert pages == 3
    assert sorted(seen) == list(range(120))


def test_the_same_goes_out_as_a_table_whose_cells_do_not_run(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena, now = enter("elena"), datetime.now(UTC)
    with sessions() as session:
        append_many(session, [Draft("system", "retry_events", "machine:command", now, text="=1+1")], now=now)
        session.commit()
    answer = elena.get("/journal/file?stream=system")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [(row["act"], row["reason"]) for row in rows] == [("retry_events", "'=1+1")]
    assert "attachment" in answer.headers["Content-Disposition"]


def older(page: str) -> str:
    """The address of the next page, or nothing."""
    found = page.partition('rel="next"')[0].rpartition('href="')
    return found[2].partition('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""


def test_every_act_on_an_appeal_has_its_words() -> None:
    assert [act for act in Act if act not in journal_words.ACTS] == []


def test_only_the_administrator_reads_it(enter: Enter, cast: Cast) -> None:
    clients: list[FlaskClient] = [enter("anna"), enter("galina")]
    assert [client.get("/journal").status_code for client in clients] == [403, 403]


def test_ids_of_people_departments_and_topics_are_told_by_name(enter: Enter, cast: Cast, town: Town) -> None:
    elena = enter("elena")
    path = f"/topics/{town.snow.id}"
    send(elena, path, page=path, name="Снег во дворах", keywords="снег", is_active="y")
    send(elena, f"{path}/merging", page=path, into=str(town.lamps.id))
    send(elena, f"/people/{cast.galina.id}/password", page=f"/people/{cast.galina.id}")
    page = elena.get("/journal").text
    assert f"topic {town.snow.id} (Снег во дворах), into {town.lamps.id} (Фонари)" in page
    assert f"person {cast.galina.id} (Галина)" in page
    assert "(Галина)" not in elena.get("/journal/file").text
