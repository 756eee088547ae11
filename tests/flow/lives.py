"""What the tests of an appeal's acts stand on: the norms of all its clocks, answers of every purpose, clocks in words."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, enacting
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.clocks import ClockRow
from incidents.records.people import Person
from incidents.rules.acts import Purpose
from incidents.rules.norms import INCIDENTS, ClockName, Hours, Start, Unit
from tests.cast import FOUNDER, NOW, two_hours

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INTERIM, QUESTION = Intent(Purpose.INTERIM), Intent(Purpose.QUESTION)


def enact_all_clocks(session: Session) -> None:
    """Besides the first answer: 120 minutes for the next, seven days around the clock for the final one. Committed."""
    for kind in sorted(INCIDENTS):
        following = replace(two_hours(kind), clock=ClockName.NEXT)
        final = replace(
            two_hours(kind),
            clock=ClockName.FINAL,
            term=7,
            unit=Unit.DAYS,
            hours=Hours.CALENDAR,
            starts_at=Start.ANSWERED,
        )
        for norm in (following, final):
            enacting.put(session, norm, FOUNDER, now=NOW, note="")
    session.commit()


def deferral(promised_on: date) -> Intent:
    return Intent(Purpose.DEFERRAL, promised_on)


def say(
    session: Session,
    appeal: Appeal,
    person: Person,
    intent: Intent,
    at: datetime,
    *,
    link: str = "https://vk.com/wall-1_2",
) -> None:
    """An answer of that purpose, seen in the network and recorded at once, committed."""
    approving.confirm_by_hand(session, appeal, person, now=at, link=link, at=at, intent=intent)
    session.commit()


def clocks(session: Session, appeal: Appeal) -> dict[str, ClockRow]:
    """The stored clocks by name; `first:2` is that of the second cycle, `next/2` the second turn."""
    query = select(ClockRow).where(ClockRow.appeal_number == appeal.number).execution_options(populate_existing=True)
    found = {}
    for row in session.scalars(query):
        name = row.name.value + (f":{row.cycle}" if row.cycle > 1 else "") + (f"/{row.turn}" if row.turn > 1 else "")
        found[name] = row
    return found
