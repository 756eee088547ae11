"""`serve`: this process becomes gunicorn's master. It reads nothing of the program but the settings, since gunicorn reads
the program itself: twice would be seconds of every start."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from incidents.cli.stopping import in_one_line
from incidents.settings import BadSettings, load


@click.command()
@click.pass_obj
def serve(config: str | None) -> None:
    """Serve the pages, the API and the webhooks (gunicorn)."""
    try:
        _become_gunicorn(config)
    except (BadSettings, OSError) as error:
        raise in_one_line(error) from None


def _become_gunicorn(config: str | None) -> None:
    settings = load(config)
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
    if config:
        environment["INCIDENTS_CONFIG"] = str(Path(config).resolve())
    environment["PROMETHEUS_MULTIPROC_DIR"] = _counters_folder(settings.bind)
    command = [sys.executable, "-m", "gunicorn", *arguments, "incidents.web.serving:make_app()"]
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606 - this process becomes gunicorn's master


def _counters_folder(bind: str) -> str:
    """An empty folder where the web processes of this address share their counters; nobody else reads it."""
    name = "".join(sign if sign.isalnum() else "-" for sign in bind)
    folder = Path(tempfile.gettempdir()) / f"incidents-{os.getuid()}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return str(folder)


COMMANDS = (serve,)
