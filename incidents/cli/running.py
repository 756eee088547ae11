"""Bringing the program up and keeping it: upgrade, serve, worker, backup, key."""

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import make_url

from incidents import jobs, scheduler
from incidents.cli.installation import Installation, Stop, in_words
from incidents.flow import founding, setting_up, vault
from incidents.records import copying, granting, schema
from incidents.records.database import make_sessions, open_engine
from incidents.web import logs


@click.command()
@click.pass_obj
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
        _tell_how_to_begin(town)


@click.command()
@click.pass_obj
@in_words
def serve(town: Installation) -> None:
    """Serve the pages, the API and the webhooks (gunicorn)."""
    settings = town.settings
    _check_schema(town)
    with town.sessions() as session:
        if setting_up.is_open(session):
            _tell_how_to_begin(town)
    arguments = [
        *("--bind", settings.bind),
        *("--workers", str(settings.web_processes)),
        *("--threads", str(settings.web_threads)),
        *("--worker-class", "gthread", "--preload", "--timeout", "60", "--graceful-timeout", "20"),
        # Requests are logged by the program itself; gunicorn's control socket would lie open in the home folder.
        *("--no-control-socket", "--log-level", "warning"),
        # Forwarded headers are weighed by the program alone (`trusted_proxies`).
        *("--forwarded-allow-ips", ""),
    ]
    if Path("/dev/shm").is_dir():  # noqa: S108 - the workers' heartbeat files; on a disk they would stall with it
        arguments += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    environment = dict(os.environ)
    if town.config:
        environment["INCIDENTS_CONFIG"] = str(Path(town.config).resolve())
    environment["PROMETHEUS_MULTIPROC_DIR"] = _counters_folder(settings.bind)
    command = [sys.executable, "-m", "gunicorn", *arguments, "incidents.web.serving:make_app()"]
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606 - this process becomes gunicorn's master


@click.command()
@click.pass_obj
@in_words
def worker(town: Installation) -> None:
    """Work: inbox, outbox, and - one worker of all - the sweeps and the schedule. Any number may run."""
    logs.configure(town.settings.log_level)
    _check_schema(town)
    scheduler.work(town.settings)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
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


def _counters_folder(bind: str) -> str:
    """An empty folder where the web processes of this address share their counters; nobody else reads it."""
    name = "".join(sign if sign.isalnum() else "-" for sign in bind)
    folder = Path(tempfile.gettempdir()) / f"incidents-{os.getuid()}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return str(folder)


def _tell_how_to_begin(town: Installation) -> None:
    """Only who reads this console may become the first administrator."""
    code = setting_up.code_of(town.settings.key)
    click.echo(f"nobody works here yet: open {town.settings.public_url}/start and enter the code {code}")


def _check_schema(town: Installation) -> None:
    if not schema.is_current(town.engine):
        raise Stop("the database is not at this version; run `incidents upgrade`")


COMMANDS = (upgrade, serve, worker, backup, key)
