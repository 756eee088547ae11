"""What `pip install` brings is the whole program: built as a release is, installed outside the checkout, and started from /."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow

#: Kept beside the package in the checkout and inside it in the wheel.
FURNITURE = ("templates", "migrations", "config.example.toml")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder, cwd=ROOT)
    return next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the unpacked source archive, as `pip install` of that archive would."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = next(folder.iterdir())
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder / "dist", cwd=source)
    return next((folder / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`incidents` in an environment outside the checkout; only the libraries are borrowed, as nothing may be downloaded."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd="/")
    python = folder / "bin" / "python"
    uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python)
    run(*uv, wheel, cwd="/")
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd="/").strip())
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "incidents"


@pytest.fixture
def town(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh town: its configuration file, and nothing of the checkout."""
    config = tmp_path / "config.toml"
    config.write_text(
        f'town_name = "Амурск"\nzone = "Asia/Vladivostok"\nkey = "{Fernet.generate_key().decode()}"\n'
        f'database_url = "sqlite:///{tmp_path}/incidents.db"\nbind = "127.0.0.1:{free_port()}"\n',
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INCIDENTS_", "PYTHON"))}
    return {**kept, "INCIDENTS_CONFIG": str(config), "HOME": str(tmp_path)}


def test_the_wheel_carries_everything_the_program_reads(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for folder in ("incidents", "templates", "migrations")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected = {path if path.startswith("incidents/") else f"incidents/{path}" for path in expected}
    assert expected | {"incidents/config.example.toml"} <= carried
    for kind in (".mo", ".html", ".csv", ".woff2", "htmx.min.js", "versions/0001_people.py"):
        assert any(name.endswith(kind) for name in carried), kind


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    carried = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in carried} == {"incidents"}
    assert not [name for name in carried if name.endswith((".db", ".pyc", ".key", ".env"))]


def test_the_source_archive_carries_the_furniture_and_the_tests(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 2)[1] for name in archive.getnames() if "/" in name}
    assert {*FURNITURE, "incidents", "tests", "LICENSE", "README.md", "manage", "pyproject.toml"} <= names


def test_the_installed_program_migrates_and_serves_from_anywhere(command: Path, town: dict[str, str]) -> None:
    place = run(command.parent / "python", "-c", "import incidents; print(incidents.HOME)", cwd="/", env=town).strip()
    assert not Path(place).is_relative_to(ROOT)
    run(command, "upgrade", cwd="/", env=town)
    with serving(command, town) as address:
        for path in ("/healthz", "/sign-in", "/static/vendor/htmx.min.js"):
            assert httpx2.get(address + path).status_code == 200, path
        assert "Амурск" in httpx2.get(address + "/sign-in").text


@contextmanager
def serving(command: Path, town: dict[str, str]) -> Iterator[str]:
    """The address of a running `incidents serve`, which afterwards ends well when it is asked to."""
    bind = Path(town["INCIDENTS_CONFIG"]).read_text(encoding="utf-8").split('bind = "')[1].split('"')[0]
    log = Path(town["HOME"]) / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen([command, "serve"], cwd="/", env=town, stdout=output, stderr=output)
        try:
            wait_for(f"http://{bind}", process, log)
            yield f"http://{bind}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                status = process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert status == 0, log.read_text()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx2.get(f"{address}/healthz")
        except httpx2.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"it does not serve:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def run(*command: str | Path, cwd: str | Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout
