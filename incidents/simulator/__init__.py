"""A separate small web program that plays VK and Telegram on loopback: for tests, training and the demo.

    with Simulator.running(port=0) as sim:
        group = sim.vk_community(group_id=1, token="t", secret="s", confirmation="c", hook_url="http://127.0.0.1:8000/hooks/vk/key")
        post = group.post("Снегопад")
        comment = group.comment(post, "Мария Иванова", "Не убрали двор")
        ...                                     # our program answers through sim.vk_url
        group.answers_under(comment)

From the outside in: program (guards) -> vk, telegram (API), pages, control -> world -> communities, channels -> events -> delivering -> hooks. It knows no database
and nothing of the product but where templates lie; all state is in memory and gone with the process.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from incidents.simulator.breaking import breaking
from incidents.simulator.loopback import bindable
from incidents.simulator.program import create_program
from incidents.simulator.world import World

__all__ = ["Simulator", "World"]


class Simulator(World):
    """A world with a web server in front of it. Options are those of World."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:
        address = bindable(host)
        super().__init__(**options)
        program = breaking(create_program(self).wsgi_app, self.faults)
        self._server: BaseWSGIServer = make_server(
            address, port, program, threaded=True, request_handler=_handler(self)
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="simulator", daemon=True)
        shown = f"[{address}]" if ":" in address else address
        #: Where everything is; `vk_url` and `telegram_url` are both API base and front of the pages.
        self.url = f"http://{shown}:{self._server.server_port}"
        self.gallery.address = self.url
        self.vk_url, self.telegram_url = f"{self.url}/vk", f"{self.url}/telegram"

    @classmethod
    @contextmanager
    def running(cls, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> Iterator["Simulator"]:
        """A simulator that runs in background threads as long as the block."""
        simulator = cls(host=host, port=port, **options)
        simulator.start()
        try:
            yield simulator
        finally:
            simulator.stop()

    def start(self) -> None:
        """Serve in the background."""
        self._thread.start()

    def wait(self) -> None:
        """Block until the server stops."""
        self._thread.join()

    def stop(self) -> None:
        """End silences, close the port, stop the courier."""
        self.faults.clear()
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()
        self.close()


def _handler(world: World) -> type[WSGIRequestHandler]:
    """How requests are served in this world."""

    class Handler(WSGIRequestHandler):
        """Says nothing about requests, for their lines carry tokens; dates answers by the town's clock, for receipts are dated by them."""

        def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
            return

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(world.town.now() if timestamp is None else timestamp)

    return Handler
