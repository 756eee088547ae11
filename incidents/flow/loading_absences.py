"""Absences as a table - a year's leave in one go: out, and in again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import absences
from incidents.flow.loading import Loaded, Row, Rows, day_of, each, person_of
from incidents.records.notices import Absence
from incidents.rules.acts import Actor, Refused

ABSENCES = ("login", "from", "to", "substitute", "note")


def load(session: Session, rows: Rows, by: Actor, *, now: datetime) -> Loaded:
    """Enter the absences that are not there yet. One that is there already changes nothing; days that overlap are refused."""

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        person = person_of(session, row["login"])
        if person is None:
            raise Refused("bad_login")
        from_on, to_on = day_of(row["from"]), day_of(row["to"])
        days = (Absence.from_on == from_on, Absence.to_on == to_on)
        known = session.scalar(select(Absence).where(Absence.person_id == person.id, *days))
        substitute = person_of(session, row.get("substitute", ""))
        if known is None:
            entered = absences.enter(
                *(session, person, by),
                now=now,
                from_on=from_on,
                to_on=to_on,
                substitute=substitute,
                note=row.get("note", ""),
            )
            return person.name, None, absence_row(entered)
        if substitute is not known.substitute:
            raise Refused("absence_twice")
        return person.name, absence_row(known), absence_row(known)

    return each(session, rows, take)


def absence_rows(session: Session, now: datetime) -> list[Row]:
    """Every absence that lasts or lies ahead, as `load` takes it."""
    query = select(Absence).where(Absence.to_on >= absences.today_in(session, now))
    people = (joinedload(Absence.person), joinedload(Absence.substitute))
    return [absence_row(each) for each in session.scalars(query.options(*people).order_by(Absence.from_on, Absence.id))]


def absence_row(absence: Absence) -> Row:
    """One absence as a row."""
    return {
        "login": absence.person.login,
        "from": absence.from_on.isoformat(),
        "to": absence.to_on.isoformat(),
        "substitute": absence.substitute.login if absence.substitute else "",
        "note": absence.note,
    }
