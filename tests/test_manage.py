"""`./manage` ends with a sentence, never a traceback, and does nothing twice."""

import ast
import importlib.machinery
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def manage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module that takes an empty folder with the lock files for its checkout."""
    loader = importlib.machinery.SourceFileLoader("manage", str(ROOT / "manage"))
    spec = importlib.util.spec_from_loader("manage", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # or a file named managec would lie beside it
        loader.exec_module(module)
    for name in ("pyproject.toml", *module.LOCKS.values()):
        shutil.copy(ROOT / name, tmp_path)
    venv = tmp_path / ".venv"
    for name, value in {"ROOT": tmp_path, "VENV": venv, "PYTHON": venv / "bin/python", "STAMP": venv / "stamp"}.items():
        monkeypatch.setattr(module, name, value)
    return module


def call(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "manage"), *arguments]
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_an_old_python_can_still_read_the_script() -> None:
    ast.parse((ROOT / "manage").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "manage").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize(("arguments", "status"), [((), 2), (("dance",), 2), (("--help",), 0)])
def test_without_a_known_command_it_says_what_it_can(arguments: tuple[str, ...], status: int) -> None:
    done = call(*arguments)
    assert done.returncode == status
    assert "./manage demo" in done.stdout
    assert "./manage test" in done.stdout


def test_a_taken_port_is_said_before_anything_is_installed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = call("demo", "--port", str(port))
    assert done.returncode == 1
    assert f"Порт {port} занят" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_impossible_port_is_refused() -> None:
    assert "65535" in call("demo", "--port", "70000").stderr


def test_an_old_python_is_told_so(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage.sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(manage.Stop, match=r"Python 3\.11 или новее, а это 3\.9\.2"):
        manage.prepare("run")


def test_a_python_without_venv_is_told_what_to_install(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(manage.Stop, match="apt install python3-venv"):
        manage.prepare("run")


def test_a_folder_that_cannot_be_written_is_named(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage.os, "access", lambda path, mode: False)
    with pytest.raises(manage.Stop, match="нельзя писать"):
        manage.prepare("run")


@pytest.mark.slow
def test_without_a_network_it_says_so_and_can_be_run_again(tmp_path: Path) -> None:
    for name in ("manage", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        shutil.copy(ROOT / name, tmp_path)
    with socket.socket() as closed:  # bound and not listening: every connection to it is refused
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        offline = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": nowhere,
            "PIP_FIND_LINKS": "",
            "PIP_NO_CACHE_DIR": "1",
        }
        done = call("lock", folder=tmp_path, **offline)
    assert done.returncode == 1
    assert "нет связи" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv" / "manage-stamp").exists()


@pytest.fixture
def commands(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the script would run; nothing is installed."""
    ran: list[str] = []

    def note(command: list[Any], *_: Any, **__: Any) -> SimpleNamespace:
        ran.append(" ".join(map(str, command)))
        manage.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        manage.PYTHON.touch()
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setattr(manage.subprocess, "run", note)
    return ran


def test_what_is_installed_is_not_installed_twice(manage: ModuleType, commands: list[str]) -> None:
    manage.prepare("run")
    assert any("sync" in command and "requirements.txt" in command for command in commands)
    commands.clear()
    manage.prepare("run")
    assert commands == []


def test_a_changed_lock_is_installed(manage: ModuleType, commands: list[str]) -> None:
    manage.prepare("run")
    commands.clear()
    (manage.ROOT / "requirements.txt").write_text("another==1", encoding="utf-8")
    manage.prepare("run")
    assert any("sync" in command for command in commands)


def test_a_demo_after_a_test_takes_nothing_away(manage: ModuleType, commands: list[str]) -> None:
    manage.prepare("dev")
    commands.clear()
    manage.prepare("run")
    assert commands == []


def test_a_failed_step_fails_the_whole_and_the_rest_still_runs(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manage, "prepare", lambda kind: None)
    monkeypatch.setattr(manage, "has_chromium", lambda: True)
    failing = lambda command, **_: SimpleNamespace(returncode=int("ruff" in command))  # noqa: E731
    monkeypatch.setattr(manage.subprocess, "run", failing)
    assert manage.test([]) == 1
    closing = capsys.readouterr().out
    assert closing.count("НЕ ПРОЙДЕНО") == 2
    assert "тесты        пройдено" in closing


def test_in_ci_a_chromium_that_cannot_be_had_stops_the_tests(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = SimpleNamespace(returncode=100, stderr="E: Unable to locate package chromium")
    monkeypatch.setattr(manage.shutil, "which", lambda name: None)
    monkeypatch.setattr(manage.subprocess, "run", lambda *_, **__: refused)
    monkeypatch.setattr(manage, "IS_CI", True)
    with pytest.raises(manage.Stop, match="Unable to locate package chromium"):
        manage.has_chromium()


def test_nobody_is_made_root_by_the_script(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage.shutil, "which", lambda name: None)
    monkeypatch.setattr(manage.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(manage, "IS_CI", False)
    assert manage.has_chromium() is False
    assert "sudo " not in (ROOT / "manage").read_text(encoding="utf-8")


def test_the_bar_of_the_project_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0
