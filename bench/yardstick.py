"""The yardsticks: a Flask view that does one autocommitted INSERT under a unique index, or reads one row, and nothing else.

gunicorn loads `bench.yardstick:make_app()` or `:make_rows()` with the very arguments that `incidents serve` gave it.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, request

#: Which database it writes to: a path of a SQLite file, or libpq's address.
VARIABLE = "BENCH_YARDSTICK_DATABASE"
TABLE = (
    "CREATE TABLE yardstick (id {identity}, event_key TEXT NOT NULL UNIQUE, received_at {moment} NOT NULL, raw TEXT)"
)
SQLITE_TABLE = TABLE.format(identity="INTEGER PRIMARY KEY", moment="TEXT")
POSTGRESQL_TABLE = TABLE.format(identity="BIGSERIAL PRIMARY KEY", moment="TIMESTAMPTZ")
_INSERT = "INSERT INTO yardstick (event_key, received_at, raw) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

Connect = Callable[[], Any]


def make_app() -> Flask:
    """The application; each thread keeps one connection."""
    app, kept = Flask(__name__), threading.local()
    address = os.environ[VARIABLE]
    connect, statement = _sqlite(address) if address.startswith("/") else _postgresql(address)

    @app.post("/")
    def keep() -> str:
        if not hasattr(kept, "connection"):
            kept.connection = connect()
        body = request.get_data(as_text=True)
        key = request.get_json()["event_id"]
        kept.connection.execute(statement, (key, datetime.now(UTC).isoformat(), body))
        return "ok"

    return app


def make_rows() -> Flask:
    """The application that answers with the words of one appeal."""
    app, kept = Flask(__name__), threading.local()
    address = os.environ[VARIABLE]
    is_sqlite = address.startswith("/")
    connect, _ = (_sqlite if is_sqlite else _postgresql)(address)
    question = f"SELECT text FROM appeals WHERE number = {'?' if is_sqlite else '%s'}"

    @app.get("/<int:number>")
    def read(number: int) -> str:
        if not hasattr(kept, "connection"):
            kept.connection = connect()
        return str(kept.connection.execute(question, (number,)).fetchone()[0])

    return app


def _sqlite(address: str) -> tuple[Connect, str]:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, isolation_level=None, timeout=30.0)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    return connect, _INSERT


def _postgresql(address: str) -> tuple[Connect, str]:
    return lambda: psycopg.connect(address, autocommit=True), _INSERT.replace("?", "%s")
