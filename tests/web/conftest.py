"""The web's tests: the application on the test's own database, and people who come in by its door."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_domain
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Page
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from incidents.flow import accounts, founding, tokens
from incidents.records.people import Department, Person
from incidents.rules.acts import Actor, Role
from incidents.settings import Settings
from incidents.web import create_app
from tests.cast import NOW, Cast, Town

PASSWORD = "correct horse battery"

AddPerson = Callable[..., Person]
Enter = Callable[..., FlaskClient]
Call = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real parameters cost half a second on purpose; what is tested here is the door, not the lock's steel.
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite only: what differs between the databases is proved below the web, by the tests of records and flow."""
    path = tmp_path / "incidents.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    yield from opened(settings)


class Compiled(BytecodeCache):
    """What this process has compiled of the templates; every test has an application of its own, and compiling them anew
    took more than a third of a test's time."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Remembered(Rule):
    """An address whose builders are compiled once a process: there are four hundred of them in each application, and they
    depend on nothing but the address."""

    _known: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, self.subdomain, repr(self.defaults), append_unknown)
        if key not in self._known:
            self._known[key] = super()._compile_builder(append_unknown)
        return self._known[key]


Flask.url_rule_class = Remembered
#: The catalogue as it was read once; reading it anew is most of what an application costs after its addresses.
TRANSLATED: dict[tuple[str, str], Any] = {}


def opened(settings: Settings) -> Iterator[Flask]:
    """An application whose engine is closed afterwards."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        get_domain().cache = TRANSLATED
    yield app
    app.extensions["incidents.sessions"].kw["bind"].dispose()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application on a real socket, for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def add_person(sessions: sessionmaker[Session]) -> AddPerson:
    """Adds a person with PASSWORD; heads and responders get a department of their own."""

    def add(login: str, role: Role, name: str = "") -> Person:
        with sessions() as session:
            department = None
            if role in (Role.HEAD, Role.RESPONDER):
                department = Department(code=login, name=f"Отдел {login}")
                session.add(department)
                session.flush()
            person, _ = accounts.add_person(
                session,
                login,
                role,
                Actor("test"),
                now=datetime.now(UTC),
                name=name,
                department=department,
                password=PASSWORD,
            )
            session.commit()
            return person

    return add


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Signs somebody in through the page, as a browser without scripts does."""

    def come_in(login: str, password: str = PASSWORD, **fields: str) -> FlaskClient:
        client = app.test_client()
        assert send(client, "/sign-in", login=login, password=password, **fields).status_code == 302
        return client

    return come_in


@pytest.fixture
def call(app: Flask, session: Session, cast: Cast, town: Town) -> Call:
    """Calls with a token of the scopes given."""
    known: dict[tuple[str, ...], str] = {}

    def send(method: str, path: str, *scopes: str, **options: Any) -> TestResponse:
        if scopes and scopes not in known:
            known[scopes] = tokens.add_token(
                session, "-".join(scopes), list(scopes), Actor("test"), now=datetime.now(UTC)
            )
            session.commit()
        headers = {"Authorization": f"Bearer {known[scopes]}"} if scopes else {}
        return app.test_client().open(path, method=method, headers=headers, **options)

    return send


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The CSRF token of a form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, follow_redirects=True).text)
    assert found, f"no form on {path}"
    return found[1]


def send(client: FlaskClient, path: str, *, page: str = "/sign-in", **fields: str) -> TestResponse:
    """POST a form with the token of `page`."""
    return client.post(path, data={"csrf_token": token(client, page), **fields})


def look_over(page: Page) -> None:
    """No violation of accessibility on the page as it stands, and nothing that scrolls sideways."""
    # The address is new before the page is: what a slow machine has not read to its end has no headings yet.
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


@pytest.fixture
def founded(cast: Cast, sessions: sessionmaker[Session]) -> None:
    """A town with the production calendar."""
    with sessions() as session:
        founding.found(session, now=NOW)
        session.commit()
