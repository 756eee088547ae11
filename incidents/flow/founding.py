"""An empty database becomes a town that can work: departments, classifier, norms and the production calendar, all to be changed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendar_changes, enacting, production, taxonomy
from incidents.flow.calendar_changes import Content
from incidents.flow.journalling import Draft, append
from incidents.records.calendars import CalendarVersion
from incidents.records.norms import NormRow
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules import statutory_table
from incidents.rules.acts import Actor
from incidents.rules.norms import INCIDENTS, ClockName, Hours, Kind, Norm, Start, Unit
from incidents.rules.statutory_table import Duty, Since

FOUNDER = Actor("machine:founding")

#: Example dates, said so on the norms page: Komsomolsk-on-Amur's report names the change from 8 to 2 hours, not its day.
DEFAULT_NORMS = ((date(2018, 8, 1), 480), (date(2023, 1, 1), 120))
#: How the first norms are marked; the norms page has the words for them.
EXAMPLE_DATE, EXAMPLE, DOUBT = "example date", "example", "check with a lawyer"
#: The duties of a law that have a clock of their own; the rest are control dates on the card.
_CLOCKS = {Duty.ANSWER: ClockName.FIRST, Duty.REGISTER: ClockName.REGISTER}
#: Nine to six with an hour's break, Monday to Friday.
OFFICE_DAY = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))


def found(session: Session, *, now: datetime) -> list[str]:
    """Fill what is empty, and only that; the names of what was filled."""
    done = []
    if session.scalar(select(Department.id).limit(1)) is None:
        _departments(session, now)
        done.append("departments")
    if session.scalar(select(Topic.id).limit(1)) is None:
        taxonomy.load(session, taxonomy.rows_of(_shipped("taxonomy.csv")), FOUNDER, now=now)
        done.append("topics")
    if session.scalar(select(CalendarVersion.id).limit(1)) is None:
        content = Content((OFFICE_DAY,) * 5 + ((),) * 2, production.days())
        calendar_changes.put(session, content, date(production.FIRST_YEAR, 1, 1), FOUNDER, now=now)
        done.append("calendar")
    if first_norms(session, now=now):
        done.append("norms")
    return done


def first_norms(session: Session, *, now: datetime) -> int:
    """Give each kind of appeal that has no norm at all its first ones; how many were entered.

    The terms of the laws and orders come from `rules.statutory_table`, with their articles; the rest are examples, said so.
    """
    known = set(session.scalars(select(NormRow.kind).distinct()))
    found = [pair for kind in Kind if kind not in known for pair in _norms_of(kind)]
    for norm, note in found:
        enacting.put(session, norm, FOUNDER, now=now, note=note)
    return len(found)


def _departments(session: Session, now: datetime) -> None:
    for line in csv.DictReader(io.StringIO(_shipped("departments.csv")), delimiter=";"):
        session.add(
            Department(
                code=line["code"],
                name=line["name"],
                is_external=line["external"] == "yes",
                is_press=line["press"] == "yes",
                is_active=True,
            )
        )
    session.flush()
    append(session, Draft("people", "load_departments", FOUNDER.name, now), now=now)


def _norms_of(kind: Kind) -> Iterator[tuple[Norm, str]]:
    """The first norms of a kind and the note that each stands with."""
    since = DEFAULT_NORMS[0][0]
    if kind is Kind.SOCIAL:
        for valid_from, minutes in DEFAULT_NORMS:
            norm = Norm(0, kind, minutes, Hours.CALENDAR, Start.RECEIVED, valid_from)
            yield norm, EXAMPLE_DATE
            yield replace(norm, starts_at=Start.ANSWERED, clock=ClockName.NEXT), EXAMPLE_DATE
    for row in statutory_table.duties(kind):
        if row.duty in _CLOCKS:
            yield _by_table(row, since), _note(row)
    if kind is Kind.DIRECT_MESSAGE:
        again = _by_table(statutory_table.term(kind, Duty.ANSWER), since)
        yield replace(again, starts_at=Start.ANSWERED, clock=ClockName.NEXT), EXAMPLE
    if kind in INCIDENTS:
        # After an interim answer the last word: seven working days in Sevastopol's order of 2020.
        yield Norm(0, kind, 7, Hours.WORKING, Start.ANSWERED, since, Unit.DAYS, ClockName.FINAL), EXAMPLE_DATE


def _by_table(row: statutory_table.Term, since: date) -> Norm:
    hours = Hours.WORKING if row.unit is Unit.WORKING_DAY_END else Hours.CALENDAR
    start = Start.RECEIVED if row.since is Since.RECEIVED else Start.REGISTERED
    return Norm(0, row.kind, row.days, hours, start, since, unit=row.unit, clock=_CLOCKS[row.duty], article=row.article)


def _note(row: statutory_table.Term) -> str:
    if row.article in (statutory_table.OWN_RULE, statutory_table.EXAMPLE):
        return EXAMPLE
    return "" if row.is_checked else DOUBT


def _shipped(name: str) -> str:
    return (resources.files("incidents.data") / name).read_text(encoding="utf-8")
