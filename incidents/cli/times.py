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
from incidents.rules.schedules import CLOSING_STEP, MIDNIGHT, Fit, Schedule, hour

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
        _tell_what_fits(found, given, zone, word)
    click.echo("Nothing was imported: the times were only compared.")


def _tell(found: Agreement, given: Schedule, word: str) -> None:
    click.echo(f"Counted by {given}; times in the file without a zone taken as the town's, or as --zone says.")
    click.echo(
        f"{_many(found.compared, word)} compared: {found.agree} agree, {len(found.differ)} do not; "
        f"{found.silent} have no answer or no working time to compare, {len(found.unreadable)} cannot be read."
    )
    for number, ours, theirs in found.differ:
        click.echo(f"{word} {number}: ours {hour(ours)}, in the file {hour(theirs)}")


def _tell_what_fits(found: Agreement, given: Schedule, zone: ZoneInfo, word: str) -> None:
    of = len(found.sample)
    on = f"of the {'' if of == found.compared else 'first '}{_many(of, word)} compared"
    if found.differ:
        longer = sum(ours > theirs for _, ours, theirs in found.differ)
        close = sum(abs(ours - theirs) == 1 for _, ours, theirs in found.differ)
        click.echo(
            f"Where they do not agree, ours is longer in {longer} and shorter in {len(found.differ) - longer}; in {close} by one minute."
        )
    fit = history_check.closing_that_fits(found, given, zone)
    click.echo(f"{_closings(fit, given)}: {fit.count} {on}.")
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
    if fit.count == 0:
        return "No closing hour fits"
    if len(fit.schedules) == 1:
        return f"The closing hour {hour(fit.schedules[0].closes)} fits best" + (
            ", as given" if given in fit.schedules else ""
        )
    between = ", ".join(_runs(sorted(each.closes for each in fit.schedules)))
    also = ", the given one among them" if given in fit.schedules else ""
    return f"The closing hours {between} fit best and equally well{also}; the file cannot tell which it is"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _runs(closings: list[int]) -> list[str]:
    """Hours that follow each other by the step in which they are tried, as from-to."""
    runs: list[list[int]] = []
    for closes in closings:
        if runs and closes - runs[-1][1] <= CLOSING_STEP:
            runs[-1][1] = closes
        else:
            runs.append([closes, closes])
    return [hour(first) if first == last else f"{hour(first)}-{hour(last)}" for first, last in runs]


def _several(fit: Fit) -> str:
    first, *others = fit.schedules
    return f"{first}" + (f" (and as well by {len(others)} other schedules)" if others else "")
