"""How every command fails."""

from typing import Any

import click

from incidents.settings import BadSettings


class Stop(click.ClickException):
    """One clear line on standard error, and status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"incidents: {self.message}", err=True)


def in_one_line(error: BadSettings | OSError) -> Stop:
    """What is wrong with the settings, or what the system refused and where."""
    if isinstance(error, BadSettings):
        return Stop(f"settings: {error}")
    return Stop(f"{error.filename or 'system'}: {error.strerror or error}")
