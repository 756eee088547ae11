"""How an HTTP answer is made to fail below HTTP: the connection breaks, with the work done or not.

A view marks its request; the WSGI layer here, wrapped around the whole program, does the breaking after the view is through.
"""

import socket
from collections.abc import Callable, Iterable
from typing import Any

from flask import request

from incidents.simulator.faults import Fault, Faults

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_MARK = "simulator.break_after"


def break_connection(fault: Fault) -> None:
    """Mark the current request: its answer never leaves. `drop` breaks at once, `silence` after the fault's seconds."""
    request.environ[_MARK] = fault.seconds if fault.kind == "silence" else 0.0


def breaking(program: WSGI, faults: Faults) -> WSGI:
    """The program with marked requests cut off."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = program(environ, start_response)
        if _MARK not in environ:
            return answer
        close = getattr(answer, "close", None)
        if close is not None:
            close()  # what follows an answer (the echo of a comment) follows a lost answer too
        faults.released.wait(environ[_MARK])
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError("cut off on purpose")

    return run
