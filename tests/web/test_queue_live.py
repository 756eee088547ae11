"""A page of the queue: how it goes on, what it weighs, what it asks the database, how it stays true."""

import gzip

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from incidents.flow import routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter
from tests.web.desks import Desk, order

#: Each with a suggestion that waits for a click.
WORDS = (
    "Темно, фонари не горят от Кирова до Вокзальной, идём с ребёнком из садика, третий вечер подряд",
    "Почему фонари у завода горят через один? Люди идут со смены в полной темноте, и это не первый раз",
    "Фонарь у детского сада на Димитрова мигает и гаснет, дети возвращаются домой в темноте",
    "Темно у подъезда, освещения нет второй день, позвонили в диспетчерскую, сказали ждать",
)


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def test_pages_follow_one_another_without_gap_or_repetition(desk: Desk, enter: Enter) -> None:
    for number in range(120):
        desk.add(ago=number % 7 * 20, author_name="")
    undated = desk.session.get_one(Appeal, 60)
    undated.due_at = None
    desk.session.commit()
    client = enter("anna")
    for start in ("/queue", "/queue?status=all"):
        path, seen = start, list[int]()
        while path:
            page = client.get(path).text
            seen += order(client, path)
            links = [
                part.partition('"')[0] for part in page.split('<a href="')[1:] if 'rel="next"' in part.partition(">")[0]
            ]
            path = links[0].replace("&amp;", "&") if links else ""
        assert len(seen) == 120
        assert len(set(seen)) == 120


def test_a_full_page_is_light_and_asks_the_database_a_fixed_number_of_questions(
    desk: Desk, enter: Enter, app: Flask
) -> None:
    # Names as long as a town has them.
    desk.session.get_one(Topic, desk.town.lamps.id).name = "Уличное освещение: не горят фонари"
    roads = desk.session.get_one(Department, desk.cast.roads.id)
    roads.name = "Управление дорожной деятельности и внешнего благоустройства"
    desk.session.commit()
    client = enter("anna")
    asked: list[str] = []
    engine = app.extensions["incidents.sessions"].kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers: list[int] = []
    for rows in (3, 60):
        while len(numbers) < rows:
            numbers.append(
                desk.add(
                    WORDS[len(numbers) % len(WORDS)],
                    address="аллея Труда, 15" if len(numbers) % 3 else None,
                    attachments=({"kind": "photo"},) * (len(numbers) % 3),
                    author_name="Марина Константинова",
                    ago=len(numbers),
                ).number
            )
        asked.clear()
        page = client.get("/queue")
        few = len(asked)
        assert few <= 6, "\n".join(asked)
    assert len(order(client)) == 50
    # Ticks, buttons and flags included a row stays under a kilobyte, and the whole page, frame and all, under sixty.
    drawn = [part.partition("</li>")[0] for part in page.text.split('<li id="a')[1:]]
    assert all('name="accept"' in row for row in drawn)
    assert max(len(row.encode()) for row in drawn) <= 1_024
    assert len(page.data) < 60_000
    sent = client.get("/queue", headers={"Accept-Encoding": "gzip"})
    assert len(sent.data) < 15_000
    assert gzip.decompress(sent.data).startswith(b"<!doctype html>")


def test_an_open_page_gets_304_until_something_it_shows_changes(desk: Desk, enter: Enter) -> None:
    appeal = desk.add()
    client = enter("anna")
    page = client.get("/queue").text
    mark = page.partition(f'id="a{appeal.number}" data-v="')[2].partition('"')[0]
    asked = f"/queue/changes?since={appeal.number}&whole=1&rows={appeal.number}-{mark}"
    first = client.get(asked)
    assert first.status_code == 200
    assert f'id="a{appeal.number}"' not in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(asked, headers=tag).status_code == 304
    routing.take(desk.session, appeal, desk.cast.zoya, now=desk.now)
    desk.session.commit()
    changed = client.get(asked, headers=tag)
    assert changed.status_code == 200
    assert f'id="a{appeal.number}"' in changed.text
    assert "Зоя" in changed.text
    desk.add()
    arrived = client.get(asked, headers={"If-None-Match": changed.headers["ETag"]}).text
    assert "Поступило ещё 1 обращение — показать" in arrived
    assert 'data-title="Очередь' in arrived


def test_a_row_that_went_to_another_department_stays_as_a_line(desk: Desk, enter: Enter) -> None:
    appeal = desk.give(desk.add("Тайные слова"))
    boris = enter("boris")
    routing.assign(desk.session, appeal, desk.cast.roads, desk.cast.anna.actor, now=desk.now, reason="дорога")
    desk.session.commit()
    changed = boris.get(f"/queue/changes?rows={appeal.number}-aa&since=1").text
    assert f"№ {appeal.number} теперь у другого отдела" in changed
    assert "Тайные слова" not in changed


def test_odd_rows_of_a_live_question_are_refused(enter: Enter, desk: Desk) -> None:
    client = enter("anna")
    assert client.get("/queue/changes?rows=x-1").status_code == 400
    assert client.get("/queue/changes?rows=" + ",".join(f"{n}-a" for n in range(300))).status_code == 400
    assert client.get("/queue/changes").status_code == 200


def test_the_open_list_is_answered_by_the_index_of_open_appeals(desk: Desk, enter: Enter, app: Flask) -> None:
    desk.give(desk.add())
    asked: list[tuple[str, object]] = []
    engine = app.extensions["incidents.sessions"].kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    for login, question in (
        ("anna", ""),
        ("boris", ""),
        ("anna", "?department=housing&overdue=1"),
        ("anna", "?mine=1"),
    ):
        client = enter(login)
        asked.clear()
        client.get(f"/queue{question}")
        with engine.connect() as connection:
            for statement, given in [each for each in asked if "NOT IN ('answered'" in each[0]]:
                plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all())
                assert "ix_appeals_open" in plan, (login, question, plan, statement)
                assert "SCAN appeals'" not in plan
