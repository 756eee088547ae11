"""What every command starts from: the town it is for, and how a failure becomes one clear line and status 1."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from incidents.cli.stopping import Stop, in_one_line
from incidents.records.database import make_sessions, open_engine
from incidents.rules.acts import Actor, Refused
from incidents.settings import BadSettings, Settings, load

P = ParamSpec("P")
R = TypeVar("R")

#: The administrator at the keyboard of the server.
BY = Actor("machine:command")
#: Refusals that want a whole sentence; the others are told by their code.
SENTENCES = {
    "bad_columns": "the file lacks the columns {missing}; it needs {wanted}",
    "bad_workbook": "the file cannot be read as a workbook: {why}",
}


@dataclass(slots=True)
class Installation:
    """The town a command is for; settings are read when a command first needs them."""

    config: str | None
    _settings: Settings | None = None
    _engine: Engine | None = None

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = load(self.config)
        return self._settings

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = open_engine(self.settings.database_url)
        return self._engine

    @property
    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(self.engine, self.settings.town)


def pass_town(command: Callable[Concatenate[Installation, P], R]) -> Callable[P, R]:
    """Give a command the town that the `--config` before it names."""

    @wraps(command)
    def given(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        town = context.find_object(Installation) or Installation(context.find_object(str))
        return command(town, *args, **kwargs)

    return given


def in_words(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the program refuses, and a database that is away, into one clear line."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (BadSettings, OSError) as error:
            raise in_one_line(error) from None
        except Refused as refused:
            raise Stop(refusal(refused)) from None
        except (OperationalError, ProgrammingError) as error:
            raise Stop(f"database: {str(error.orig).splitlines()[0]} (has `incidents upgrade` been run?)") from None

    return told


def refusal(refused: Refused) -> str:
    """A refusal as a line of the command: its sentence, or its code and what it is about."""
    if refused.code in SENTENCES:
        return SENTENCES[refused.code].format_map(refused.details)
    details = ", ".join(f"{name} {value}" for name, value in refused.details.items())
    words = refused.code.replace("_", " ")
    return f"{words} ({details})" if details else words
