"""The `incidents` command: the door for the administrator and for cron.

Exit status: 0 done, 1 refused or failed with one clear line on standard error, 2 wrong usage.
"""

import logging

import click

from incidents import __version__
from incidents.cli import calendars, clock, figures, importing, people, running, towns, whatif
from incidents.cli.installation import Installation


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", envvar="INCIDENTS_CONFIG", metavar="FILE", help="The settings; else INCIDENTS_… variables.")
@click.version_option(__version__, prog_name="incidents")
@click.pass_context
def main(context: click.Context, config: str | None) -> None:
    """The tracker of what citizens write in social networks."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    context.obj = Installation(config)


for family in (running, towns, people, calendars, clock, importing, figures, whatif):
    for command in family.COMMANDS:
        main.add_command(command)
