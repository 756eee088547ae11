"""How many statements a page asks of the database: the same for three rows and for three hundred."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that the application sends meanwhile."""
    engine = app.extensions["incidents.sessions"].kw["bind"]
    sent: list[str] = []

    def keep(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)
