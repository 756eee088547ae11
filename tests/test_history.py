"""History is brought in once, counts like everything else, and what cannot be taken is named."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import calendar_changes, enacting, gate, history, history_file, overdue, sealing
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author
from incidents.records.journal import Entry
from incidents.rules.acts import Refused, Status
from incidents.rules.history import REASONS, WARNINGS
from incidents.rules.norms import Hours, Kind, Norm, Start
from incidents.settings import Settings
from incidents.statistics import years
from tests.cast import NOW, OFFICE, Cast, Town
from tests.statistics.conftest import ZONE, local

HEADER = dict.fromkeys(history_file.COLUMNS, "")
ROW = {**HEADER, "external_id": "w1", "network": "vk", "text": "Яма", "received_at": "2023-05-01 10:00"}


def write(path: Path, *rows: dict[str, str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, history_file.COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(session: Session, settings: Settings, path: Path) -> history.RowsLoaded:
    lines = history_file.read(path)
    return history.load_rows(session, lines, history.IMPORT, settings, now=NOW)


def one(session: Session) -> Appeal:
    return session.scalars(select(Appeal)).one()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_file_is_read_in_any_of_its_encodings(
    session: Session, town: Town, settings: Settings, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = "Ёлка упала, дорога «закрыта»;\nкто уберёт?"
    loaded = load(
        session, settings, write(tmp_path / "a.csv", {**ROW, "text": text}, encoding=encoding, delimiter=delimiter)
    )
    assert (loaded.added, loaded.left_out, loaded.warnings) == (1, [], [])
    assert one(session).text == text


@pytest.mark.parametrize(
    "written",
    ["2023-05-01 10:00", "2023-05-01T10:00:00", "01.05.2023 10:00", "2023-05-01T00:00:00Z", "2023-05-01T03:00+03:00"],
)
def test_a_time_without_a_zone_is_the_towns(
    session: Session, town: Town, settings: Settings, tmp_path: Path, written: str
) -> None:
    load(session, settings, write(tmp_path / "a.csv", {**ROW, "received_at": written}))
    assert one(session).received_at == datetime(2023, 5, 1, 0, 0, tzinfo=UTC)


def test_an_appeal_of_the_past_is_all_there(
    session: Session, cast: Cast, town: Town, settings: Settings, tmp_path: Path
) -> None:
    row = {
        **ROW,
        "author_name": "Иван Петров",
        "author_url": "https://vk.com/id1",
        "permalink": "https://vk.com/wall-1_2",
        "posted_at": "2023-05-01 09:50",
        "answered_at": "01.05.2023 11:30",
        "answer_text": "Яму засыпали.",
        "topic": "Ямы",
        "department": "Управление дорог",
    }
    load(session, settings, write(tmp_path / "a.csv", row))
    appeal = one(session)
    assert (appeal.status, appeal.is_imported, appeal.topic_id) == (Status.ANSWERED, True, town.potholes.id)
    assert (appeal.department_id, appeal.permalink) == (cast.roads.id, "https://vk.com/wall-1_2")
    assert (appeal.due_at, appeal.answered_at) == (local(2023, 5, 1, 12), local(2023, 5, 1, 11, 30))
    assert appeal.author is not None
    assert (appeal.author.name, appeal.author.url) == ("Иван Петров", "https://vk.com/id1")
    answer = session.scalars(select(Answer)).one()
    assert (answer.state, answer.text, answer.published_at) == (
        AnswerState.PUBLISHED,
        "Яму засыпали.",
        appeal.answered_at,
    )
    entries = session.scalars(select(Entry).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq)).all()
    assert [(e.act, e.by, e.happened_at, e.noticed_at) for e in entries] == [
        ("register", "machine:import", appeal.received_at, NOW),
        ("confirm", "machine:import", appeal.answered_at, NOW),
    ]
    assert list(sealing.verify(session)) == []


def test_the_same_file_changes_nothing_the_second_time(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    rows = [{**ROW, "external_id": f"w{number}", "author_name": "Иван"} for number in range(30)]
    path = write(tmp_path / "a.csv", *rows)
    assert load(session, settings, path).added == 30
    again = load(session, settings, write(path, *rows, {**ROW, "network": "ok"}))
    assert (again.added, again.known) == (1, 30)
    kept = (select(func.count()).select_from(table) for table in (Appeal, Author))
    assert [session.scalar(each) for each in kept] == [31, 30]
    journalled = select(func.count()).select_from(Entry).where(Entry.stream.like("appeal:%"))
    assert session.scalar(journalled) == 31


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"external_id": ""}, "external_id_empty"),
        ({"external_id": "x" * 121}, "external_id_long"),
        ({"network": "myspace"}, "unknown_network"),
        ({"text": " "}, "text_empty"),
        ({"received_at": ""}, "received_at_empty"),
        ({"received_at": "вчера"}, "bad_received_at"),
        ({"received_at": "0001-01-01"}, "bad_received_at"),
        ({"received_at": "2199-01-01"}, "time_in_future"),
        ({"posted_at": "31.02.2023 10:00"}, "bad_posted_at"),
        ({"answered_at": "12"}, "bad_answered_at"),
        ({"answered_at": "2023-05-01 09:59"}, "answered_before_received"),
        ({"status": "lost"}, "unknown_status"),
        ({"status": "new", "answered_at": "2023-05-01 11:00"}, "status_contradicts"),
        ({"external_id": "good"}, "key_twice"),
    ],
)
def test_a_bad_row_is_named_and_nothing_else_is_lost(
    session: Session, town: Town, settings: Settings, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    good, last = {**ROW, "external_id": "good"}, {**ROW, "external_id": "last"}
    loaded = load(session, settings, write(tmp_path / "a.csv", good, {**ROW, **change}, last))
    assert (loaded.added, loaded.left_out) == (2, [(3, reason)])
    assert reason in REASONS


def test_a_line_that_is_no_csv_is_named_too(session: Session, town: Town, settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", {**ROW, "external_id": "a", "text": "на две\nстроки"})
    with path.open("a", encoding="utf-8") as file:
        file.write("b,vk,слишком,много,,,,2023-05-01,,,,,,ячеек\n\nc,vk,коротко,,,,,2023-05-01\n")
    loaded = load(session, settings, path)
    assert (loaded.added, loaded.left_out) == (2, [(4, "unreadable")])


def test_what_cannot_be_used_is_left_empty_and_told(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    row = {**ROW, "topic": "ямы", "department": "Дорожники", "permalink": "javascript:alert(1)", "author_url": "id1"}
    loaded = load(session, settings, write(tmp_path / "a.csv", row))
    assert loaded.added == 1
    assert sorted(loaded.warnings) == [(2, "author_url"), (2, "department"), (2, "permalink"), (2, "topic")]
    assert {column for _, column in loaded.warnings} == set(WARNINGS)
    appeal = one(session)
    assert (appeal.topic_id, appeal.department_id, appeal.permalink, appeal.author_id) == (None, None, None, None)


def test_a_file_without_the_columns_is_refused(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("год,число\n2018,184\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        list(history_file.read(path))
    assert refused.value.code == "bad_columns"


def test_the_norm_is_the_one_of_the_day_of_arrival(
    session: Session, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    for valid_from, minutes, hours in ((date(2018, 8, 1), 480, Hours.CALENDAR), (date(2023, 1, 1), 120, Hours.WORKING)):
        norm = Norm(0, Kind.SOCIAL, minutes, hours, Start.RECEIVED, valid_from)
        enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    calendar_changes.set_week(session, OFFICE, date(2018, 8, 1), cast.elena.actor, now=NOW, zone=settings.town_zone)
    moments = {"a": "2018-07-31 23:59", "b": "2022-12-31 23:59", "c": "2023-05-05 17:00"}
    rows = [{**ROW, "external_id": key, "received_at": at} for key, at in moments.items()]
    load(session, settings, write(tmp_path / "a.csv", *rows))
    due = {appeal.external_id: appeal.due_at for appeal in session.scalars(select(Appeal))}
    # A Friday evening: one hour of two is left for Monday morning.
    assert due == {"a": None, "b": local(2023, 1, 1, 7, 59), "c": local(2023, 5, 8, 10)}


def test_history_raises_no_alarm_but_counts(session: Session, town: Town, settings: Settings, tmp_path: Path) -> None:
    rows = [
        {**ROW, "external_id": "in time", "answered_at": "2023-05-01 12:00"},
        {**ROW, "external_id": "late", "answered_at": "2023-05-01 12:01"},
        {**ROW, "external_id": "never"},
        {**ROW, "external_id": "nobody knows when", "answer_text": "Сделано."},
        {**ROW, "external_id": "spam", "status": "rejected"},
    ]
    load(session, settings, write(tmp_path / "a.csv", *rows))
    assert overdue.raise_alarms(session, now=NOW).alarms == ()
    (year,) = years.table(session, ZONE, NOW).years
    assert (year.received, year.in_time, year.late, year.waiting, year.without_norm) == (4, 1, 2, 0, 1)
    inside = years.year(session, 2023, ZONE, NOW)
    assert inside is not None
    assert (inside.rejected, inside.answered_in_period) == (1, 2)


def test_many_rows_go_in_batches_and_the_door_hears_of_each(
    session: Session, town: Town, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 10)
    path = write(tmp_path / "a.csv", *({**ROW, "external_id": str(number)} for number in range(25)))
    heard: list[int] = []

    def hear(read: int) -> None:
        heard.append(read)
        session.commit()

    history.load_rows(session, history_file.read(path), history.IMPORT, settings, now=NOW, progress=hear)
    assert heard == [10, 20, 25]
