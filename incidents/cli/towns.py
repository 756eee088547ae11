"""What a town is made of: departments, topics, sources; and `check`, which says what is wrong."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from incidents.cli import checking
from incidents.cli.installation import BY, Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import connecting, history_file, taxonomy
from incidents.records.people import Department
from incidents.rules.places import Network


@click.command()
@pass_town
@in_words
def check(town: Installation) -> None:
    """Say what is wrong with configuration, database, calendar and sources. Status 1 if something is."""
    findings = list(checking.examine(town))
    for finding in findings:
        click.echo(f"{finding.weight:5} {finding.words}")
    if any(finding.weight == "wrong" for finding in findings):
        raise Stop("the lines marked `wrong` must be mended")


@click.command()
@pass_town
@in_words
def departments(town: Installation) -> None:
    """List the departments with their codes."""
    with town.sessions() as session:
        for department in session.scalars(select(Department).order_by(Department.code)):
            click.echo(f"{department.code:20} {department.name}{'' if department.is_active else ' (retired)'}")


@click.group()
def topics() -> None:
    """The classifier."""


@topics.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_town
@in_words
def load_topics(town: Installation, file: Path) -> None:
    """Add and change topics from CSV (group;topic;department;keywords); nothing is removed."""
    with town.sessions() as session:
        rows = taxonomy.rows_of(history_file.text_of(file))
        loaded = taxonomy.load(session, rows, BY, now=datetime.now(UTC))
        session.commit()
    for line, refused in loaded.bad:
        click.echo(f"line {line}: left out, {refused.code.replace('_', ' ')}", err=True)
    added = sum(difference.is_new for difference in loaded.differences)
    click.echo(f"added {added}, changed {len(loaded.differences) - added}, left out {len(loaded.bad)}")
    if loaded.bad:
        raise Stop("some lines were left out")


@topics.command("dump")
@pass_town
@in_words
def dump_topics(town: Installation) -> None:
    """Write the classifier as CSV to standard output."""
    with town.sessions() as session:
        click.echo(taxonomy.dump(session), nl=False)


@click.group()
def source() -> None:
    """Official pages and accounts."""


@source.command("add")
@click.argument("network", type=click.Choice([network.value for network in connecting.CONNECTED]))
@click.argument("external_id", type=int)
@click.option("--name", required=True, help="As people know the page.")
@click.option("--key", help="The last part of the webhook's address; made if not given.")
@click.option("--confirmation", default="", help="VK: the string that confirms the server.")
@click.option("--account", help="Telegram: the bot's user name.")
@pass_town
@in_words
def add_source(
    town: Installation,
    network: str,
    external_id: int,
    name: str,
    key: str | None,
    confirmation: str,
    account: str | None,
) -> None:
    """Connect a page: EXTERNAL_ID is the community's or the bot's id. Two lines on standard input: secret, token."""
    secret, token = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    with town.sessions() as session:
        made = connecting.add_source(
            session,
            Network(network),
            name,
            external_id,
            BY,
            town.settings.key,
            now=datetime.now(UTC),
            secret=secret,
            token=token,
            confirmation=confirmation,
            account=account,
            key=key,
        )
        session.commit()
        click.echo(f"{town.settings.public_url}/hooks/{made.network}/{made.key}")


COMMANDS = (check, departments, topics, source)
