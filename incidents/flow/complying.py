"""What a law lets one do with an appeal: put the answer off, pass it on; and what was done of all it asks, day by day.

The document system stays the master: what was done there is recorded here, with the days on which it was done, and the
clocks follow from that. The terms are `rules.statutory`; days are the town's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendars, gate
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.journal import Entry
from incidents.rules import statutory
from incidents.rules.acts import Act, Actor, Refused
from incidents.rules.norms import STATUTORY, Kind, OnDayOff
from incidents.rules.statutory_table import Duty
from incidents.rules.town import check_year
from incidents.settings import Settings

#: A number of the document system, or of a letter.
LONGEST_NUMBER = 60


class Notice(StrEnum):
    """Of what the author was told."""

    REFUSAL = "refusal"
    #: Where and how a formal appeal is filed; a social one never becomes one by itself.
    WHERE_TO_FILE = "where_to_file"


@dataclass(frozen=True, slots=True)
class Dates:
    """The local days that the terms of a law count from, and what was done about them so far."""

    received_on: date
    registered_on: date
    #: By how many days the answer was put off in all, and the days on which the author was told so.
    extended_by: int = 0
    extended_on: tuple[date, ...] = ()
    forwarded_on: date | None = None
    refused_on: date | None = None
    answered_on: date | None = None


def dates(session: Session, appeal: Appeal) -> Dates:
    """What the appeal and its journal tell of the days of a law."""
    zone = town_of(session).zone
    acts = (Act.EXTEND, Act.FORWARD, Act.NOTIFY)
    query = select(Entry.act, Entry.data).where(Entry.stream == gate.stream(appeal.number), Entry.act.in_(acts))
    told = [(act, data) for act, data in session.execute(query.order_by(Entry.seq))]
    extended = [data for act, data in told if act == Act.EXTEND]
    forwarded = [data["forwarded_on"] for act, data in told if act == Act.FORWARD]
    refused = [data["notice_on"] for act, data in told if act == Act.NOTIFY and data["notice"] == Notice.REFUSAL]
    return Dates(
        received_on=appeal.received_at.astimezone(zone).date(),
        registered_on=appeal.registered_at.astimezone(zone).date(),
        extended_by=sum(data["days"] for data in extended),
        extended_on=tuple(date.fromisoformat(data["notice_on"]) for data in extended),
        forwarded_on=date.fromisoformat(forwarded[-1]) if forwarded else None,
        refused_on=date.fromisoformat(refused[-1]) if refused else None,
        answered_on=appeal.answered_at.astimezone(zone).date() if appeal.answered_at else None,
    )


def control_dates(
    session: Session, appeal: Appeal, settings: Settings, known: Dates | None = None
) -> tuple[statutory.ControlDate, ...]:
    """Every date that the law sets for an appeal, with the town's own beside them; none for a kind without a law."""
    if Kind(appeal.kind) not in STATUTORY:
        return ()
    known = known or dates(session, appeal)
    calendar = calendars.at(session, appeal.registered_at, settings.town_zone)
    return statutory.control_dates(
        Kind(appeal.kind),
        known.received_on,
        known.registered_on,
        extended_by=known.extended_by,
        is_day_off=lambda day: not calendar.intervals_on(day),
        weekend=OnDayOff(settings.weekend_rule),
    )


def extend(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    days: int,
    notice_on: date,
    reason: str,
    seen_version: int | None = None,
) -> date:
    """Put the answer off by `days`; the author was told on `notice_on`. The new last day.

    Raises Refused: what `statutory.check_extension` refuses, `future_day`, and what the gate refuses.
    """
    known = dates(session, appeal)
    check_past(session, notice_on, now)
    until = statutory.check_extension(
        Kind(appeal.kind), known.received_on, known.registered_on, days, notice_on, extended_by=known.extended_by
    )
    data = {"days": days, "notice_on": notice_on.isoformat()}
    gate.act(session, appeal, Act.EXTEND, by, now=now, reason=reason, data=data, seen_version=seen_version)
    return until


def put_off(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    until: date,
    notice_on: date,
    reason: str,
    seen_version: int | None = None,
) -> date:
    """Put the answer to the press off to the day that the notice names. Raises Refused as `extend` does, and `strange_year`."""
    check_year(until)
    known = dates(session, appeal)
    due = statutory.answer_by(Kind(appeal.kind), known.received_on, known.registered_on, known.extended_by)
    days = (until - due).days if due is not None else 0
    return extend(
        session, appeal, by, now=now, days=days, notice_on=notice_on, reason=reason, seen_version=seen_version
    )


def forward(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    on: date,
    notice_on: date | None,
    whom: str,
    seen_version: int | None = None,
) -> None:
    """Pass the appeal on to who is competent (`whom`, in words), and close it here: its clock ends without a verdict.

    `notice_on` is the day on which the author was told, None for not yet. A late forwarding is a fact and is recorded.
    Raises Refused: `no_forward` (the kind knows none), `future_day`, `day_before_received`, and what the gate refuses.
    """
    if Kind(appeal.kind) not in STATUTORY or not statutory.has_duty(Kind(appeal.kind), Duty.FORWARD):
        raise Refused("no_forward")
    for day in filter(None, (on, notice_on)):
        check_day(session, appeal, day, now)
    data = {"forwarded_on": on.isoformat(), "notice_on": notice_on.isoformat() if notice_on else None}
    at = moment_of(on, appeal.received_at, now, town_of(session).zone)
    gate.act(
        session, appeal, Act.FORWARD, by, now=now, happened_at=at, reason=whom, data=data, seen_version=seen_version
    )


def moment_of(on: date, earliest: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that stands for a local day: now for today, else its noon; never before `earliest`."""
    if on >= now.astimezone(zone).date():
        return now
    return max(datetime.combine(on, time(12), zone), min(earliest, now))


def check_day(session: Session, appeal: Appeal, day: date, now: datetime) -> None:
    """Raises Refused: `day_before_received`, `future_day`."""
    received_on = appeal.received_at.astimezone(town_of(session).zone).date()
    if day < received_on:
        raise Refused("day_before_received", day=received_on)
    check_past(session, day, now)


def check_past(session: Session, day: date, now: datetime) -> None:
    """Raises Refused: `future_day` for a day of the town that has not begun, `strange_year`."""
    check_year(day)
    if day > now.astimezone(town_of(session).zone).date():
        raise Refused("future_day")
