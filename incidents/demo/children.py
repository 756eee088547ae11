"""The child processes of the demonstration: started in groups of their own, watched, and stopped together.

Nobody is left behind: each child dies with its parent even when the parent is killed (Linux tells it; PR_SET_PDEATHSIG),
and a stop goes to the whole group, so that gunicorn's workers and whatever a child started end too.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
#: Seconds a child has to end by itself; gunicorn lets its requests finish.
_PATIENCE = 12.0
# Loaded here: between fork and exec a child must not load anything.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(slots=True)
class Child:
    """One process with the log it writes to. `is_errand`: it is expected to end by itself, with status 0."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    is_errand: bool = False


@dataclass(slots=True)
class Children:
    """All of them, in the order in which they were started."""

    environment: Mapping[str, str]
    family: list[Child] = field(default_factory=list)

    def start(self, name: str, arguments: Sequence[str], log: Path, *, is_errand: bool = False) -> Child:
        """Start `python -m …` in a process group of its own; what it says goes to its log."""
        parent = os.getpid()
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - started from the one thread there is
            )
        child = Child(name, process, log, is_errand)
        self.family.append(child)
        return child

    def fallen(self) -> Child | None:
        """The first child that ended although it should not have."""
        for child in self.family:
            status = child.process.poll()
            if status is not None and (not child.is_errand or status != 0):
                return child
        return None

    def stop(self) -> None:
        """Ask every group to end, last started first; after some patience end what is left."""
        for child in reversed(self.family):
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        for child in self.family:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
        for child in self.family:
            # Also where the leader is gone: a group lives as long as any of its members.
            _signal(child, signal.SIGKILL)
            child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _die_with(parent: int) -> None:
    """In the child, before it becomes its program: end when the parent does, also if it just did."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
