"""A calendar is changed by entering a new version of it: another week, other days; what was counted stays as it was.

A version begins today or later. Dated today it counts from the moment of entering, so that no clock already begun
changes. Days are changed in the version in force at that date, and in those that wait to begin after it, which would
otherwise take the change back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.flow.journalling import Draft, append, hold
from incidents.records.calendars import CalendarVersion
from incidents.rules.acts import Actor, Refused
from incidents.rules.calendar import Calendar, Interval, Week, working_seconds
from incidents.rules.days import BadDay, Days, SpecialDay, as_json, changed, check, from_json, resolve

STREAM = "norms"
#: A calendar must have working time within so many days of its beginning.
_LOOKED_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Content:
    """What a version holds. `is_own` is false where a department has the town's."""

    week: Week
    days: Days
    is_own: bool = True


def content_at(session: Session, moment: datetime, zone: ZoneInfo, department_id: int | None = None) -> Content | None:
    """The content in force at an instant, as it was entered; None where there is no calendar at all."""
    rows = [row for row in _rows(session, department_id) if calendars.begins_at(row, zone) <= moment]
    # Before the first version the first one counts, and for a department the town's.
    row = _last(rows, zone) or (_first(_rows(session, None), zone) if department_id is None else None)
    if row is not None and not row.follows_town:
        return Content(calendars.as_week(row.week), from_json(row.days))
    if department_id is None:
        return None
    towns = content_at(session, moment, zone)
    return Content(towns.week, towns.days, is_own=False) if towns else None


def beginning(valid_from: date, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant from which a version entered now for this date would count."""
    return max(now, calendars.midnight(valid_from, zone))


def set_week(
    session: Session,
    week: Sequence[Sequence[Interval]],
    valid_from: date,
    by: Actor,
    *,
    now: datetime,
    zone: ZoneInfo,
    department_id: int | None = None,
    days: Days | None = None,
    note: str = "",
) -> CalendarVersion:
    """Enter working hours from a date on; the single days stay as they are, or become `days`.

    Raises Refused: `bad_hours` (they overlap or leave the day), `calendar_idle` (no working time), `calendar_in_past`,
    `calendar_same`.
    """
    effective_at, base = _beginning(session, valid_from, now, zone, department_id)
    kept = days if days is not None else base.days if base else {}
    new = Content(calendars.as_week(week), kept)
    if base is not None and base.is_own and base == new:
        raise Refused("calendar_same")
    return put(session, new, valid_from, by, now=now, effective_at=effective_at, department_id=department_id, note=note)


def change_days(
    session: Session,
    changes: Mapping[date, SpecialDay | None],
    valid_from: date,
    by: Actor,
    *,
    now: datetime,
    zone: ZoneInfo,
    department_id: int | None = None,
    note: str = "",
) -> CalendarVersion:
    """Enter single days from a date on; None makes a day an ordinary one again. A department begins with the town's.

    Raises Refused as `set_week` does, and `no_calendar` before there is a week, `bad_minutes`, `bad_like`.
    """
    effective_at, base = _beginning(session, valid_from, now, zone, department_id)
    if base is None:
        raise Refused("no_calendar")
    new = Content(base.week, changed(base.days, changes))
    if base.days == new.days:
        raise Refused("calendar_same")
    begins = effective_at or calendars.midnight(valid_from, zone)
    for row in _waiting(session, begins, zone, department_id):
        days = from_json(row.days)
        later = Content(calendars.as_week(row.week), changed(days, changes))
        if later.days != days:
            put(session, later, row.valid_from, by, now=now, department_id=department_id, note=row.note)
    return put(session, new, valid_from, by, now=now, effective_at=effective_at, department_id=department_id, note=note)


def follow_town(
    session: Session,
    department_id: int,
    valid_from: date,
    by: Actor,
    *,
    now: datetime,
    zone: ZoneInfo,
    note: str = "",
) -> CalendarVersion:
    """A department gives up its own calendar from a date on. Raises Refused: `calendar_in_past`, `calendar_same`."""
    effective_at, base = _beginning(session, valid_from, now, zone, department_id)
    if base is None or not base.is_own:
        raise Refused("calendar_same")
    return put(
        session, None, valid_from, by, now=now, effective_at=effective_at, department_id=department_id, note=note
    )


def put(
    session: Session,
    content: Content | None,
    valid_from: date,
    by: Actor,
    *,
    now: datetime,
    effective_at: datetime | None = None,
    department_id: int | None = None,
    note: str = "",
) -> CalendarVersion:
    """Write a version without asking for its date: for the founding of a town, whose calendar begins in the past.

    No content: from here on the town's. Raises Refused for a content that is no calendar, as `set_week` does.
    """
    if content is not None:
        _check(content, valid_from)
    week = [[list(pair) for pair in day] for day in content.week] if content else []
    days = as_json(content.days) if content else {}
    row = CalendarVersion(
        department_id=department_id,
        valid_from=valid_from,
        effective_at=effective_at,
        follows_town=content is None,
        week=week,
        days=days,
        digest=calendars.digest(week, days),
        note=note[:200],
        created_at=now,
    )
    session.add(row)
    session.flush()
    data = {
        "calendar": row.id,
        "department": department_id,
        "valid_from": valid_from.isoformat(),
        "effective_at": effective_at.isoformat() if effective_at else None,
        "digest": row.digest,
    }
    append(session, Draft(STREAM, "enter_calendar", by.name, now, data), now=now)
    return row


def _beginning(
    session: Session, valid_from: date, now: datetime, zone: ZoneInfo, department_id: int | None
) -> tuple[datetime | None, Content | None]:
    """From which instant a version of this date counts, and what is in force there. Only a town's first may lie back."""
    # One after the other: of two snapshots made of the same base each would lack what the other brought.
    hold(session, STREAM)
    today = now.astimezone(zone).date()
    is_first = department_id is None and not _rows(session, None)
    if is_first:
        return None, None
    if valid_from < today:
        raise Refused("calendar_in_past")
    effective_at = now if valid_from == today else None
    moment = effective_at or calendars.midnight(valid_from, zone)
    return effective_at, content_at(session, moment, zone, department_id)


def _check(content: Content, valid_from: date) -> None:
    try:
        for day in content.days.values():
            check(day)
        calendar = Calendar(ZoneInfo("UTC"), content.week, resolve(content.week, content.days))
    except BadDay as bad:
        raise Refused(bad.reason) from None
    except ValueError:
        raise Refused("bad_hours") from None
    start = datetime.combine(valid_from, datetime.min.time(), UTC)
    if not any(content.week) or not working_seconds(calendar, start, start + _LOOKED_AHEAD):
        raise Refused("calendar_idle")


def _rows(session: Session, department_id: int | None) -> list[CalendarVersion]:
    owner = (
        CalendarVersion.department_id.is_(None)
        if department_id is None
        else CalendarVersion.department_id == department_id
    )
    return list(session.scalars(select(CalendarVersion).where(owner).order_by(CalendarVersion.id)))


def _waiting(session: Session, after: datetime, zone: ZoneInfo, department_id: int | None) -> list[CalendarVersion]:
    """The versions that begin after an instant, one a beginning: the one that will count."""
    later = {begins: row for row in _rows(session, department_id) if (begins := calendars.begins_at(row, zone)) > after}
    return [row for row in later.values() if not row.follows_town]


def _first(rows: Sequence[CalendarVersion], zone: ZoneInfo) -> CalendarVersion | None:
    begins = min((calendars.begins_at(row, zone) for row in rows), default=None)
    return _last([row for row in rows if calendars.begins_at(row, zone) == begins], zone)


def _last(rows: Sequence[CalendarVersion], zone: ZoneInfo) -> CalendarVersion | None:
    """The one that counts: begun last, and of two that began together the one entered later."""
    return max(rows, key=lambda row: (calendars.begins_at(row, zone), row.id), default=None)
