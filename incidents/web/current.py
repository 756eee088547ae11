"""What one request holds: its database session, its one present, and who is signed in.

Pages import this module whole (`current.session()`, `current.now()`, `current.person()`), so that a reader sees at each
use that the value belongs to the request. The page commits (`current.session().commit()`), once, after its verb;
whatever was not committed is rolled back when the request ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.people import Person
from incidents.settings import Settings

READING = frozenset({"GET", "HEAD", "OPTIONS"})
#: Doors that are asked by POST because a citizen's words must stand in no address, and that only read.
ASKED = frozenset({"registration_help.tell"})


def prepare(app: Flask, settings: Settings, sessions: sessionmaker[Session]) -> None:
    """Give the application what its requests draw from; close each request's session at its end."""
    app.extensions["incidents.settings"] = settings
    app.extensions["incidents.sessions"] = sessions
    app.teardown_appcontext(_close_session)


def settings() -> Settings:
    return cast(Settings, current_app.extensions["incidents.settings"])


def session() -> Session:
    """This request's database session, opened at first use. A reading request never takes SQLite's write lock."""
    if "session" not in g:
        opened = cast("sessionmaker[Session]", current_app.extensions["incidents.sessions"])()
        if request.method in READING or request.endpoint in ASKED:
            opened.connection(execution_options={"readonly": True})
        g.session = opened
    return cast(Session, g.session)


@contextmanager
def looking() -> Iterator[Session]:
    """A session of its own that only reads, for what takes long before the request may lock anything."""
    with cast("sessionmaker[Session]", current_app.extensions["incidents.sessions"])() as opened:
        opened.connection(execution_options={"readonly": True})
        yield opened


def engine() -> Engine:
    """The engine behind the sessions, for what needs no session."""
    return cast(Engine, current_app.extensions["incidents.sessions"].kw["bind"])


def now() -> datetime:
    """The request's one present, aware UTC: a page that asks twice must not show two different times."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)


def person() -> Person:
    """Who is signed in. Behind the guard there is always somebody; a page of the open list asks `is_known` first."""
    return cast(Person, g.person if is_admitted() else current_user.person)


def is_known() -> bool:
    """Whether somebody is signed in; reads the session cookie and the person's row at first use."""
    return bool(current_user.is_authenticated)


def is_admitted() -> bool:
    """Whether the guard has let a person in. Reads nothing: right for what must be drawn when the database is dead."""
    return "person" in g


def admit() -> None:
    """Keep who is signed in for the rest of the request, also past the sign-out that it may do."""
    g.person = current_user.person


def address() -> str:
    """Where the request came from, with forwarded headers already weighed (`security.prepare`)."""
    return request.remote_addr or "unknown"


def _close_session(_: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()
