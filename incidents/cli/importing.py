"""History in: `import`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click
from sqlalchemy.orm import Session

from incidents.cli import times
from incidents.cli.installation import BY, Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import history, history_export, history_file, history_totals
from incidents.rules import incident_manager
from incidents.rules.calendar import Interval
from incidents.rules.history import REASONS, WARNINGS
from incidents.settings import Settings

#: Stretches of rows that a warning names; bad rows are all named.
LONGEST_LIST = 20
LAYOUTS = ("rows", "totals", "incident-manager")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layout", type=click.Choice(LAYOUTS), required=True)
@click.option("--zone", metavar="Z", help="Of times without a zone; else the town's.")
@click.option("--check-times", is_flag=True, help="Only compare the export's working times with ours; imports nothing.")
@click.option("--opens", type=times.Hour(), help="For --check-times: the working day's beginning, 08:30 if not given.")
@click.option("--closes", type=times.Hour(), help="For --check-times: the working day's end.")
@click.option("--lunch", type=times.Hours(), help="For --check-times: the hours in between that are not worked.")
@pass_town
@in_words
def bring_in(
    town: Installation,
    file: Path,
    layout: str,
    zone: str | None,
    check_times: bool,
    opens: int | None,
    closes: int | None,
    lunch: Interval | None,
) -> None:
    """Bring in history; safe to repeat, and a bad line is reported by number.

    Layouts: appeals in our own columns (`rows`), yearly numbers (`totals`), or an export of «Инцидент Менеджмент», XLSX or
    CSV, as it is (`incident-manager`).
    """
    if zone and zone not in available_timezones():
        raise click.BadParameter(f"there is no time zone {zone}", param_hint="--zone")
    if check_times and layout != "incident-manager":
        raise click.UsageError("--check-times is for --layout incident-manager")
    if not check_times and (opens, closes, lunch) != (None, None, None):
        raise click.UsageError("--opens, --closes and --lunch are for --check-times")
    settings = town.settings
    of_times = ZoneInfo(zone) if zone else settings.town_zone
    if check_times:
        given = times.schedule(times.OPENS if opens is None else opens, closes, lunch)
        times.check(file, given, of_times)
        return
    read = {"rows": _rows, "totals": _totals, "incident-manager": _incidents}[layout]
    with town.sessions() as session:
        left_out = read(session, file, settings, of_times)
        session.commit()
    if left_out:
        raise Stop(f"{left_out} lines were left out, everything else is in; correct them and bring the file in again")


def progress(word: str, then: Callable[[], None]) -> Callable[[int], None]:
    """What tells on standard error how far a long file is read, after `then` was done."""

    def tell(read: int) -> None:
        then()
        click.echo(f"\r{read} {word}s", nl=False, err=True)

    return tell


def _rows(session: Session, file: Path, settings: Settings, zone: ZoneInfo) -> int:
    # A long file is kept batch by batch; a run that was cut off is finished by bringing the file in again.
    told = progress("line", session.commit)
    lines = history_file.read(file)
    now = datetime.now(UTC)
    loaded = history.load_rows(session, lines, history.IMPORT, settings, now=now, zone=zone, progress=told)
    click.echo("", err=True)
    for line, code in loaded.warnings:
        click.echo(f"line {line}: {WARNINGS[code]}", err=True)
    return _tell(loaded, "line", REASONS)


def _incidents(session: Session, file: Path, settings: Settings, zone: ZoneInfo) -> int:
    with history_export.opened(file, incident_manager.REQUIRED) as export:
        _tell_columns(export)
        loaded = history.load_rows(
            session,
            export.lines,
            history.IMPORT,
            settings,
            now=datetime.now(UTC),
            zone=zone,
            understand=history_export.understand,
            progress=progress(export.word, session.commit),
        )
    click.echo("", err=True)
    # The same word may be unknown in every row of a file: one line a reason, not one a row.
    for code, sentence in incident_manager.WARNINGS.items():
        if numbers := [number for number, told in loaded.warnings if told == code]:
            names = sorted(loaded.unknown.get(code, ()))
            of = f" ({', '.join(f'«{name}»' for name in names)})" if names else ""
            click.echo(f"{listed(numbers, export.word)}: {sentence}{of}", err=True)
    return _tell(loaded, export.word, incident_manager.REASONS)


def _tell_columns(export: history_export.Export) -> None:
    for names, what in ((export.absent, "has no column"), (export.extra, "has a column that is not read:")):
        if names:
            click.echo(f"the file {what} {', '.join(f'«{name}»' for name in names)}", err=True)


def _totals(session: Session, file: Path, settings: Settings, _: ZoneInfo) -> int:
    text = history_file.text_of(file)
    loaded = history_totals.load_totals(session, text, BY, now=datetime.now(UTC), zone=settings.town_zone)
    _tell_left_out(loaded.left_out, "line", REASONS)
    click.echo(f"years: {', '.join(str(year) for year in loaded.years) or 'none'}")
    return len(loaded.left_out)


def _tell(loaded: history.RowsLoaded, word: str, reasons: Mapping[str, str]) -> int:
    _tell_left_out(loaded.left_out, word, reasons)
    click.echo(f"added {loaded.added}, known {loaded.known}, left out {len(loaded.left_out)}")
    return len(loaded.left_out)


def _tell_left_out(lines: Iterable[tuple[int, str]], word: str, reasons: Mapping[str, str]) -> None:
    for line, code in lines:
        click.echo(f"{word} {line}: left out: {reasons[code]}", err=True)


def listed(numbers: Sequence[int], word: str) -> str:
    """Ascending numbers as people list them: rows 2, 5-9, 12. A list without end is cut, and counted."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:LONGEST_LIST])
    rest = f" and others, {len(numbers)} in all" if len(runs) > LONGEST_LIST else ""
    return f"{word if len(numbers) == 1 else f'{word}s'} {told}{rest}"


COMMANDS = (bring_in,)
