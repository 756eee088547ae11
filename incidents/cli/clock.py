"""The clock and the journal from the command line: one sweep, one check of every chain."""

import json
from datetime import UTC, datetime

import click

from incidents import jobs
from incidents.cli.installation import Installation, Stop, in_words
from incidents.flow import sealing
from incidents.networks.wire import open_client


@click.command()
@click.option("--now", "moment", metavar="ISO", help="As if it were this moment (aware, or UTC).")
@click.pass_obj
@in_words
def sweep(town: Installation, moment: str | None) -> None:
    """One overdue sweep; JSON: warned, overdue, escalated."""
    at = _moment(moment) if moment else datetime.now(UTC)
    if at > datetime.now(UTC) and not town.settings.training:
        raise Stop("a sweep in the future would raise alarms that are not due; only a training installation may")
    with open_client() as client:
        counts = jobs.sweep(jobs.Workshop(town.settings, town.sessions, client, "command"), at)
    click.echo(json.dumps(counts))


@click.command()
@click.pass_obj
@in_words
def verify(town: Installation) -> None:
    """Check the journal's chains, texts and seals. Status 1 if anything was changed, cut or removed."""
    faults = 0
    with town.sessions() as session:
        for sentence in sealing.verify(session, lambda done: click.echo(f"\r{done} entries", nl=False, err=True)):
            faults += 1
            click.echo(sentence)
    if faults:
        raise Stop(f"{faults} faults in the journal")
    click.echo("the journal holds")


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(f"{written} is no ISO 8601 moment", param_hint="--now") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


COMMANDS = (sweep, verify)
