"""The demonstration as a whole: it starts on free ports, lives, keeps its town, and leaves no process behind."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from incidents.demo import founding
from incidents.demo.folder import open_folder
from incidents.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small town in it."""
    monkeypatch.delenv("INCIDENTS_CONFIG", raising=False)
    folder = open_folder(tmp_path / ".demo", fresh=False)
    settings = Settings(town_name="Город", zone="Asia/Vladivostok", key_file=str(folder.key_file()))
    founding.make(folder, settings, years={2023: 20}, a_day=2)
    folder.close()
    return folder.path


def free_port() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@contextmanager
def demonstration(place: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The demonstration in a process of its own; killed at the end if it is still there."""
    command = [sys.executable, "-m", "incidents.demo", "--port", str(port), "--folder", str(place)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, cwd=place.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str], wanted: str) -> str:
    """What it printed until the wanted words came."""
    assert process.stdout is not None
    lines = ""
    for line in process.stdout:
        lines += line
        if wanted in line:
            return lines
    raise AssertionError(lines)


def relatives(place: Path) -> list[str]:
    """The processes that work on this folder, by command line or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                known = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(place).encode() in known:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def until(question: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def heard(place: Path) -> int:
    """How many appeals came from the simulated networks."""
    with closing(sqlite3.connect(place / "town.db")) as database:
        return int(database.execute("SELECT count(*) FROM appeals WHERE object_key IS NOT NULL").fetchone()[0])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_it_starts_lives_and_stops_without_leaving_a_process(place: Path) -> None:
    port = free_port()
    with demonstration(place, port) as process:
        page = told(process, "Остановить")
        assert f"http://127.0.0.1:{port}/" in page
        assert re.search(r"^  anna +\S{4}-\S{4}-\S{4}-\S{4} +Анна Соколова", page, re.MULTILINE)
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/", timeout=10) as walls:
            assert "снегопад" in walls.read().decode().lower()
        assert until(lambda: heard(place) >= 5, 40), "citizens write and the worker registers"
        process.send_signal(signal.SIGTERM)
        told(process, "Остановлено")
        assert process.wait(30) == 0
        assert relatives(place) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc, and relies on what Linux tells the children")
def test_nobody_stays_when_the_demonstration_itself_is_killed(place: Path) -> None:
    with demonstration(place, free_port()) as process:
        told(process, "Остановить")
        assert len(relatives(place)) >= 5
        process.kill()
        process.wait(10)
        assert until(lambda: relatives(place) == [], 40)


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port: int = taken.getsockname()[1]
        with demonstration(tmp_path / ".demo", port) as process:
            assert f"Порт {port} (для страниц) занят" in told(process, "занят")
            assert process.wait(20) == 1
    assert not (tmp_path / ".demo").exists()
