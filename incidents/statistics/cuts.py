"""A cut of a period: what one bar, cell or line of it counts, as conditions of the database.

The figures of `period` group by the same expressions, so the list behind a bar holds what the bar says.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from incidents.records.appeals import Appeal
from incidents.rules.periods import Period
from incidents.statistics import edges, measures, percentiles
from incidents.statistics.measures import Condition
from incidents.statistics.moments import local_seconds

HOUR, DAY = 3_600, 86_400
#: 1 January 1970 was a Thursday.
_THURSDAY = 3
#: A department's key where there is none.
NOBODY = 0
#: What a cut may ask for besides the place in time.
STATES = (
    *("received", "in_time", "late", "waiting", "without_norm"),
    *("answered", "answered_in_period", "returned", "repeated", "alone", "rejected"),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is asked of a period; None asks nothing. `hours` are as many from `hour` on, `bar` a bar of the waits, `until`
    the moment before which it was received."""

    state: str = "received"
    department: int | None = None
    topic: int | None = None
    weekday: int | None = None
    hour: int | None = None
    hours: int = 1
    bar: int | None = None
    until: datetime | None = None


def bounds(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a period, and the first one after it."""
    return edges.of_day(period.first, zone)[0], edges.of_day(period.last, zone)[1]


def conditions(cut: Cut, period: Period, zone: ZoneInfo, now: datetime) -> list[Condition]:
    """Exactly the appeals that the cut counts."""
    first, after = bounds(period, zone)
    after = min(after, cut.until) if cut.until else after
    if cut.state == "answered_in_period":
        found = [measures.answered_within(first, after), measures.condition("answered", now)]
    else:
        found = [measures.received_within(first, after), measures.condition(cut.state, now)]
    if cut.department is not None:
        column = Appeal.department_id
        found.append(column.is_(None) if cut.department == NOBODY else column == cut.department)
    if cut.topic is not None:
        found.append(Appeal.topic_id == cut.topic)
    if cut.weekday is not None:
        found.append(weekday(zone, first, after) == cut.weekday)
    if cut.hour is not None:
        found.append(hour(zone, first, after).between(cut.hour, cut.hour + cut.hours - 1))
    if cut.bar is not None:
        found += [measures.condition("answered", now), percentiles.bar() == cut.bar]
    return found


def day(zone: ZoneInfo, first: datetime, after: datetime) -> ColumnElement[int]:
    """The town's date of arrival, in days since 1970."""
    return local_seconds(Appeal.received_at, zone, first, after) // DAY


def week(zone: ZoneInfo, first: datetime, after: datetime) -> ColumnElement[int]:
    """The week of arrival, Monday first, in weeks since that of 1970's first day."""
    return (day(zone, first, after) + _THURSDAY) // 7


def weekday(zone: ZoneInfo, first: datetime, after: datetime) -> ColumnElement[int]:
    """Monday is 0."""
    return (day(zone, first, after) + _THURSDAY) % 7


def hour(zone: ZoneInfo, first: datetime, after: datetime) -> ColumnElement[int]:
    """The hour of arrival by the town's clock."""
    return (local_seconds(Appeal.received_at, zone, first, after) // HOUR) % 24
