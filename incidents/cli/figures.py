"""Figures out: `report`."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from incidents.cli.installation import Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.statistics import one_year, sheets, years
from incidents.web import schemas


@click.group()
def report() -> None:
    """The figures of the pages, in a file."""


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every report takes."""
    command = click.option(
        "-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="Else standard output."
    )(command)
    return click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)(
        command
    )


@report.command("years")
@_shared
@pass_town
@in_words
def report_years(town: Installation, form: str, output: Path | None) -> None:
    """The yearly table."""
    with town.sessions() as session:
        table = years.table(session, town.settings.town_zone, datetime.now(UTC))
    told = schemas.Years.model_validate(asdict(table)).model_dump(mode="json")
    _write(told if form == "json" else sheets.years(table), output)


@report.command("year")
@click.argument("year", type=click.IntRange(1970, 9998))
@_shared
@pass_town
@in_words
def report_year(town: Installation, year: int, form: str, output: Path | None) -> None:
    """One year: months, groups of topics, departments, networks."""
    with town.sessions() as session:
        found = one_year.read(session, year, town.settings.town_zone, datetime.now(UTC))
    if found is None:
        raise Stop(f"nothing is known of {year}")
    told = schemas.year_in_parts(asdict(found)).model_dump(mode="json")
    _write(told if form == "json" else sheets.one_year(found), output)


def _write(told: dict[str, Any] | str, output: Path | None) -> None:
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


COMMANDS = (report,)
