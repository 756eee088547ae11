"""Bringing the program up and keeping it: upgrade, worker, backup, key."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import make_url

from incidents import jobs, scheduler
from incidents.cli.installation import Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import founding, setting_up, vault
from incidents.records import copying, granting, schema
from incidents.records.database import make_sessions, open_engine
from incidents.web import logs


@click.command()
@pass_town
@in_words
def upgrade(town: Installation) -> None:
    """Bring the database to this version; an empty one gets departments, topics, norms and a working week."""
    settings = town.settings
    owner = open_engine(settings.database_owner_url) if settings.database_owner_url else town.engine
    schema.upgrade(owner)
    if settings.database_owner_url:
        granting.grant(owner, make_url(settings.database_url).username or "")
    with make_sessions(owner, settings.town)() as session:
        filled = founding.found(session, now=datetime.now(UTC))
        session.commit()
        is_first = setting_up.is_open(session)
    jobs.settle(town.sessions)
    jobs.index_words(town.sessions, lambda done: click.echo(f"words for the search: {done} appeals", err=True))
    click.echo("database is up to date" + (f"; filled: {', '.join(filled)}" if filled else ""))
    if is_first:
        # Only who reads this console may become the first administrator.
        click.echo(setting_up.invitation(settings.public_url, settings.key))


@click.command()
@pass_town
@in_words
def worker(town: Installation) -> None:
    """Work: inbox, outbox, and - one worker of all - the sweeps and the schedule. Any number may run."""
    logs.configure(town.settings.log_level)
    if not schema.is_current(town.engine):
        raise Stop(schema.BEHIND)
    scheduler.work(town.settings)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_town
@in_words
def backup(town: Installation, file: Path) -> None:
    """Write a consistent copy of the database while it is in use. FILE must not exist yet."""
    if file.exists():
        raise Stop(f"{file} is already there; name a new file")
    try:
        size = copying.copy(town.settings.database_url, file)
    except copying.NotCopied as why:
        raise Stop(str(why)) from None
    click.echo(f"{file}: {size:,} bytes. The key is not in it: keep it apart.".replace(",", " "))


@click.command()
@in_words
def key() -> None:
    """Print a new key for `key_file`; without the key of a town its sources' secrets are lost."""
    click.echo(vault.new_key())


COMMANDS = (upgrade, worker, backup, key)
