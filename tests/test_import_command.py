"""`incidents import --layout incident-manager`: what a person at the keyboard reads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from incidents.cli import main
from incidents.cli.importing import listed
from incidents.rules.incident_manager import COLUMNS
from tests import exports
from tests.exports import ROW

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command for a founded town of its own, in the zone of the export."""
    (tmp_path / "key").write_text(Fernet.generate_key().decode())
    config = tmp_path / "config.toml"
    config.write_text(
        f'town_name = "Город"\nzone = "Asia/Omsk"\nkey_file = "{tmp_path}/key"\ndatabase_url = "sqlite:///{tmp_path}/town.db"\n'
    )

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(config), *arguments])

    assert call("upgrade").exit_code == 0
    return call


def test_an_export_comes_in_and_its_bad_rows_are_named(run: Run, tmp_path: Path) -> None:
    unknown = {"department": "Дорожники", "type": "Прочее"}
    rows = [*({**ROW, **unknown, "id": str(n)} for n in range(1, 4)), {**ROW, "id": ""}, {**ROW, "text": ""}]
    file = str(exports.workbook(tmp_path / "export.xlsx", rows))
    first = run("import", file, "--layout", "incident-manager")
    assert (first.exit_code, first.stdout) == (1, "added 3, known 0, left out 2\n")
    assert "row 5: left out: «ID» is empty\nrow 6: left out: «Текст инцидента» is empty\n" in first.stderr
    assert "rows 2-4: there is no department of this name; left empty («Дорожники»)\n" in first.stderr
    assert "rows 2-4: «Тип инцидента» is none we know\n" in first.stderr
    assert "everything else is in" in first.stderr
    assert run("import", file, "--layout", "incident-manager").stdout == "added 0, known 3, left out 2\n"
    assert json.loads(run("sweep").stdout) == {"warned": 0, "overdue": 0, "escalated": 0}
    assert run("verify").exit_code == 0
    (year,) = json.loads(run("report", "years").stdout)["years"]
    assert (year["year"], year["received"]) == (2025, 3)


def test_a_good_export_is_status_nought_and_its_lines_are_told_as_lines(run: Run, tmp_path: Path) -> None:
    file = exports.table(tmp_path / "export.csv", [{**ROW, "step": "Публикация"}], "cp1251", ";")
    told = run("import", str(file), "--layout", "incident-manager")
    assert (told.exit_code, told.stdout) == (0, "added 1, known 0, left out 0\n")
    assert "line 2: «Текущий шаг инцидента» is none we know" in told.stderr


def test_columns_that_are_missing_or_new_are_told(run: Run, tmp_path: Path) -> None:
    row = {"mood": "!", **{code: cell for code, cell in ROW.items() if code != "region"}}
    header = ["Настроение", *(name for name in COLUMNS.values() if name != "Регион")]
    told = run("import", str(exports.workbook(tmp_path / "a.xlsx", [row], header)), "--layout", "incident-manager")
    assert told.exit_code == 0
    assert "the file has no column «Регион»\n" in told.stderr
    assert "the file has a column that is not read: «Настроение»\n" in told.stderr
    wrong = exports.workbook(tmp_path / "b.xlsx", [], ["ID", "Урл поста"])
    told = run("import", str(wrong), "--layout", "incident-manager")
    assert told.exit_code == 1
    assert told.stderr.startswith("incidents: the file lacks the columns «Общее время первого ответа», ")
    assert told.stderr.count("\n") == 1


def test_a_file_that_is_no_workbook_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + b"nothing" * 100)
    told = run("import", str(tmp_path / "a.xlsx"), "--layout", "incident-manager")
    assert told.exit_code == 1
    assert told.stderr.startswith("incidents: the file cannot be read as a workbook: ")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([2], "row 2"),
        ([2, 3, 4, 7, 9, 10], "rows 2-4, 7, 9-10"),
        ([5, 7], "rows 5, 7"),
        (list(range(2, 50, 2)), f"rows {', '.join(map(str, range(2, 42, 2)))} and others, 24 in all"),
    ],
)
def test_numbers_are_listed_as_people_do(numbers: list[int], words: str) -> None:
    assert listed(numbers, "row") == words


CHECK = ("--layout", "incident-manager", "--check-times")


def test_the_times_are_checked_and_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    agrees = {**ROW, "answered": "2025-12-25 17:45:00", "created": "2025-12-25 17:00:00", "took_working": "00:30:00"}
    wrong = {**agrees, "took_working": "0 days 00:31:00"}
    silent = {**agrees, "answered": ""}
    broken = {**agrees, "created": "вчера"}
    file = str(exports.workbook(tmp_path / "a.xlsx", [ROW, agrees, wrong, silent, broken]))
    told = run("import", file, *CHECK, "--opens", "08:30", "--closes", "17:30")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "Counted by 08:30-17:30, by the production calendar; times in the file without a zone taken as the town's, or as --zone says.",
        "3 rows compared: 2 agree, 1 do not; 1 have no answer or no working time to compare, 1 cannot be read.",
        "row 4: ours 00:30, in the file 00:31",
        "Where they do not agree, ours is longer in 0 and shorter in 1; in 1 by one minute.",
        "The closing hour 17:30 fits best, as given: 2 of the 3 rows compared.",
        "No lunch hour, shorter Friday, other opening hour or other days that were tried beside it fit better.",
        "1 agree with nothing that was tried; the program that wrote the file may count them in its own way.",
        "Nothing was imported: the times were only compared.",
    ]
    assert "row 6: not compared: «Дата создания» is no time" in told.stderr
    assert json.loads(run("report", "years").stdout)["years"] == []


def test_the_closing_hour_that_fits_best_is_told(run: Run, tmp_path: Path) -> None:
    rows = [
        {**ROW, "created": "2025-12-25 17:00:00", "answered": "2025-12-26 09:00:00", "took_working": took}
        for took in ("01:15:00", "01:15:00", "01:00:00")
    ]
    file = str(exports.table(tmp_path / "a.csv", rows))
    told = run("import", file, *CHECK, "--closes", "18:00").stdout
    assert "3 lines compared: 0 agree, 3 do not" in told
    assert "line 2: ours 01:30, in the file 01:15" in told
    assert "The closing hour 17:45 fits best: 2 of the 3 lines compared." in told
    # What suits two hours alike is not passed off as one.
    late = str(exports.table(tmp_path / "b.csv", [ROW]))
    told = run("import", late, *CHECK, "--closes", "18:00").stdout
    assert (
        "The closing hours 11:30-21:15 fit best and equally well, the given one among them; "
        "the file cannot tell which it is: 1 of the 1 line compared.\n"
    ) in told


def test_an_export_that_says_nothing_of_times_is_checked_too(run: Run, tmp_path: Path) -> None:
    file = str(exports.table(tmp_path / "a.csv", [{**ROW, "took_working": ""}]))
    told = run("import", file, *CHECK, "--closes", "18:00", "--lunch", "12:30-13:30", "--zone", "Europe/Moscow")
    assert told.exit_code == 0
    assert "0 lines compared: 0 agree, 0 do not; 1 have no answer" in told.stdout
    assert told.stdout.endswith("Nothing was imported: the times were only compared.\n")


@pytest.mark.parametrize(
    "options",
    [
        CHECK,
        (*CHECK, "--closes", "25:00"),
        (*CHECK, "--closes", "half past five"),
        (*CHECK, "--closes", "08:00"),
        (*CHECK, "--closes", "17:30", "--lunch", "13:00-12:00"),
        (*CHECK, "--closes", "17:30", "--lunch", "12:00"),
        (*CHECK, "--closes", "17:30", "--lunch", "17:00-18:00"),
        ("--layout", "incident-manager", "--closes", "17:30"),
        ("--layout", "rows", "--check-times", "--closes", "17:30"),
    ],
)
def test_hours_that_cannot_be_are_wrong_usage(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = str(exports.table(tmp_path / "a.csv", [ROW]))
    assert run("import", file, *options).exit_code == 2


def test_a_file_without_working_times_is_refused(run: Run, tmp_path: Path) -> None:
    file = str(exports.workbook(tmp_path / "a.xlsx", [], ["ID", "Дата создания", "Общее время первого ответа"]))
    told = run("import", file, *CHECK, "--closes", "17:30")
    assert told.exit_code == 1
    assert "lacks the columns «Время с даты создания инцидента до времени первого ответа, рабочее время»" in told.stderr
