"""Who visits the pages of a measured town: the application in this process, and clients that are signed in."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.town import Town, identity
from incidents.records.appeals import Appeal
from incidents.rules.acts import Role
from incidents.web import create_app, logs


@contextmanager
def application(town: Town) -> Iterator[Flask]:
    """The town's web application; its connections are closed afterwards."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        # Each request writes its line, as in a town, but not over our figures.
        with redirect_stderr(nowhere):
            logs.configure(town.settings.log_level)
        app = create_app(town.settings)
        try:
            yield app
        finally:
            app.extensions["incidents.sessions"].kw["bind"].dispose()
            logging.getLogger().handlers.clear()


def signed_in(app: Flask, town: Town, role: Role) -> FlaskClient:
    """A client with the cookie that the sign-in page would have given; hashing a password is not what is measured."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = identity(town, role), True
    return client


def open_appeal(town: Town) -> int:
    """An open appeal in the middle of the queue."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    waiting = select(Appeal.number).where(Appeal.answered_at.is_(None), Appeal.due_at > soon).order_by(Appeal.due_at)
    with town.sessions() as session:
        return session.scalars(waiting.limit(1)).one()
