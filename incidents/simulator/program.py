"""The web program of the simulator: puts API, pages and control together behind the guards which a loopback program needs.

Any page of the internet can send a browser to 127.0.0.1; so the name in the address must be this machine's, and what changes something must not come from a foreign page.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from incidents import HOME
from incidents.simulator.control import control
from incidents.simulator.gallery import showing
from incidents.simulator.loopback import is_loopback
from incidents.simulator.pages import pages
from incidents.simulator.telegram import telegram_api
from incidents.simulator.vk import vk_api
from incidents.simulator.world import World
from incidents.simulator.writing import writing

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_program(world: World) -> Flask:
    """The Flask program which plays this world."""
    program = Flask(__name__, template_folder=str(HOME / "templates"))
    program.json.sort_keys = False  # type: ignore[attr-defined]
    program.json.ensure_ascii = False  # type: ignore[attr-defined]
    program.before_request(_guard)
    program.after_request(_headers)
    program.register_blueprint(vk_api(lambda: list(world.communities.values()), world.faults))
    program.register_blueprint(telegram_api(lambda: list(world.bots.values()), world.faults, world.gallery))
    program.register_blueprint(showing(world.gallery))
    program.register_blueprint(control(world))
    program.register_blueprint(writing(world))
    program.register_blueprint(pages(world))
    return program


def _guard() -> None:
    if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        abort(403)
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
