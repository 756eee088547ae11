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
    assert "row 2-4: there is no department of this name; left empty («Дорожники»)\n" in first.stderr
    assert "row 2-4: «Тип инцидента» is none we know\n" in first.stderr
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
    ("numbers", "words"), [([], ""), ([2], "2"), ([2, 3, 4, 7, 9, 10], "2-4, 7, 9-10"), ([5, 7], "5, 7")]
)
def test_numbers_are_listed_as_people_do(numbers: list[int], words: str) -> None:
    assert listed(numbers) == words
