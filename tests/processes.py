"""The program's own processes as a town starts them, for tests that need more than this one; gone afterwards, however a test ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from incidents.settings import Settings

Process = subprocess.Popen[bytes]


@contextmanager
def working(settings: Settings) -> Iterator[Process]:
    """`incidents worker`."""
    with _running(settings, "worker") as worker:
        yield worker


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """`incidents serve` at an address of its own, which is given once its pages stand."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
    address = f"http://{bind}"
    settings = settings.model_copy(update={"bind": bind, "public_url": address})
    with _running(settings, "serve") as server:
        wait_for(lambda: server.poll() is not None or _answers(f"{address}/sign-in"))
        assert server.poll() is None, "the web server ended before its first page"
        yield address


def kill(process: Process) -> None:
    """As a power cut would end it."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def wait_for(question: Callable[[], bool], seconds: float = 40.0) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.002)


@contextmanager
def _running(settings: Settings, command: str) -> Iterator[Process]:
    told = {f"INCIDENTS_{name.upper()}": str(value) for name, value in settings.model_dump().items() if value != ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "incidents", command],
        env=os.environ | told,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            # A server has children of its own.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=10):
            return True
    except urllib.error.URLError:
        time.sleep(0.05)
        return False
