"""An export of «Инцидент Менеджмент» is brought in once; what cannot be taken is named, and nothing else is lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import gate, overdue, recomputing, sealing, timing
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Status
from incidents.rules.incident_manager import REASONS, WARNINGS
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.statistics import years
from tests import exports
from tests.cast import NOW, Cast, Town
from tests.exports import ANSWERED, CREATED, ROW, Cell, Row, load, one
from tests.statistics.conftest import ZONE, local


def test_an_incident_is_all_there(session: Session, cast: Cast, town: Town, settings: Settings, tmp_path: Path) -> None:
    row = {
        **ROW,
        "department": "Управление ЖКХ",
        "responder": "Дмитрий",
        "group": "Город",
        "topic": "Снег во дворах",
        "settlement": "Комсомольск-на-Амуре",
        "street": "Садовая",
        "house": 7.0,
        "responder_answered": "2025-12-25 15:00:00",
        "answer_1": "Уточняем.",
        "answer_2": "Вывезли.",
    }
    assert load(session, settings, exports.workbook(tmp_path / "a.xlsx", [row])).warnings == []
    appeal = one(session)
    assert (appeal.external_id, appeal.network, appeal.is_imported) == ("52817344", Network.VK, True)
    assert (appeal.status, appeal.outcome, appeal.posted_at) == (Status.CLOSED, "solved", None)
    assert (appeal.department_id, appeal.assignee_id) == (cast.housing.id, cast.dmitry.id)
    assert (appeal.topic_id, appeal.permalink) == (town.snow.id, ROW["link"])
    assert appeal.address == "Комсомольск-на-Амуре, Садовая, 7"
    assert appeal.author is not None
    assert (appeal.author.url, appeal.author.network) == ("https://vk.com/id7", Network.VK)
    # Two hours around the clock from creation: the file knows nothing of the post.
    assert (appeal.clock_started_at, appeal.due_at) == (CREATED, CREATED + timedelta(hours=2))
    answers = session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [(answer.text, answer.published_at) for answer in answers] == [
        ("Здравствуйте! Яму засыпали.", ANSWERED),
        ("Уточняем.", local(2025, 12, 25, 15)),
        ("Вывезли.", None),
    ]
    entries = session.scalars(select(Entry).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq)).all()
    assert [(entry.act, entry.happened_at) for entry in entries] == [
        ("register", CREATED),
        ("confirm", ANSWERED),
        ("close", CREATED + timedelta(days=1)),
    ]
    assert {entry.by for entry in entries} == {"machine:import"}
    assert entries[0].data["foreign_number"] == "1170233"
    assert entries[0].data["ended_at"] == (CREATED + timedelta(days=1)).astimezone(UTC).isoformat()
    assert list(sealing.verify(session)) == []


@pytest.mark.parametrize(
    ("link", "network", "warnings"),
    [
        ("https://vk.com/wall-1_2", Network.VK, []),
        ("https://m.ok.ru/group/7/topic/8", Network.OK, []),
        ("https://telegram.me/channel/15", Network.TELEGRAM, []),
        ("vk.com/wall-1_2", Network.VK, []),
        ("https://forum.example/7", Network.OTHER, ["network"]),
        ("", Network.OTHER, ["network"]),
        ("нет ссылки", Network.OTHER, ["network", "permalink"]),
    ],
)
def test_the_network_is_told_by_the_host(
    session: Session, town: Town, settings: Settings, tmp_path: Path, link: str, network: Network, warnings: list[str]
) -> None:
    loaded = load(session, settings, exports.table(tmp_path / "a.csv", [{**ROW, "link": link}]))
    assert (loaded.added, [code for _, code in loaded.warnings]) == (1, warnings)
    assert one(session).network is network


@pytest.mark.parametrize(
    ("step", "answered", "status", "warnings"),
    [
        ("Готово", ANSWERED, Status.CLOSED, []),
        ("Оценка удовлетворенности", ANSWERED, Status.ANSWERED, []),
        ("Готово", None, Status.CLOSED, []),
        ("Подготовка ответа", ANSWERED, Status.ANSWERED, ["step"]),
        ("Подготовка ответа", None, Status.NEW, ["step"]),
        ("", None, Status.NEW, []),
    ],
)
def test_the_step_is_the_status(
    session: Session,
    town: Town,
    settings: Settings,
    tmp_path: Path,
    step: str,
    answered: datetime | None,
    status: Status,
    warnings: list[str],
) -> None:
    silent = {} if answered else {"answered": "", "answer": "", "took": "", "took_working": ""}
    loaded = load(session, settings, exports.table(tmp_path / "a.csv", [{**ROW, **silent, "step": step}]))
    assert [code for _, code in loaded.warnings] == warnings
    appeal = one(session)
    assert (appeal.status, appeal.answered_at) == (status, answered)
    # Of what was closed nobody knows when, no verdict is possible.
    assert (appeal.due_at is None) == (status is Status.CLOSED and answered is None)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_same_export_changes_nothing_the_second_time(
    session: Session, town: Town, settings: Settings, tmp_path: Path, form: str
) -> None:
    write = exports.workbook if form == "xlsx" else exports.table
    rows = [{**ROW, "id": str(number), "answer_1": "И ещё."} for number in range(30)]
    assert load(session, settings, write(tmp_path / "a", rows)).added == 30
    # What came by a workbook is known from CSV too, and a later export may hold more.
    write = exports.table if form == "xlsx" else exports.workbook
    again = load(session, settings, write(tmp_path / "b", [*rows, {**ROW, "id": "30"}]))
    assert (again.added, again.known, again.warnings) == (1, 30, [])
    kept = (session.scalar(select(func.count()).select_from(each)) for each in (Appeal, Answer))
    assert list(kept) == [31, 61]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": ""}, "id_empty"),
        ({"id": "7" * 121}, "id_long"),
        ({"text": " "}, "text_empty"),
        ({"created": ""}, "created_empty"),
        ({"created": "вчера"}, "bad_created"),
        ({"created": "2025-12-32 10:00:00"}, "bad_created"),
        ({"created": 7.0}, "bad_created"),
        ({"created": "2199-01-01 10:00:00"}, "time_in_future"),
        ({"answered": "2199-01-01 10:00:00"}, "time_in_future"),
        ({"answered": "скоро"}, "bad_answered"),
        ({"answered": "2025-12-24 21:26:01"}, "answered_before_created"),
        ({"id": "first"}, "key_twice"),
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_bad_row_is_named_and_nothing_else_is_lost(
    session: Session,
    town: Town,
    settings: Settings,
    tmp_path: Path,
    change: dict[str, Cell],
    reason: str,
    form: str,
) -> None:
    rows: list[Row] = [{**ROW, "text": "Яма", **each} for each in ({"id": "first"}, change, {"id": "last"})]
    write = exports.workbook if form == "xlsx" else exports.table
    loaded = load(session, settings, write(tmp_path / "a", rows))
    assert (loaded.added, loaded.left_out) == (2, [(3, reason)])
    assert reason in REASONS


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"link": "https://forum.example/7"}, "network"),
        ({"link": "javascript:alert(1)"}, "permalink"),
        ({"author": "id7"}, "author_url"),
        ({"group": "Дороги", "topic": "Мосты"}, "topic"),
        ({"department": "Дорожники"}, "department"),
        ({"department": "roads", "responder": "Дмитрий"}, "responder"),
        ({"step": "Публикация"}, "step"),
        ({"outcome": "Частично"}, "outcome"),
        ({"type": "Прочее"}, "type"),
        ({"ended": "потом"}, "bad_ended"),
        ({"ended": "2025-12-24 21:00:00"}, "ended_before_created"),
        ({"responder_answered": "утром"}, "bad_responder_answered"),
        ({"took": "0 days 12:30:35"}, "took"),
        ({"took": "полдня"}, "took"),
        ({"lasted": "0 days 23:59:00"}, "lasted"),
    ],
)
def test_what_cannot_be_used_is_left_empty_and_told(
    session: Session, town: Town, settings: Settings, tmp_path: Path, change: dict[str, Cell], code: str
) -> None:
    loaded = load(session, settings, exports.workbook(tmp_path / "a.xlsx", [{**ROW, **change}]))
    assert (loaded.added, loaded.left_out) == (1, [])
    assert (2, code) in loaded.warnings
    assert {told for _, told in loaded.warnings} <= {code, "network"}
    assert code in WARNINGS


def test_a_topic_is_found_with_its_group_and_without(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    named = [{"group": "Город", "topic": "Ямы"}, {"group": "Иная", "topic": "Ямы"}, {"group": "Город", "topic": ""}]
    rows = [{**ROW, **names, "id": str(number)} for number, names in enumerate(named)]
    assert load(session, settings, exports.table(tmp_path / "a.csv", rows)).warnings == []
    found = session.scalars(select(Appeal.topic_id).order_by(Appeal.external_id)).all()
    assert found == [town.potholes.id, town.potholes.id, None]


def test_the_names_that_say_nothing_are_told(session: Session, town: Town, settings: Settings, tmp_path: Path) -> None:
    rows = [{**ROW, "id": str(n), "department": name} for n, name in enumerate(("Дорожники", "housing", "Мостовики"))]
    loaded = load(session, settings, exports.table(tmp_path / "a.csv", rows))
    assert loaded.unknown == {"department": {"Дорожники", "Мостовики"}}


def test_an_imported_incident_raises_no_alarm_but_counts(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    silent = {"answered": "", "answer": "", "took": "", "step": ""}
    rows = [{**ROW, "id": "late"}, {**ROW, "id": "never", **silent}, {**ROW, "id": "gone", **silent, "step": "Готово"}]
    assert load(session, settings, exports.table(tmp_path / "a.csv", rows)).added == 3
    assert overdue.raise_alarms(session, now=NOW).alarms == ()
    (year,) = years.table(session, ZONE, NOW).years
    assert (year.received, year.in_time, year.late, year.without_norm) == (3, 0, 2, 1)


def test_what_is_stored_is_what_the_journal_says(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    silent = {"answered": "", "answer": "", "took": ""}
    endings: list[dict[str, str]] = [
        {},
        {"ended": ""},
        # The file closes it before it answers: the answer counts, and the date is kept aside.
        {"ended": "2025-12-25 09:00:00"},
        {**silent},
        {**silent, "step": "Подготовка ответа"},
        {"step": "Оценка удовлетворенности"},
    ]
    rows = [{**ROW, "lasted": "", **ending, "id": str(number)} for number, ending in enumerate(endings)]
    load(session, settings, exports.table(tmp_path / "a.csv", rows))
    numbers = recomputing.after(session, 0)
    assert len(numbers) == len(endings)
    assert recomputing.differences(session, numbers, timing.rules(session), now=NOW) == []
    closings = select(Entry.stream).where(Entry.act == "close").order_by(Entry.id)
    assert list(session.scalars(closings)) == [gate.stream(numbers[place]) for place in (0, 3)]
