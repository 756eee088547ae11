"""The seals of the tests: nothing leaves this machine, and nobody sleeps long.

A test that needs a network plays it on loopback; a test that waits for time passes a `now`. They hold for the test process; programs
that a test starts are held by what it tells them.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

LONGEST_SLEEP = 5.0


class Sealed(AssertionError):
    """A test tried to reach beyond this machine, or to sleep."""


def is_here(family: int, address: Any) -> bool:
    """Is this address on this very machine: a socket file or loopback?"""
    if family == socket.AF_UNIX:
        return True
    return is_loopback(address[0]) if family in (socket.AF_INET, socket.AF_INET6) else False


def is_loopback(host: Any) -> bool:
    """Does this host name or address mean loopback? A name is never looked up to find out."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _seals() -> Iterator[None]:
    connect, connect_ex, getaddrinfo, sleep = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
        time.sleep,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not is_here(self.family, address):
            raise Sealed(f"the tests do not leave this machine: {address!r}")
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if not is_here(self.family, address):
            raise Sealed(f"the tests do not leave this machine: {address!r}")
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        if not is_loopback(host):
            raise Sealed(f"the tests look up no name: {host!r}")
        return getaddrinfo(host, *rest, **named)

    def guarded_sleep(seconds: float) -> None:
        if seconds > LONGEST_SLEEP:
            raise Sealed(f"the tests do not sleep {seconds} s")
        sleep(seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        patch.setattr(time, "sleep", guarded_sleep)
        yield
