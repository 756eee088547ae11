"""The calendar from the command line: a year shown, a file brought in, and what `incidents check` says of what is missing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from incidents.cli import main
from incidents.flow import production
from incidents.flow.founding import OFFICE_DAY
from incidents.rules.calendar import Versions
from incidents.rules.calendar_year import gaps

ZONE = ZoneInfo("Asia/Vladivostok")
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command for a founded town of its own."""
    (tmp_path / "key").write_text(Fernet.generate_key().decode())
    config = tmp_path / "config.toml"
    config.write_text(
        f'town_name = "Город"\nzone = "Asia/Vladivostok"\nkey_file = "{tmp_path}/key"\ndatabase_url = "sqlite:///{tmp_path}/town.db"\n'
    )

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(config), *arguments])

    assert call("upgrade").exit_code == 0
    return call


def test_check_says_what_the_calendar_of_the_coming_year_lacks(run: Run) -> None:
    calendar = production.calendar(ZONE, (OFFICE_DAY,) * 5 + ((), ()))
    now = datetime.now(UTC)
    missing = gaps(Versions(((now, calendar),)), ZONE, now)
    told = [line for line in run("check").stdout.splitlines() if " calendar" in line]
    assert len(told) == max(len(missing), 1)
    for gap, line in zip(missing, told, strict=False):
        assert line.startswith(f"note  calendar {gap.year}: no ")


def test_a_year_is_shown_with_its_days_and_what_it_lacks(run: Run) -> None:
    shown = run("calendar", "show", "2026").stdout
    assert "2026-11   20 days     159 hours\n" in shown
    assert "2026     247 days    1972 hours\n" in shown
    assert "2026-11-04  holiday    -                           День народного единства\n" in shown
    assert "2026-11-03  shortened  9:00-13:00, 14:00-17:00\n" in shown
    assert "2026: " not in shown
    assert "2028: no moved days off yet" in run("calendar", "show", "2028").stdout
    assert "2028: no shortened days yet" in run("calendar", "show", "2028").stdout
    assert run("calendar", "show", "1812").exit_code == 2


def test_what_was_written_is_loaded_again_and_what_is_added_counts(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(run("calendar", "dump").stdout, encoding="utf-8")
    same = run("calendar", "load", str(file))
    assert (same.exit_code, same.stderr) == (1, "incidents: calendar same\n")
    year = datetime.now(UTC).year + 5
    file.write_text(f"date,shorter_by_minutes\n{year}-04-29,60\n{year}-04-30,60\n")
    loaded = run("calendar", "load", str(file), "--from", f"{year - 1}-01-01", "--note", "приказ")
    assert loaded.stdout == f"2 days differ from {year - 1}-01-01 on\n", loaded.stderr
    assert f"{year}-04-30" not in run("calendar", "dump").stdout
    assert f"{year}: no shortened days" not in run("calendar", "show", str(year)).stdout


def test_a_departments_own_calendar_leaves_the_towns_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("date,kind,name\n2026-12-12,regional,День отдела\n")
    assert run("calendar", "load", str(file), "--department", "housing").exit_code == 0
    assert "2026-12-12" in run("calendar", "show", "2026", "--department", "housing").stdout
    assert "2026-12-12" not in run("calendar", "show", "2026").stdout
    unknown = run("calendar", "dump", "--department", "moon")
    assert (unknown.exit_code, "there is no department moon" in unknown.stderr) == (1, True)


def test_a_file_with_a_bad_line_is_not_taken(run: Run, tmp_path: Path) -> None:
    before = run("calendar", "dump").stdout
    file = tmp_path / "days.csv"
    file.write_text("date,kind,name\n2026-12-12,regional,День\n2026-12-32,regional,День\n2026-12-13,feast,\n")
    refused = run("calendar", "load", str(file))
    assert refused.exit_code == 1
    assert "line 3: no date" in refused.stderr
    assert "line 4: no kind of day" in refused.stderr
    file.write_text("a,b\n")
    assert "lacks the columns date" in run("calendar", "load", str(file)).stderr
    file.write_text("date,kind\n")
    assert "no days" in run("calendar", "load", str(file)).stderr
    file.write_text("date,kind\n2026-12-12,regional\n")
    assert "calendar in past" in run("calendar", "load", str(file), "--from", "2020-01-01").stderr
    assert run("calendar", "dump").stdout == before
