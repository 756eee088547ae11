"""History in, figures out: `import` and `report`."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import click
from sqlalchemy.orm import Session

from incidents.cli.installation import BY, Installation, Stop, in_words
from incidents.flow import history, history_file, history_totals
from incidents.rules.history import REASONS, WARNINGS
from incidents.settings import Settings
from incidents.statistics import one_year, sheets, years
from incidents.web import schemas


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layout", type=click.Choice(["rows", "totals"]), required=True)
@click.option("--zone", metavar="Z", help="Of times without a zone; else the town's.")
@click.pass_obj
@in_words
def bring_in(town: Installation, file: Path, layout: str, zone: str | None) -> None:
    """Bring in history: appeals (`rows`) or yearly numbers (`totals`). Safe to repeat; a bad line is reported by number."""
    if zone and zone not in available_timezones():
        raise click.BadParameter(f"there is no time zone {zone}", param_hint="--zone")
    settings = town.settings.model_copy(update={"zone": zone}) if zone else town.settings
    with town.sessions() as session:
        left_out = _rows(session, file, settings) if layout == "rows" else _totals(session, file, settings)
        session.commit()
    if left_out:
        raise Stop(f"{left_out} lines were left out, everything else is in; correct them and bring the file in again")


def _rows(session: Session, file: Path, settings: Settings) -> int:
    def progress(read: int) -> None:
        # A long file is kept batch by batch; a run that was cut off is finished by bringing the file in again.
        session.commit()
        click.echo(f"\r{read} lines", nl=False, err=True)

    lines = history_file.read(file)
    loaded = history.load_rows(session, lines, history.IMPORT, settings, now=datetime.now(UTC), progress=progress)
    click.echo("", err=True)
    _tell(loaded.warnings, WARNINGS, "")
    _tell(loaded.left_out, REASONS, "left out: ")
    click.echo(f"added {loaded.added}, known {loaded.known}, left out {len(loaded.left_out)}")
    return len(loaded.left_out)


def _totals(session: Session, file: Path, settings: Settings) -> int:
    text = history_file.text_of(file)
    loaded = history_totals.load_totals(session, text, BY, now=datetime.now(UTC), zone=settings.town_zone)
    _tell(loaded.left_out, REASONS, "left out: ")
    click.echo(f"years: {', '.join(str(year) for year in loaded.years) or 'none'}")
    return len(loaded.left_out)


def _tell(lines: Iterable[tuple[int, str]], sentences: Mapping[str, str], prefix: str) -> None:
    for line, code in lines:
        click.echo(f"line {line}: {prefix}{sentences[code]}", err=True)


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
@click.pass_obj
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
@click.pass_obj
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


COMMANDS = (bring_in, report)
