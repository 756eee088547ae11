"""What if: a period under another limit, other hours or another calendar, as JSON."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.cli.calendars import days_of
from incidents.cli.installation import Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.cli.times import Hour
from incidents.cli.times import Hours as Stretch
from incidents.flow import calendar_changes, production, timing
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.calendar import Calendar, Interval, NoWorkingTime
from incidents.rules.days import resolve
from incidents.rules.norms import ClockName, Hours
from incidents.rules.schedules import Schedule
from incidents.rules.whatif import VERDICTS, Answer, Question, Tally
from incidents.settings import Settings
from incidents.statistics import edges
from incidents.statistics import whatif as figures

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DATE, required=True, help="Received from this date of the town on.")
@click.option("--to", "last", type=_DATE, required=True, help="The last date, itself included.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), help="The term in minutes; else each norm's own.")
@click.option("--hours", type=click.Choice([str(each) for each in Hours]), help="Else each norm's own.")
@click.option(
    "--calendar", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Days as a file."
)
@click.option("--opens", type=Hour(), help="The working day begins; with --closes.")
@click.option("--closes", type=Hour(), help="The working day ends.")
@click.option("--lunch", type=Stretch(), help="A break in it.")
@click.option("--clock", type=click.Choice([str(each) for each in figures.CLOCKS]), default="first", show_default=True)
@click.option("--flips", type=click.IntRange(0, 1_000_000), default=20, show_default=True, help="How many to list.")
@pass_town
@in_words
def whatif(
    town: Installation,
    first: datetime,
    last: datetime,
    limit: int | None,
    hours: str | None,
    file: Path | None,
    opens: int | None,
    closes: int | None,
    lunch: Interval | None,
    clock: str,
    flips: int,
) -> None:
    """The same appeals under another norm: how many late, by department, topic and hour of the week, and which flip.

    With another calendar working hours count, unless --hours says otherwise. With nothing changed the figures are the
    recorded ones.
    """
    if last < first:
        raise click.UsageError("--to lies before --from")
    zone, now = town.settings.town_zone, datetime.now(UTC)
    day = _schedule(opens, closes, lunch)
    with town.sessions() as session:
        session.connection(execution_options={"readonly": True})
        calendar = _calendar(session, town.settings, file, day, now)
        counted = Hours(hours) if hours else Hours.WORKING if calendar else None
        question = Question(limit, counted, calendar)
        period = edges.of_day(first.date(), zone)[0], edges.of_day(last.date(), zone)[1]
        rules = timing.rules(session)
        try:
            answer = figures.read(
                session,
                question,
                period,
                norms=rules.norms,
                calendars=rules.calendars,
                zone=zone,
                now=now,
                clock=ClockName(clock),
                most_flips=flips,
            )
        except NoWorkingTime:
            raise Stop("the calendar has no working time to count by") from None
        asked = {
            "from": str(first.date()),
            "to": str(last.date()),
            "clock": clock,
            "limit_minutes": limit,
            "hours": counted,
            "calendar": str(file) if file else None,
            "working_day": str(day) if day else None,
        }
        click.echo(json.dumps({**asked, **_told(session, answer)}, ensure_ascii=False, indent=2))


def _schedule(opens: int | None, closes: int | None, lunch: Interval | None) -> Schedule | None:
    if opens is None and closes is None and lunch is None:
        return None
    if opens is None or closes is None:
        raise click.UsageError("a working day needs both --opens HH:MM and --closes HH:MM")
    found = Schedule(opens, closes, lunch)
    if not found.is_possible:
        raise click.UsageError("the day opens, has its lunch and closes in this order, between 00:00 and 24:00")
    return found


def _calendar(
    session: Session, settings: Settings, file: Path | None, day: Schedule | None, now: datetime
) -> Calendar | None:
    """The town's calendar with another working day, or other single days; None where neither is asked for."""
    if file is None and day is None:
        return None
    base = calendar_changes.content_at(session, now, settings.town_zone, None)
    days = base.days if base else production.days()
    if file is not None:
        days = days_of(file).applied(days)
    week = day.week if day else base.week if base else ((),) * 7
    return Calendar(settings.town_zone, week, resolve(week, days))


def _told(session: Session, answer: Answer) -> dict[str, Any]:
    departments = dict(session.execute(select(Department.id, Department.name)).all())
    topics = dict(session.execute(select(Topic.id, Topic.name)).all())
    week = [_tally(each) for each in answer.hours]
    return {
        "counted": answer.cases,
        "as_it_is": {name: answer.before(name) for name in VERDICTS},
        "as_it_would_be": {name: answer.after(name) for name in VERDICTS},
        "flips": answer.flipped,
        "become_late": answer.to_late,
        "late_no_more": answer.from_late,
        "appeals": [{"number": each.number, "was": each.before, "becomes": each.after} for each in answer.flips],
        "departments": _parts(answer.departments, departments),
        "topics": _parts(answer.topics, topics),
        "week": [week[day * 24 : day * 24 + 24] for day in range(7)],
    }


def _parts(tallies: dict[int | None, Tally], names: dict[int, str]) -> list[dict[str, Any]]:
    """The parts, those with most late first; null is nobody, or no topic."""
    rows = [{"id": key, "name": names.get(key) if key else None, **_tally(each)} for key, each in tallies.items()]
    return sorted(rows, key=lambda row: (-row["late_after"], -row["counted"], row["name"] or ""))


def _tally(of: Tally) -> dict[str, Any]:
    return {"counted": of.cases, "late_before": of.before, "late_after": of.after}


COMMANDS = (whatif,)
