"""Norms: entered with their date, retired, never edited in place. Calendars are entered by `calendar_changes`."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.calendars import CalendarVersion
from incidents.records.norms import NormRow
from incidents.rules.lifecycle import Actor, Refused
from incidents.rules.norms import Hours, Norm, rivals, twins

STREAM = "norms"


def enact(session: Session, norm: Norm, by: Actor, *, now: datetime, today: date, note: str = "") -> NormRow:
    """Enter a norm from its date on; dated today, from this moment. Deadlines already given stay as they are.

    `today` is the town's date. Raises Refused: `norm_in_past` (an appeal may already have been counted by another
    one), `norm_twice`, `norm_tie`, `term_needed`, `no_working_time`.
    """
    if norm.term <= 0:
        raise Refused("term_needed")
    existing = [row.rule for row in session.scalars(select(NormRow))]
    if existing and norm.valid_from < today:
        raise Refused("norm_in_past")
    if twins(existing, norm):
        raise Refused("norm_twice", day=norm.valid_from)
    if rivals(existing, norm):
        raise Refused("norm_tie")
    if norm.hours is Hours.WORKING and session.scalar(select(CalendarVersion.id).limit(1)) is None:
        raise Refused("no_working_time")
    if existing and norm.valid_from == today:
        norm = replace(norm, effective_at=now)
    return put(session, norm, by, now=now, note=note)


def put(session: Session, norm: Norm, by: Actor, *, now: datetime, note: str) -> NormRow:
    """Write a norm without asking: for the founding of a town, whose first norms lie in the past."""
    row = NormRow(
        kind=norm.kind,
        network=norm.network,
        importance=norm.importance,
        topic_id=norm.topic_id,
        clock=norm.clock,
        term=norm.term,
        unit=norm.unit,
        hours=norm.hours,
        starts_at=norm.starts_at,
        valid_from=norm.valid_from,
        retired_on=norm.retired_on,
        effective_at=norm.effective_at,
        on_day_off=norm.on_day_off,
        article=norm.article[:200],
        note=note[:200],
        created_at=now,
    )
    session.add(row)
    session.flush()
    data = {
        "norm": row.id,
        "kind": row.kind,
        "clock": row.clock,
        "term": row.term,
        "unit": row.unit,
        "hours": row.hours,
        "valid_from": str(row.valid_from),
    }
    append(session, Draft(STREAM, "enact", by.name, now, data), now=now)
    return row
