"""An empty database becomes a town that can work: departments, classifier, norms and the production calendar, all to be changed."""

import csv
import io
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
from incidents.rules.lifecycle import Actor
from incidents.rules.norms import INCIDENTS, ClockName, Hours, Norm, Start, Unit

FOUNDER = Actor("machine:founding")

#: Example dates, said so on the norms page: Komsomolsk-on-Amur's report names the change from 8 to 2 hours, not its day.
DEFAULT_NORMS = ((date(2018, 8, 1), 480), (date(2023, 1, 1), 120))
#: Nine to six with an hour's break, Monday to Friday.
OFFICE_DAY = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))


def found(session: Session, *, now: datetime) -> list[str]:
    """Fill what is empty, and only that; the names of what was filled."""
    done = []
    if session.scalar(select(Department.id).limit(1)) is None:
        _departments(session, now)
        done.append("departments")
    if session.scalar(select(Topic.id).limit(1)) is None:
        taxonomy.load(session, taxonomy.read(_shipped("taxonomy.csv")), FOUNDER, now=now)
        done.append("topics")
    if session.scalar(select(CalendarVersion.id).limit(1)) is None:
        content = Content((OFFICE_DAY,) * 5 + ((),) * 2, production.days())
        calendar_changes.put(session, content, date(production.FIRST_YEAR, 1, 1), FOUNDER, now=now)
        done.append("calendar")
    if session.scalar(select(NormRow.id).limit(1)) is None:
        _norms(session, now)
        done.append("norms")
    return done


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


def _norms(session: Session, now: datetime) -> None:
    """For what citizens write: the first answer, the answer to what they write again, and the last word after an interim
    answer (seven working days in Sevastopol's order of 2020)."""
    since = DEFAULT_NORMS[0][0]
    for kind in sorted(INCIDENTS):
        final = Norm(0, kind, 7, Hours.WORKING, Start.ANSWERED, since, Unit.DAYS, ClockName.FINAL)
        enacting.put(session, final, FOUNDER, now=now, note="example date")
        for valid_from, minutes in DEFAULT_NORMS:
            norm = Norm(0, kind, minutes, Hours.CALENDAR, Start.RECEIVED, valid_from)
            enacting.put(session, norm, FOUNDER, now=now, note="example date")
            again = replace(norm, starts_at=Start.ANSWERED, clock=ClockName.NEXT)
            enacting.put(session, again, FOUNDER, now=now, note="example date")


def _shipped(name: str) -> str:
    return (resources.files("incidents.data") / name).read_text(encoding="utf-8")
