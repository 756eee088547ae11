"""What gunicorn loads: `incidents.web.serving:make_app()`."""

import gc
import sys

from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from incidents.flow import setting_up
from incidents.records import schema
from incidents.records.database import make_sessions, open_engine
from incidents.settings import Settings, load
from incidents.web import create_app, logs


def make_app() -> Flask:
    """The application with the settings that INCIDENTS_CONFIG names, and the process's log as JSON.

    Exits with one line and status 1 when the database is away or not at this version.
    """
    settings = load()
    logs.configure(settings.log_level)
    try:
        _look_at_database(settings)
    except (OperationalError, ProgrammingError) as error:
        sys.exit(f"incidents: database: {str(error.orig).splitlines()[0]}")
    app = create_app(settings)
    # What stands now stands for good: the collector need not walk through it again, nor a process copy it to mark it.
    gc.collect()
    gc.freeze()
    return app


def _look_at_database(settings: Settings) -> None:
    # By connections of its own: the master's must not reach the processes that gunicorn makes of it.
    engine = open_engine(settings.database_url)
    try:
        if not schema.is_current(engine):
            sys.exit(f"incidents: {schema.BEHIND}")
        with make_sessions(engine, settings.town)() as session:
            session.connection(execution_options={"readonly": True})
            if setting_up.is_open(session):
                # Only who reads this console may become the first administrator.
                print(setting_up.invitation(settings.public_url, settings.key), flush=True)  # noqa: T201 - the console itself
    finally:
        engine.dispose()
