"""What `import --check-times` says: whether our working time is the one that the other program counted."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from incidents.flow import history_check, history_export
from incidents.flow.history_check import Agreement
from incidents.rules import incident_manager
from incidents.rules.calendar import Interval
from incidents.rules.schedules import MIDNIGHT, Fit, Schedule, hour

#: The opening of the working day in the real export; its closing hour is not known.
OPENS = 8 * 60 + 30


class Hour(click.ParamType[int]):
    """A time of day as minutes from midnight; 24:00 is one too."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d\d?):([0-5]\d)", value)
        if match is None or (minute := int(match[1]) * 60 + int(match[2])) > MIDNIGHT:
            self.fail(f"{value!r} is no time of day like 17:30", param, ctx)
        return minute


class Hours(click.ParamType[Interval]):
    """From one time of day to another."""

    name = "HH:MM-HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Interval:
        if isinstance(value, tuple):
            return value
        begins, _, ends = value.partition("-")
        found = (Hour().convert(begins.strip(), param, ctx), Hour().convert(ends.strip(), param, ctx))
        if found[0] >= found[1]:
            self.fail(f"{value!r} ends before it begins", param, ctx)
        return found


def schedule(opens: int, closes: int | None, lunch: Interval | None) -> Schedule:
    """The working day that was named. Raises UsageError, which is status 2."""
    if closes is None:
        raise click.UsageError("--check-times needs --closes HH:MM, the hour at which the working day ends")
    found = Schedule(opens, closes, lunch)
    if not found.is_possible:
        raise click.UsageError("the day opens, has its lunch and closes in this order, between 00:00 and 24:00")
    return found


def check(file: Path, given: Schedule, zone: ZoneInfo) -> None:
    """Compare and tell; nothing is written."""
    with history_export.opened(file, incident_manager.REQUIRED_FOR_TIMES) as export:
        word = export.word

        def progress(read: int) -> None:
            click.echo(f"\r{read} {word}s", nl=False, err=True)

        found = history_check.compare(export.lines, given, zone, progress)
    click.echo("", err=True)
    for number, code in found.unreadable:
        click.echo(f"{word} {number}: not compared: {incident_manager.REASONS[code]}", err=True)
    _tell(found, given, word)
    if found.compared:
        _tell_what_fits(found, given, zone)
    click.echo("Nothing was imported: the times were only compared.")


def _tell(found: Agreement, given: Schedule, word: str) -> None:
    click.echo(f"Counted by {given}; times in the file without a zone taken as the town's, or as --zone says.")
    click.echo(
        f"{found.compared} {word}s compared: {found.agree} agree, {len(found.differ)} do not; "
        f"{found.silent} have no answer or no working time to compare, {len(found.unreadable)} cannot be read."
    )
    for number, ours, theirs in found.differ:
        click.echo(f"{word} {number}: ours {hour(ours)}, in the file {hour(theirs)}")


def _tell_what_fits(found: Agreement, given: Schedule, zone: ZoneInfo) -> None:
    of = len(found.sample)
    on = "rows compared" if of == found.compared else f"first {of} rows compared"
    if found.differ:
        longer = sum(ours > theirs for _, ours, theirs in found.differ)
        close = sum(abs(ours - theirs) == 1 for _, ours, theirs in found.differ)
        click.echo(
            f"Where they do not agree, ours is longer in {longer} and shorter in {len(found.differ) - longer}; in {close} by one minute."
        )
    fit = history_check.closing_that_fits(found, given, zone)
    click.echo(f"{_closings(fit, given)}: {fit.count} of the {of} {on}.")
    if fit.count == of:
        return
    change = history_check.change_that_fits(found, given, zone)
    if change.count > fit.count:
        click.echo(f"More agree by {_several(change)}: {change.count} of {of}. Whether the office works so, ask it.")
    else:
        click.echo(
            "No lunch hour, shorter Friday, other opening hour or other days that were tried beside it fit better."
        )
    left = of - max(fit.count, change.count)
    if left:
        click.echo(
            f"{left} agree with nothing that was tried; the program that wrote the file may count them in its own way."
        )


def _closings(fit: Fit, given: Schedule) -> str:
    hours = [hour(each.closes) for each in sorted(fit.schedules, key=lambda each: each.closes)]
    if fit.count == 0:
        return "No closing hour fits"
    if len(hours) == 1:
        return f"The closing hour {hours[0]} fits best" + (", as given" if fit.schedules[0] == given else "")
    return f"The closing hours {', '.join(hours)} fit best and equally well, so that these rows cannot tell which it is"


def _several(fit: Fit) -> str:
    first, *others = fit.schedules
    return f"{first}" + (f" (and as well by {len(others)} other schedules)" if others else "")
