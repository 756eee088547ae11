"""The `incidents` command: the door for the administrator and for cron.

Exit status: 0 done, 1 refused or failed with one clear line on standard error, 2 wrong usage.
"""

import logging
from importlib import import_module

import click

from incidents import __version__

#: Each command and the module it stands in. Only that one is read: a command of cron needs no pages, `serve` no worker.
HOMES = {
    **dict.fromkeys(("backup", "key", "upgrade", "worker"), "running"),
    "serve": "serving",
    **dict.fromkeys(("check", "departments", "source", "topics"), "towns"),
    **dict.fromkeys(("notify", "token", "user"), "people"),
    "calendar": "calendars",
    **dict.fromkeys(("recompute", "sweep", "verify"), "clock"),
    "import": "importing",
    "report": "figures",
    "whatif": "whatif",
}


class Families(click.Group):
    """The commands, each read when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(HOMES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in HOMES:
            return None
        family: tuple[click.Command, ...] = import_module(f"{__name__}.{HOMES[name]}").COMMANDS
        return next(command for command in family if command.name == name)


@click.group(cls=Families, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", envvar="INCIDENTS_CONFIG", metavar="FILE", help="The settings; else INCIDENTS_… variables.")
@click.version_option(__version__, prog_name="incidents")
@click.pass_context
def main(context: click.Context, config: str | None) -> None:
    """The tracker of what citizens write in social networks."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    context.obj = config
