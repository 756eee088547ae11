"""The `incidents` command: what it prints, what it refuses in one line, and with which status."""

import json
import os
import pkgutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from incidents import cli
from incidents.cli import main
from incidents.flow import accounts, vault
from incidents.rules.acts import Role

TOTALS = "2018,184\n2019,1782\n2020,4829\n2021,6081\n2022,6141\n2023,8331\n"

MODULES = [import_module(f"{cli.__name__}.{module.name}") for module in pkgutil.iter_modules(cli.__path__)]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command for a founded town of its own."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    (tmp_path / "key").write_text(Fernet.generate_key().decode())
    config = tmp_path / "config.toml"
    config.write_text(
        f'town_name = "Город"\nzone = "Asia/Vladivostok"\nkey_file = "{tmp_path}/key"\ndatabase_url = "sqlite:///{tmp_path}/town.db"\n'
    )

    def call(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(main, ["--config", str(config), *arguments], input=given)

    assert call("upgrade").exit_code == 0
    return call


def test_every_command_is_read_from_where_it_stands(run: Run) -> None:
    found = {
        command.name: module.__name__.rpartition(".")[2]
        for module in MODULES
        for command in getattr(module, "COMMANDS", ())
    }
    assert found == cli.HOMES
    told = run("--help").stdout
    assert all(name in told for name in found)
    assert run("unknown").exit_code == 2


def test_serving_reads_nothing_of_the_program_but_the_settings() -> None:
    """What gunicorn reads again would be read twice at each start."""
    said = "import sys, incidents.cli.serving; print(*(name for name in sys.modules if name.startswith('incidents.')))"
    read = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    assert "incidents.settings" in read
    assert not [name for name in read if name.startswith(("incidents.web", "incidents.records", "incidents.flow"))]


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("town.db", "the database is not at this version; run `incidents upgrade`"),
        ("no/town.db", "database: unable to"),
    ],
)
def test_serving_a_town_without_its_tables_ends_with_one_line(database: str, told: str, tmp_path: Path) -> None:
    given = {"town_name": "Город", "zone": "Asia/Vladivostok", "key": vault.new_key(), "bind": "127.0.0.1:0"}
    given["database_url"] = f"sqlite:///{tmp_path}/{database}"
    environment = dict(os.environ) | {f"INCIDENTS_{name.upper()}": value for name, value in given.items()}
    ended = subprocess.run(
        [sys.executable, "-m", "incidents", "serve"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"incidents: {told}")
    assert len(ended.stderr.splitlines()) == 1


def test_serving_where_its_counters_cannot_lie_ends_with_one_line(tmp_path: Path) -> None:
    given = {"town_name": "Город", "zone": "Asia/Vladivostok", "key": vault.new_key(), "bind": "127.0.0.1:0"}
    place = tmp_path / f"incidents-{os.getuid()}-127-0-0-1-0"
    place.write_text("somebody else's")
    environment = dict(os.environ) | {f"INCIDENTS_{name.upper()}": value for name, value in given.items()}
    ended = subprocess.run(
        [sys.executable, "-m", "incidents", "serve"],
        env=environment | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (1, f"incidents: {place}: File exists\n")


def test_upgrade_founds_an_empty_town_once(run: Run) -> None:
    again = run("upgrade")
    said, code = again.stdout.splitlines()
    assert (again.exit_code, said) == (0, "database is up to date")
    # Until somebody works here, the console alone tells the code that opens the first setup.
    assert code.startswith("nobody works here yet: open http://127.0.0.1:8000/start")
    assert "housing" in run("departments").stdout


def test_a_person_without_a_password_gets_one_to_be_changed(run: Run) -> None:
    made = run("user", "add", "anna", "--role", "press")
    assert made.exit_code == 0
    assert len(made.stdout.strip()) >= accounts.SHORTEST_PASSWORD
    taken = run("user", "add", "Anna", "--role", "press")
    assert taken.exit_code == 1
    assert taken.stderr.startswith("incidents: login taken")


@pytest.mark.parametrize("role", [Role.HEAD, Role.RESPONDER])
def test_a_department_is_asked_for_and_named_when_wrong(role: Role, run: Run) -> None:
    assert run("user", "add", "boris", "--role", role.value).exit_code == 1
    wrong = run("user", "add", "boris", "--role", role.value, "--department", "moon")
    assert (wrong.exit_code, "housing" in wrong.stderr) == (1, True)
    given = run(
        "user",
        "add",
        "boris",
        "--role",
        role.value,
        "--department",
        "housing",
        "--password-stdin",
        given="long enough\n",
    )
    assert (given.exit_code, given.stdout) == (0, "boris: added\n")


def test_wrong_usage_is_status_two(run: Run) -> None:
    assert run("user", "add", "anna", "--role", "tsar").exit_code == 2
    assert run("sweep", "--now", "yesterday").exit_code == 2
    assert run("nonsense").exit_code == 2


def test_the_towns_six_years_come_in_as_numbers_and_out_as_figures(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "years.csv"
    file.write_text(TOTALS)
    for _ in range(2):
        assert run("import", str(file), "--layout", "totals").exit_code == 0
    told = json.loads(run("report", "years").stdout)
    assert [year["received"] for year in told["years"]] == [184, 1782, 4829, 6081, 6141, 8331]
    assert [year["growth_percent"] for year in told["years"]] == [None, 868.5, 171.0, 25.9, 1.0, 35.7]
    assert told["total"] == 27348
    assert {year[name] for year in told["years"] for name in ("in_time", "late", "waiting")} == {None}
    assert "2023;8331;35,7" in run("report", "years", "--format", "csv").stdout
    assert len(json.loads(run("report", "year", "2023").stdout)["months"]) == 12
    assert run("report", "year", "1999").exit_code == 1


def test_a_bad_line_of_history_is_named_and_nothing_else_is_lost(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(
        "external_id,network,text,received_at,answered_at\n1,vk,Ямы,2024-05-01 10:00,2024-05-01 11:00\n2,vk,Ямы,нет,\n"
    )
    first = run("import", str(file), "--layout", "rows")
    assert (first.exit_code, "added 1" in first.stdout, "line 3" in first.stderr) == (1, True, True)
    assert "added 0, known 1" in run("import", str(file), "--layout", "rows").stdout
    assert json.loads(run("sweep").stdout) == {"warned": 0, "overdue": 0, "escalated": 0}


def test_a_sweep_in_the_future_is_for_training_only(run: Run) -> None:
    refused = run("sweep", "--now", "2099-01-01T00:00:00Z")
    assert (refused.exit_code, "training" in refused.stderr) == (1, True)
    assert json.loads(run("sweep", "--now", "2020-01-01T00:00:00Z").stdout) == {
        "warned": 0,
        "overdue": 0,
        "escalated": 0,
    }


def test_the_journal_is_verified_and_a_change_past_the_program_is_found(run: Run, tmp_path: Path) -> None:
    assert run("verify").exit_code == 0
    with sqlite3.connect(tmp_path / "town.db") as raw:
        raw.execute("DROP TRIGGER entries_no_update")
        raw.execute("UPDATE entries SET by = 'person:1' WHERE id = 1")
    found = run("verify")
    assert (found.exit_code, "was changed" in found.stdout) == (1, True)


def test_a_backup_is_whole_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)).exit_code == 0
    assert run("backup", str(copy)).exit_code == 1
    with sqlite3.connect(copy) as raw:
        assert raw.execute("SELECT count(*) FROM topics").fetchone()[0] > 100
    assert copy.stat().st_mode & 0o077 == 0


def test_a_source_is_connected_and_its_secrets_are_nowhere_to_be_read(run: Run, tmp_path: Path) -> None:
    made = run("source", "add", "vk", "42", "--name", "Город", "--key", "city", given="s3cret-word\nt0ken-word\n")
    assert (made.exit_code, made.stdout.strip()) == (0, "http://127.0.0.1:8000/hooks/vk/city")
    for file in tmp_path.glob("town.db*"):
        assert b"s3cret-word" not in file.read_bytes()
        assert b"t0ken-word" not in file.read_bytes()


def test_check_says_what_is_wrong_and_what_to_do(run: Run) -> None:
    told = run("check")
    assert told.exit_code == 1
    assert "no administrator" in told.stdout
    assert "nights included" in told.stdout
    assert "start `incidents worker`" in told.stdout


def test_settings_that_are_wrong_stop_with_the_keys_name(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('town_name = "Город"\nzone = "Mars/Olympus"\n')
    told = CliRunner().invoke(main, ["--config", str(config), "check"])
    assert (told.exit_code, "zone:" in told.stderr, "Traceback" in told.output) == (1, True, False)
    assert "zone" in tomllib.loads(config.read_text())


def test_a_new_key_fits() -> None:
    Fernet(CliRunner().invoke(main, ["key"]).stdout.strip())
