"""The working calendar from the command line: look at a year, bring in a file of days, write one."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.cli.installation import BY, Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import calendar_changes, calendars, history_file
from incidents.records.people import Department
from incidents.rules import calendar_file, calendar_year
from incidents.rules.calendar_year import Lacks
from incidents.rules.days import differences
from incidents.rules.hours_line import as_line

#: What a year lacks, as a sentence with what to do; `incidents check` says the same.
LACKS = {
    Lacks.WORKING_TIME: "no working time; enter the working week on the calendar page",
    Lacks.HOLIDAYS: "no holidays; take the year from the library on the calendar page",
    Lacks.MOVED_DAYS: "no moved days off yet; they are decided in the autumn before",
    Lacks.SHORTENED_DAYS: "no shortened days yet; enter them when they are published",
}
BAD_LINES = {
    "date": f"no date of {calendar_file.FIRST_YEAR}-{calendar_file.LAST_YEAR}",
    "twice": "this date stands above already",
    "kind": "no kind of day; known are holiday, moved_off, regional, working, shortened, hours",
    "bad_minutes": "shorter_by_minutes does not fit the kind",
    "bad_like": "like does not fit: mon to sun, for a working day only",
    "bad_hours": "intervals do not fit: 9:00-13:00, 14:00-18:00, for the kind hours only",
}
_DEPARTMENT = click.option("--department", "code", metavar="CODE", help="A department's own; else the town's.")


@click.group()
def calendar() -> None:
    """The working calendar: holidays, moved and shortened days."""


@calendar.command("show")
@click.argument("year", type=click.IntRange(calendar_file.FIRST_YEAR, calendar_file.LAST_YEAR))
@_DEPARTMENT
@pass_town
@in_words
def show(town: Installation, year: int, code: str | None) -> None:
    """The working days and hours of YEAR by month, its special days, and what it still lacks."""
    zone = town.settings.town_zone
    with town.sessions() as session:
        # As it will be in force in that year, if the year is still to come.
        moment = max(datetime.now(UTC), calendars.midnight(date(year, 1, 1), zone))
        found = calendars.at(session, moment, zone, _department(session, code))
    for number, month in enumerate(calendar_year.months(found, year), start=1):
        click.echo(f"{year}-{number:02}  {month.days:3} days  {month.seconds / 3600:6g} hours")
    total = calendar_year.whole(found, year)
    click.echo(f"{year}     {total.days:3} days  {total.seconds / 3600:6g} hours")
    for on, day in sorted(found.special.items()):
        if on.year == year:
            click.echo(f"{on}  {day.kind.value:9}  {as_line(day.intervals) or '-':26}  {day.name}".rstrip())
    for lacks in calendar_year.lacking(found, year):
        click.echo(f"{year}: {LACKS[lacks]}")


@calendar.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="In force from; today if not given.")
@click.option("--note", default="", help="Which order it follows.")
@_DEPARTMENT
@pass_town
@in_words
def load(town: Installation, file: Path, valid_from: datetime | None, note: str, code: str | None) -> None:
    """Enter a new version of the calendar with the days of FILE.

    FILE is CSV as `calendar dump` writes it: the years it names are replaced whole, other years stay. A file of the two
    columns date,shorter_by_minutes only shortens these days. One bad line, and nothing is entered.
    """
    read = days_of(file)
    zone, now = town.settings.town_zone, datetime.now(UTC)
    first = valid_from.date() if valid_from else now.astimezone(zone).date()
    with town.sessions() as session:
        department = _department(session, code)
        begins = calendar_changes.beginning(first, now, zone)
        base = calendar_changes.content_at(session, begins, zone, department)
        before = base.days if base else {}
        changes = differences(before, read.applied(before))
        calendar_changes.change_days(
            session, changes, first, BY, now=now, zone=zone, department_id=department, note=note
        )
        session.commit()
    click.echo(f"{len(changes)} days differ from {first} on")


@calendar.command("dump")
@_DEPARTMENT
@pass_town
@in_words
def dump(town: Installation, code: str | None) -> None:
    """Write the special days now in force as CSV to standard output."""
    with town.sessions() as session:
        department = _department(session, code)
        content = calendar_changes.content_at(session, datetime.now(UTC), town.settings.town_zone, department)
    click.echo(calendar_file.written(content.days if content else {}), nl=False)


def days_of(file: Path) -> calendar_file.CalendarFile:
    try:
        read = calendar_file.read(history_file.text_of(file))
    except calendar_file.NoCalendarFile as error:
        wanted = ",".join(calendar_file.COLUMNS)
        raise Stop(f"the file lacks the columns {error}; it needs {wanted}") from None
    for line, reason in read.bad:
        click.echo(f"line {line}: {BAD_LINES[reason]}", err=True)
    if read.bad:
        raise Stop("nothing was entered: mend these lines and load the file again")
    if not read.days:
        raise Stop("the file has no days")
    return read


def _department(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalar(select(Department.id).where(Department.code == code))
    if found is None:
        raise Stop(f"there is no department {code}; `incidents departments` lists them")
    return found


COMMANDS = (calendar,)
