"""How every command fails."""

from typing import Any

import click


class Stop(click.ClickException):
    """One clear line on standard error, and status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"incidents: {self.message}", err=True)
