"""Which norm and which calendar count for an appeal, and so its deadline. The arithmetic is `rules.clock`."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from incidents.flow import calendars
from incidents.records.appeals import Appeal
from incidents.records.norms import NormRow
from incidents.rules import clock
from incidents.rules.clock import Elapsed
from incidents.rules.norms import Case, Kind, Norm, Start, in_force


def start_clock(session: Session, appeal: Appeal, zone: ZoneInfo) -> bool:
    """Select the norm in force at the start and store the deadline; True if the deadline changed.

    A changed deadline raises its alarms anew: an alarm belongs to the deadline it was raised for.
    """
    norm = _choose(all_norms(session), appeal, zone)
    start = _start(appeal, norm.starts_at) if norm else None
    due_at = None
    if norm and start:
        calendar = calendars.at(session, start, zone)
        due_at = clock.due(start, norm.term_minutes, norm.hours, calendar)
    if appeal.due_at == due_at and appeal.norm_id == (norm.id if norm else None):
        return False
    has_changed = appeal.due_at != due_at
    appeal.norm_id, appeal.clock_started_at, appeal.due_at = norm.id if norm else None, start, due_at
    if has_changed:
        for alarm in ("warned_at", "overdue_at", "escalated_at"):
            setattr(appeal, alarm, None)
            # Written even if we know of none: a sweep may have raised it since this appeal was read.
            flag_modified(appeal, alarm)
    return has_changed


def elapsed(session: Session, appeal: Appeal, zone: ZoneInfo, now: datetime) -> Elapsed:
    """How long the first response took, or takes so far, both ways."""
    start = appeal.clock_started_at or appeal.received_at
    calendar = calendars.at(session, start, zone)
    return clock.elapsed(start, appeal.answered_at or now, calendar)


def all_norms(session: Session) -> list[Norm]:
    """Every norm there ever was, as the rules read them."""
    return [row.rule for row in session.scalars(select(NormRow))]


def _choose(norms: Sequence[Norm], appeal: Appeal, zone: ZoneInfo) -> Norm | None:
    """The norm by the start it itself names: posted, received or registered, by the town's date of that moment.

    Where one norm with another start follows on another, an appeal between the two dates may be met by both, or by
    neither: then the day on which it was received decides.
    """
    case = Case(Kind(appeal.kind), appeal.network, appeal.topic_id)
    own = [norm for norm in norms if _in_force_at(norms, case, _start(appeal, norm.starts_at), zone) == norm]
    return own[0] if len(own) == 1 else _in_force_at(norms, case, appeal.received_at, zone)


def _in_force_at(norms: Sequence[Norm], case: Case, moment: datetime, zone: ZoneInfo) -> Norm | None:
    return in_force(norms, case, moment.astimezone(zone).date())


def _start(appeal: Appeal, starts_at: Start) -> datetime:
    if starts_at is Start.POSTED:
        return appeal.posted_at or appeal.received_at
    return appeal.received_at if starts_at is Start.RECEIVED else appeal.registered_at
