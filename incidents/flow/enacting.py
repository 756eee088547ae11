"""Norms: entered with their date, retired, never edited in place. Calendars are entered by `calendar_changes`."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.calendars import CalendarVersion
from incidents.records.norms import NormRow
from incidents.rules.acts import Actor, Refused
from incidents.rules.norms import (
    STATUTORY,
    Case,
    ClockName,
    Hours,
    Norm,
    OnDayOff,
    Start,
    Unit,
    in_force,
    is_same,
    rivals,
    twins,
)
from incidents.rules.town import check_year

STREAM = "norms"
#: A year: beyond it a term is a slip of the hand, and a working calendar knows no day to end it with.
LONGEST = {Unit.MINUTES: 366 * 24 * 60, Unit.DAYS: 366, Unit.WORKING_DAY_END: 366}


def enact(session: Session, norm: Norm, by: Actor, *, now: datetime, today: date, note: str = "") -> NormRow:
    """Enter a norm from its date on; dated today, from this moment. Deadlines already given stay as they are.

    Raises Refused as `check` does.
    """
    check(session, norm, today=today)
    if norm.valid_from == today:
        norm = replace(norm, effective_at=now)
    return put(session, norm, by, now=now, note=note)


def check(session: Session, norm: Norm, *, today: date) -> None:
    """Whether a norm may be entered; `today` is the town's date.

    Raises Refused: `norm_in_past` (an appeal may already have been counted by another one), `norm_twice`, `norm_tie`,
    `term_needed`, `term_too_long`, `strange_year`, `start_unfit`, `clock_unfit`, `no_working_time`.
    """
    if norm.term <= 0:
        raise Refused("term_needed")
    if norm.term > LONGEST[norm.unit]:
        raise Refused("term_too_long")
    if norm.clock is ClockName.FINAL and norm.kind in STATUTORY:
        raise Refused("clock_unfit")
    if norm.clock in (ClockName.FIRST, ClockName.REGISTER) and norm.starts_at is Start.ANSWERED:
        raise Refused("start_unfit")
    check_year(norm.valid_from)
    existing = [row.rule for row in session.scalars(select(NormRow))]
    if existing and norm.valid_from < today:
        raise Refused("norm_in_past")
    if twins(existing, norm):
        raise Refused("norm_twice", day=norm.valid_from)
    if rivals(existing, norm):
        raise Refused("norm_tie")
    needs_calendar = norm.hours is Hours.WORKING or norm.on_day_off is not OnDayOff.KEEP
    if needs_calendar and session.scalar(select(CalendarVersion.id).limit(1)) is None:
        raise Refused("no_working_time")


def retire(
    session: Session,
    row: NormRow,
    last_day: date,
    by: Actor,
    *,
    now: datetime,
    today: date,
    reason: str,
    is_known: bool = False,
) -> None:
    """End a norm after its last day, which is today or later; what has already begun to count goes on by it.

    One that is still to come is taken back, as if it had never been entered. Raises Refused: `reason_needed`, `norm_over`
    (it ended, or another one took its place), `end_in_past`, and `leaves_no_norm` where nothing would be counted any
    more until a first answer, unless that is known (`is_known`).
    """
    everything = [each.rule for each in session.scalars(select(NormRow).with_for_update())]
    norm = row.rule
    later = [each for each in everything if is_same(each, norm) and not each.is_withdrawn and each.id != norm.id]
    if norm.retired_on is not None or any(norm.valid_from < each.valid_from <= today for each in later):
        raise Refused("norm_over")
    if not reason.strip():
        raise Refused("reason_needed")
    ends = row.valid_from if today < row.valid_from else last_day + timedelta(days=1)
    if today >= row.valid_from and last_day < today:
        raise Refused("end_in_past")
    after = [replace(each, retired_on=ends) if each.id == norm.id else each for each in everything]
    if not is_known and norm.clock is ClockName.FIRST and _loses(everything, after, norm, ends):
        raise Refused("leaves_no_norm")
    row.retired_on = ends
    session.flush()
    data = {"norm": row.id, "retired_on": ends.isoformat()}
    append(session, Draft(STREAM, "retire", by.name, now, data, reason.strip()), now=now)


def _loses(before: list[Norm], after: list[Norm], norm: Norm, on: date) -> bool:
    """Would appeals that this norm fits have a first answer to be late with no more, at noon of that day?"""
    case = Case(norm.kind, norm.network or "", norm.topic_id, norm.importance)
    at = datetime.combine(on, time(12), UTC)
    had, has = (in_force(norms, case, ClockName.FIRST, at, ZoneInfo("UTC")) for norms in (before, after))
    return had is not None and has is None


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
        "starts_at": row.starts_at,
        "network": row.network,
        "topic": row.topic_id,
        "on_day_off": row.on_day_off,
        "valid_from": str(row.valid_from),
        "effective_at": row.effective_at.isoformat() if row.effective_at else None,
    }
    append(session, Draft(STREAM, "enact", by.name, now, data), now=now)
    return row
