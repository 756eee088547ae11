"""The files of «Инцидент Менеджмент» are read as office programs write them: workbooks, CSV, cells of every kind."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from incidents.flow import enacting, history_export
from incidents.rules import incident_manager
from incidents.rules.acts import Refused
from incidents.rules.incident_manager import COLUMNS
from incidents.rules.norms import Hours, Kind, Norm, Start
from incidents.rules.places import Network
from incidents.settings import Settings
from tests import exports
from tests.cast import NOW, Cast, Town
from tests.exports import ANSWERED, CREATED, ROW, Cell, Row, load, one
from tests.statistics.conftest import local


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "xlsx"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_an_export_is_read_in_any_of_its_forms(
    session: Session, town: Town, settings: Settings, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    if encoding == "xlsx":
        path = exports.workbook(tmp_path / "export", [ROW])
    else:
        path = exports.table(tmp_path / "export", [ROW], encoding, delimiter)
    loaded = load(session, settings, path)
    assert (loaded.added, loaded.left_out, loaded.warnings) == (1, [], [])
    appeal = one(session)
    assert (appeal.text, appeal.received_at, appeal.answered_at) == (ROW["text"], CREATED, ANSWERED)


def test_the_layout_has_47_columns_of_which_some_are_needed() -> None:
    assert len(set(COLUMNS.values())) == 47
    assert list(COLUMNS.values())[8].endswith("рабочее время")
    assert {*incident_manager.REQUIRED, *incident_manager.REQUIRED_FOR_TIMES} <= set(COLUMNS)


@pytest.mark.parametrize(
    "change",
    [
        {"created": datetime(2025, 12, 24, 21, 26, 2), "answered": datetime(2025, 12, 25, 9, 56, 39)},  # noqa: DTZ001
        {"created": "24.12.2025 21:26:02", "answered": "2025-12-25T09:56:39"},
        {"created": 46015.89307870371, "took": timedelta(hours=12, minutes=30, seconds=37, milliseconds=103)},
        {"took": time(12, 30, 37), "lasted": timedelta(days=1), "took_working": time(1, 26)},
        {"took": "12:30:37", "lasted": "24:00:00"},
        {"took": 0.52126, "lasted": 1.0},
        {"took": "-", "lasted": "NaT"},
    ],
)
def test_a_moment_and_a_length_of_time_may_be_cells_of_their_own_kind(
    session: Session, town: Town, settings: Settings, tmp_path: Path, change: dict[str, Cell]
) -> None:
    loaded = load(session, settings, exports.workbook(tmp_path / "a.xlsx", [{**ROW, **change}]))
    assert (loaded.added, loaded.left_out, loaded.warnings) == (1, [], [])
    assert (one(session).received_at, one(session).answered_at) == (CREATED, ANSWERED)


@pytest.mark.parametrize("change", [{"id": 52817344.0, "number": 1170233.0}, {"id": "52817344"}])
def test_a_number_of_a_workbook_is_written_as_people_write_it(
    session: Session, town: Town, settings: Settings, tmp_path: Path, change: dict[str, Cell]
) -> None:
    load(session, settings, exports.workbook(tmp_path / "a.xlsx", [{**ROW, **change}]))
    assert one(session).external_id == "52817344"


def test_a_row_is_numbered_as_the_spreadsheet_numbers_it(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    empty = dict.fromkeys(COLUMNS, "")
    rows: list[Row] = [{**ROW, "id": "1"}, empty, {**ROW, "id": ""}]
    loaded = load(session, settings, exports.workbook(tmp_path / "a.xlsx", rows, first_row=2))
    assert (loaded.added, loaded.left_out) == (1, [(6, "id_empty")])


def test_minutes_without_seconds_are_no_disagreement(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    # As a spreadsheet saves CSV: the moments lose their seconds, the lengths do not.
    saved = {"created": "24.12.2025 21:26", "answered": "25.12.2025 9:56", "ended": "25.12.2025 21:26"}
    assert load(session, settings, exports.table(tmp_path / "a.csv", [{**ROW, **saved}])).warnings == []


def test_columns_may_stand_in_any_order_and_among_others(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    names = [f"  {COLUMNS[code].upper()} " for code in reversed(incident_manager.REQUIRED)]
    cells: Row = {"mood": "!", **{code: ROW[code] for code in reversed(incident_manager.REQUIRED)}}
    path = exports.workbook(tmp_path / "a.xlsx", [cells], ["Настроение", *names, names[0]])
    with history_export.opened(path, incident_manager.REQUIRED) as export:
        assert (export.word, list(export.extra)) == ("row", ["Настроение", names[0].strip()])
        assert len(export.absent) == 47 - len(incident_manager.REQUIRED)
    assert load(session, settings, path).added == 1


def test_a_file_without_the_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    names = [name for name in COLUMNS.values() if name not in ("ID", "Урл поста")]
    for path in (exports.workbook(tmp_path / "a.xlsx", [], names), exports.workbook(tmp_path / "b.xlsx", [], [])):
        with pytest.raises(Refused) as refused, history_export.opened(path, incident_manager.REQUIRED):
            pass
        assert refused.value.code == "bad_columns"
        assert "«ID», " in str(refused.value.details["missing"])
        assert "«Урл поста»" in str(refused.value.details["missing"])


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_broken_workbook_is_refused(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(start + b"not a workbook" * 100)
    with pytest.raises(Refused) as refused, history_export.opened(path, incident_manager.REQUIRED):
        pass
    assert refused.value.code == "bad_workbook"


def test_times_are_of_the_zone_that_was_named_and_all_else_is_the_towns(
    session: Session, cast: Cast, town: Town, settings: Settings, tmp_path: Path
) -> None:
    working = Norm(0, Kind.SOCIAL, 120, Hours.WORKING, Start.RECEIVED, date(2025, 1, 1), network=Network.VK)
    enacting.put(session, working, cast.elena.actor, now=NOW, note="")
    load(session, settings, exports.workbook(tmp_path / "a.xlsx", [ROW]), ZoneInfo("Asia/Omsk"))
    appeal = one(session)
    assert appeal.received_at == datetime(2025, 12, 24, 15, 26, 2, tzinfo=UTC)
    # The offices of the town, not those of the other program, had to answer.
    assert appeal.due_at == local(2025, 12, 25, 11)


def test_a_day_alone_is_its_midnight(session: Session, town: Town, settings: Settings, tmp_path: Path) -> None:
    path = exports.workbook(tmp_path / "a.xlsx", [{**ROW, "created": date(2025, 12, 24), "took": "", "lasted": ""}])
    load(session, settings, path)
    assert one(session).received_at == local(2025, 12, 24, 0)
