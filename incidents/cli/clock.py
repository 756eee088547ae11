"""The clock and the journal from the command line: one sweep, one check of every chain, every deadline again."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from incidents import jobs
from incidents.cli.installation import BY, Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import recomputing, sealing, timing
from incidents.flow.recomputing import JOURNAL, Difference
from incidents.networks.wire import open_client
from incidents.statistics import keeping


@click.command()
@click.option("--now", "moment", metavar="ISO", help="As if it were this moment (aware, or UTC).")
@pass_town
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
@pass_town
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


@click.command()
@click.option(
    "--apply", "is_meant", is_flag=True, help="Put right what differs, with an entry of the journal for each."
)
@pass_town
@in_words
def recompute(town: Installation, is_meant: bool) -> None:
    """Every deadline and verdict again from the journal. Status 1 if what is stored differs and is not put right."""
    now, last, done, corrected, left = datetime.now(UTC), 0, 0, 0, 0
    while numbers := _next(town, last):
        last, done = numbers[-1], done + len(numbers)
        found = _compared(town, numbers, now)
        for each in found:
            click.echo(
                f"appeal {each.number}: {each.where} {each.what}: stored {_said(each.stored)}, computed {_said(each.computed)}"
            )
        if is_meant and found:
            corrected += _put_right(town, found, now)
            found = [each for each in found if each.where == JOURNAL]
        left += len(found)
        click.echo(f"\r{done} appeals", nl=False, err=True)
    click.echo("", err=True)
    left += _kept_months(town, is_meant, now)
    if corrected:
        click.echo(f"appeals put right: {corrected}; each has an entry in its journal")
    if left:
        raise Stop(
            f"{left} differences" + ("; `incidents verify` shows what is wrong with the journal" if is_meant else "")
        )
    if not corrected:
        click.echo(f"no differences in {done} appeals")


def _kept_months(town: Installation, is_meant: bool, now: datetime) -> int:
    """How many months are still kept otherwise than their appeals say."""
    with town.sessions() as session:
        wrong = keeping.differences(session, town.settings.town_zone, now=now)
        for month in wrong:
            click.echo(f"month {month}: kept figures are not those of its appeals")
        if not (wrong and is_meant):
            return len(wrong)
        keeping.count_anew(session, town.settings.town_zone, now=now)
        session.commit()
    click.echo(f"months counted anew: {len(wrong)} differed")
    return 0


def _next(town: Installation, last: int) -> list[int]:
    with town.sessions() as session:
        session.connection(execution_options={"readonly": True})
        return recomputing.after(session, last)


def _compared(town: Installation, numbers: Sequence[int], now: datetime) -> list[Difference]:
    """A batch as of one moment: an act that is written meanwhile must not look like a difference."""
    with town.sessions() as session:
        is_sqlite = town.engine.dialect.name == "sqlite"
        snapshot: dict[str, Any] = {"readonly": True} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
        session.connection(execution_options=snapshot)
        return recomputing.differences(session, numbers, timing.rules(session), now=now)


def _put_right(town: Installation, found: Sequence[Difference], now: datetime) -> int:
    """Compare once more what nobody can change meanwhile, and correct that; how many appeals."""
    numbers = sorted({each.number for each in found})
    with town.sessions() as session:
        recomputing.lock(session, numbers)
        by = timing.rules(session)
        corrected = recomputing.correct(
            session, recomputing.differences(session, numbers, by, now=now), by, BY, now=now
        )
        session.commit()
        return corrected


def _said(value: str) -> str:
    return value or "nothing"


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(f"{written} is no ISO 8601 moment", param_hint="--now") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


COMMANDS = (sweep, verify, recompute)
