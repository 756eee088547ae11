"""The program's own processes, started as a town starts them, and what they cost; all that is started is ended."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from incidents.settings import Settings

Process = subprocess.Popen[bytes]
PATIENCE = 60.0


def free_address() -> str:
    """A loopback address that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with nothing but `settings` said of the installation."""
    told = {f"INCIDENTS_{name.upper()}": str(value) for name, value in settings.model_dump().items() if value != ""}
    others = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENTS_")}
    return others | told


@contextmanager
def serving(settings: Settings) -> Iterator[Process]:
    """`incidents serve` at `settings.bind`, once its first page stands."""
    with running([sys.executable, "-m", "incidents", "serve"], environment(settings)) as process:
        wait_for_page(settings.bind, "/sign-in", process)
        yield process


@contextmanager
def beside(server: Process, bind: str, application: str, variables: Mapping[str, str]) -> Iterator[tuple[str, Process]]:
    """Another application of this bench under the very arguments of a server that listens at `bind`; its address."""
    address = free_address()
    # The same arguments word for word, but for the address and the application.
    command = [address if word == bind else word for word in command_of(server)[1:-1]]
    with running([sys.executable, *command, application], dict(os.environ) | dict(variables)) as other:
        wait_for_port(address, other)
        yield address, other


@contextmanager
def working(settings: Settings) -> Iterator[Process]:
    """`incidents worker`."""
    with running([sys.executable, "-m", "incidents", "worker"], environment(settings)) as process:
        yield process


@contextmanager
def running(command: list[str], variables: Mapping[str, str]) -> Iterator[Process]:
    """A process in a group of its own, which ends with everything it started."""
    process = subprocess.Popen(
        command, env=dict(variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def command_of(process: Process) -> list[str]:
    """The command line as it is by now: `incidents serve` has become gunicorn."""
    return Path(f"/proc/{process.pid}/cmdline").read_bytes().decode().rstrip("\0").split("\0")


def wait_for_page(address: str, path: str, process: Process) -> None:
    """Ask until the page answers 200."""
    host, _, port = address.partition(":")

    def answers() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"bench: the process ended with status {process.returncode} before its first page")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except ConnectionError:
            return False
        finally:
            connection.close()

    wait_for(answers, PATIENCE, path)


def wait_for_port(address: str, process: Process) -> None:
    """Ask until somebody listens."""
    host, _, port = address.partition(":")

    def listens() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"bench: the process ended with status {process.returncode} before it listened")
        with socket.socket() as asked:
            return asked.connect_ex((host, int(port))) == 0

    wait_for(listens, PATIENCE, address)


def wait_for(question: Callable[[], bool], seconds: float, what: str, pause: float = 0.01) -> None:
    """Ask until the answer is yes."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(each for child in children for each in family(int(child)))]


def proportional_mb(pid: int) -> float:
    """The memory of a process in MB, what it shares counted by shares (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all that descend from it have used, in user and system mode."""
    used = 0
    for each in family(pid):
        # The name stands in brackets and may hold anything; the numbers come after it.
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")
