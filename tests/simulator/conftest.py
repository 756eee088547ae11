"""What the tests of the simulator share: a running simulator, and an ear that stands where our program's hooks will stand."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from PIL import Image
from werkzeug import Request, Response
from werkzeug.serving import make_server

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.communities import Community


def picture() -> bytes:
    """A JPEG as a telephone sends it."""
    into = BytesIO()
    Image.new("RGB", (320, 240), "gray").save(into, "JPEG")
    return into.getvalue()


@dataclass
class Ear:
    """A hook on loopback: hears bodies and headers; `answers` are given first to last, then `ok` for ever."""

    url: str = ""
    heard: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    confirmation: str = "c0nf1rm"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Response:
        """Hear one delivery."""
        body = request.get_json()
        if body.get("type") == "confirmation":
            return Response(self.confirmation)
        with self.lock:
            self.heard.append(body)
            self.headers.append(dict(request.headers))
            return self.answers.pop(0) if self.answers else Response("ok")

    def types(self) -> list[object]:
        """The kinds of VK events, in the order of arrival."""
        return [body["type"] for body in self.heard]


@pytest.fixture
def ear() -> Iterator[Ear]:
    """An ear that listens."""
    listener = Ear()
    server = make_server("127.0.0.1", 0, Request.application(listener), threaded=True)
    listener.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield listener
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator whose deliveries are repeated soon."""
    with Simulator.running(delays=(0.02, 0.05), timeout=2.0) as simulator:
        yield simulator


@pytest.fixture
def group(sim: Simulator, ear: Ear) -> Community:
    """A community whose events go to the ear; its administrator has a token too."""
    return sim.vk_community(
        group_id=1234,
        token="group-token",
        secret="s3cret",
        confirmation="c0nf1rm",
        hook_url=ear.url,
        user_token="user-token",
    )


@pytest.fixture
def bot(sim: Simulator, ear: Ear) -> Bot:
    """A bot whose updates go to the ear."""
    return sim.telegram_bot(token="4242:letters", secret="tg-secret", hook_url=ear.url)
