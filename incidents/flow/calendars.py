"""Which calendar counts when: the stored versions, the town's and a department's, as the rules read them.

A version never changes: what was parsed once is kept in the process, and the list of them until one is entered.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from incidents.records.calendars import CalendarVersion
from incidents.records.revisions import kept
from incidents.rules.calendar import Calendar, Versions, Week
from incidents.rules.days import from_json, resolve

#: Calendars held at most; a town has a few, a process that looks at many databases (the tests) must not grow.
_MOST_KEPT = 256
_BEGINNING = datetime.min.replace(tzinfo=UTC)

#: Some columns of a version.
_Row = Row[*tuple[Any, ...]]

#: All but the content, which is fetched where it is not known yet.
_COLUMNS = (
    CalendarVersion.id,
    CalendarVersion.department_id,
    CalendarVersion.valid_from,
    CalendarVersion.effective_at,
    CalendarVersion.follows_town,
    CalendarVersion.digest,
)

_kept: dict[tuple[int, str, str], Calendar] = {}


def at(session: Session, moment: datetime, zone: ZoneInfo, department_id: int | None = None) -> Calendar:
    """The calendar in force at an instant: the town's, or a department's own if it has one."""
    return versions(session, zone, department_id).at(moment)


@dataclass(frozen=True, slots=True)
class Entered:
    """A stored version, and from which day it was meant to count."""

    id: int
    valid_from: date


@kept("calendar_versions")
def entered(session: Session) -> Mapping[int, Entered]:
    """Every stored version by its number."""
    rows = session.execute(select(CalendarVersion.id, CalendarVersion.valid_from))
    return MappingProxyType({id_: Entered(id_, valid_from) for id_, valid_from in rows})


@kept("calendar_versions")
def versions(session: Session, zone: ZoneInfo, department_id: int | None = None) -> Versions:
    """Every version in order. A department's are the town's wherever it has none of its own.

    Where nothing was entered yet there is one without working time.
    """
    owner: ColumnElement[bool] = CalendarVersion.department_id.is_(None)
    if department_id is not None:
        owner = or_(owner, CalendarVersion.department_id == department_id)
    rows = session.execute(select(*_COLUMNS).where(owner).order_by(CalendarVersion.id)).all()
    calendars = _read(session, rows, zone)
    towns: list[tuple[datetime, Calendar]] = []
    own: list[tuple[datetime, Calendar | None]] = []
    for begins, row in sorted(((begins_at(row, zone), row) for row in rows), key=_in_order):
        if row.department_id is None:
            towns.append((begins, calendars[row.id]))
        else:
            own.append((begins, None if row.follows_town else calendars[row.id]))
    if not towns:
        towns.append((_BEGINNING, Calendar(zone, ((),) * 7)))
    return Versions(tuple(_merged(towns, own) if own else towns))


@dataclass(frozen=True, slots=True)
class Period:
    """One stored version of one owner and for how long it counts; no calendar where a department follows the town."""

    id: int
    valid_from: date
    begins: datetime
    #: When the next one begins; a version that another replaced before it began ends with its beginning.
    until: datetime | None
    calendar: Calendar | None
    note: str
    created_at: datetime

    def is_in_force(self, moment: datetime) -> bool:
        """Does it count at this instant?"""
        return self.begins <= moment and (self.until is None or moment < self.until)


def periods(session: Session, zone: ZoneInfo, department_id: int | None = None) -> list[Period]:
    """Every version of the town, or of one department, the last to begin first."""
    columns = (*_COLUMNS, CalendarVersion.note, CalendarVersion.created_at)
    owner = CalendarVersion.department_id.is_not_distinct_from(department_id)
    rows = session.execute(select(*columns).where(owner).order_by(CalendarVersion.id)).all()
    found = _read(session, rows, zone)
    until: datetime | None = None
    told = []
    for begins, row in sorted(((begins_at(row, zone), row) for row in rows), key=_in_order, reverse=True):
        told.append(Period(row.id, row.valid_from, begins, until, found.get(row.id), row.note, row.created_at))
        until = begins
    return told


def owners(session: Session) -> list[int]:
    """The departments that have, or had, a calendar of their own."""
    ids = session.scalars(select(CalendarVersion.department_id).where(CalendarVersion.department_id.is_not(None)))
    return sorted({id_ for id_ in ids if id_ is not None})


def begins_at(row: _Row | CalendarVersion, zone: ZoneInfo) -> datetime:
    """The instant from which a version counts."""
    if row.effective_at is not None:
        moment: datetime = row.effective_at
        return moment
    return midnight(row.valid_from, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a local date (aware UTC)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def as_week(stored: Sequence[Sequence[Sequence[int]]]) -> Week:
    """A stored week as the rules read it."""
    return tuple(tuple((int(opens), int(closes)) for opens, closes in day) for day in stored)


def digest(week: Sequence[Any], days: Mapping[str, Any]) -> str:
    """SHA-256 of a calendar's content, the same whatever the order in which it is stored."""
    content = json.dumps({"days": days, "week": week}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _in_order(pair: tuple[datetime, _Row]) -> tuple[datetime, int]:
    """Of two that begin together the one entered later stands later, and counts."""
    return pair[0], pair[1].id


def _merged(
    towns: Sequence[tuple[datetime, Calendar]], own: Sequence[tuple[datetime, Calendar | None]]
) -> list[tuple[datetime, Calendar]]:
    """The town's versions until the first of the department's own, and again wherever it gave its own up."""
    merged = [entry for entry in towns if entry[0] < own[0][0]]
    ends = [begins for begins, _ in own[1:]] + [datetime.max.replace(tzinfo=UTC)]
    for (begins, calendar), until in zip(own, ends, strict=True):
        if calendar is not None:
            merged.append((begins, calendar))
            continue
        merged.append((begins, Versions(tuple(towns)).at(begins)))
        merged += [entry for entry in towns if begins < entry[0] < until]
    return merged


def _read(session: Session, rows: Sequence[_Row], zone: ZoneInfo) -> dict[int, Calendar]:
    """The calendars of these versions; only those that were never read here are fetched whole."""
    keys = {row.id: (row.id, row.digest, zone.key) for row in rows if not row.follows_town}
    found = {id_: calendar for id_, key in keys.items() if (calendar := _kept.get(key)) is not None}
    missing = [id_ for id_ in keys if id_ not in found]
    if missing:
        whole = select(CalendarVersion.id, CalendarVersion.week, CalendarVersion.days)
        for id_, stored, days in session.execute(whole.where(CalendarVersion.id.in_(missing))):
            week = as_week(stored)
            found[id_] = Calendar(zone, week, resolve(week, from_json(days)), id_)
        if len(_kept) + len(missing) > _MOST_KEPT:
            _kept.clear()
        _kept.update({keys[id_]: found[id_] for id_ in missing})
    return found
