"""A small client that loads an address on loopback: keep-alive connections, one request under way on each.

One thread and one poll loop, requests made beforehand: client and server share the cores, and whatever the client spends
dilutes the difference between what is measured and its yardstick.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: Makes the bytes of the next request.
Maker = Callable[[], bytes]


@dataclass(slots=True)
class Load:
    """What came of it: seconds from the first request to the last answer, and the time of each in seconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _Line:
    socket: socket.socket
    asked_at: float = 0.0
    heard: bytes = b""


def put_on(address: str, connections: int, seconds: float, make: Maker, most: int = 50_000) -> Load:
    """Ask for so many seconds, at most so many requests; what is under way at the end is waited for."""
    load, poll = Load(), selectors.DefaultSelector()
    started = time.perf_counter()
    try:
        for _ in range(connections):
            line = _Line(_connect(address))
            poll.register(line.socket, selectors.EVENT_READ, line)
            _ask(line, make())
        asked, waiting = connections, connections
        while waiting:
            for key, _ in poll.select(timeout=30.0):
                now = time.perf_counter()
                if not _hear(key.data, load, now):
                    continue
                if asked < most and now - started < seconds:
                    _ask(key.data, make())
                    asked += 1
                else:
                    waiting -= 1
        load.seconds = time.perf_counter() - started
    finally:
        for key in list(poll.get_map().values()):
            key.data.socket.close()
        poll.close()
    return load


def request(path: str, address: str, body: bytes) -> bytes:
    """A POST of JSON as a network sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _connect(address: str) -> socket.socket:
    host, _, port = address.partition(":")
    made = socket.create_connection((host, int(port)), timeout=30.0)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _ask(line: _Line, whole: bytes) -> None:
    line.heard, line.asked_at = b"", time.perf_counter()
    line.socket.sendall(whole)


def _hear(line: _Line, load: Load, now: float) -> bool:
    """Read what has come; True once the answer is whole."""
    part = line.socket.recv(65536)
    if not part:
        raise ConnectionError("the server closed a kept connection under load")
    line.heard += part
    head, end, body = line.heard.partition(b"\r\n\r\n")
    if not end or len(body) < _length(head):
        return False
    load.times.append(now - line.asked_at)
    load.refused += not line.heard.startswith(b"HTTP/1.1 200")
    return True


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
