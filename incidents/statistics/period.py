"""A period: how the norm was kept, how long people waited, when they write, about what, and who answers.

A cohort by the town's date of arrival, by the definitions of `measures`; beside it the same figures of the days before and
of a year ago, on the same weekdays and, where the last day is today, up to the same time of day. A fixed number of
statements, however many appeals there are: the appeals are grouped by the database and never read.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from incidents.rules import periods
from incidents.rules.calendar import Versions
from incidents.rules.periods import Period
from incidents.statistics import cuts, measures, percentiles, stretches
from incidents.statistics.judged import Judged
from incidents.statistics.percentiles import Waits
from incidents.statistics.period_parts import Department, Promises, Topic, departments, promises, topics
from incidents.statistics.stretches import Sum

#: The trend is told by days for so many, by weeks for more.
DAYS_BY_DAY = 35
_PARTS = ("received", "in_time", "late", "waiting", "without_norm", "returned", "repeated")
#: 1 January 1970 was a Thursday.
_EPOCH, _THURSDAY = date(1970, 1, 1), 3


@dataclass(frozen=True, slots=True)
class Point(Judged):
    """One day or week of the trend."""

    first: date
    last: date
    received: int
    in_time: int
    late: int
    p90_minutes: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """Answers of one stretch of waiting in minutes; `to` is None for all that took longer."""

    number: int
    since: int
    to: int | None
    answers: int
    late: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of a period, as it stands at a moment."""

    now: Sum
    previous: Sum
    #: None for a period so long that it is the previous one.
    year_ago: Sum | None
    waiting: int
    without_norm: int
    returned: int
    repeated: int
    alone: int
    answered_in_period: int
    trend: tuple[Point, ...]
    bars: tuple[Bar, ...]
    #: Seven days, Monday first, of twenty-four hours of arrival.
    arrivals: tuple[tuple[int, ...], ...]
    late_hours: tuple[tuple[int, ...], ...]
    topics: tuple[Topic, ...]
    departments: tuple[Department, ...]
    promises: Promises

    def growth(self, other: Sum) -> float | None:
        """How many more were received than in another stretch, in percent; per working day where these differ. None where so
        little came then that a share of it says nothing."""
        if other.received < measures.FEWEST:
            return None
        return periods.growth(self.now.received, other.received, self.now.working_days, other.working_days)


def read(session: Session, period: Period, zone: ZoneInfo, calendars: Versions, now: datetime) -> Figures:
    """The figures of a period as they stand at `now` (aware)."""
    before, last_year = periods.previous(period), periods.year_ago(period)
    hours = _hours(session, period, zone, now)
    totals = {name: sum(row[name] for row in hours.values()) for name in _PARTS}
    waits = percentiles.read(session, *cuts.conditions(cuts.Cut("answered"), period, zone, now))
    worked = periods.working_days(period, calendars, zone)
    return Figures(
        now=Sum(period, None, worked, totals["received"], totals["in_time"], totals["late"], waits),
        previous=stretches.read(session, before, period, zone, calendars, now),
        year_ago=stretches.read(session, last_year, period, zone, calendars, now) if last_year else None,
        waiting=totals["waiting"],
        without_norm=totals["without_norm"],
        returned=totals["returned"],
        repeated=totals["repeated"],
        alone=_number(session, "alone", period, zone, now),
        answered_in_period=_number(session, "answered_in_period", period, zone, now),
        trend=_trend(session, hours, period, zone, now),
        bars=_bars(session, period, zone, now),
        arrivals=_week(hours, "received"),
        late_hours=_week(hours, "late"),
        topics=topics(session, period, before, zone, now),
        departments=departments(session, period, zone, now),
        promises=promises(session, period, zone, now),
    )


Hours = Mapping[tuple[int, int], Mapping[str, int]]


def _hours(session: Session, period: Period, zone: ZoneInfo, now: datetime) -> Hours:
    """The counts of every hour of every day: (days since 1970, hour). Days, weeks and the heat maps add them up."""
    stretch = cuts.bounds(period, zone)
    grouped = (cuts.day(zone, *stretch).label("day"), cuts.hour(zone, *stretch).label("hour"))
    each = (
        select(*grouped, *(case((measures.condition(name, now), 1), else_=0).label(name) for name in _PARTS))
        .where(measures.received_within(*stretch), measures.condition("received", now))
        .subquery()
    )
    sums = (func.sum(each.c[name]).label(name) for name in _PARTS)
    rows = session.execute(select(each.c.day, each.c.hour, *sums).group_by(each.c.day, each.c.hour))
    return {(row.day, row.hour): {name: int(getattr(row, name)) for name in _PARTS} for row in rows}


def _number(session: Session, state: str, period: Period, zone: ZoneInfo, now: datetime) -> int:
    where = cuts.conditions(cuts.Cut(state), period, zone, now)
    return session.execute(select(func.count()).where(*where)).scalar_one()


def _trend(session: Session, hours: Hours, period: Period, zone: ZoneInfo, now: datetime) -> tuple[Point, ...]:
    """Day by day, or week by week, whole or cut to the period."""
    stretch = cuts.bounds(period, zone)
    is_daily = period.days <= DAYS_BY_DAY
    part = cuts.day(zone, *stretch) if is_daily else cuts.week(zone, *stretch)
    waits = percentiles.by_part(session, part, *cuts.conditions(cuts.Cut("answered"), period, zone, now))
    size = 1 if is_daily else 7
    # Once over the hours, not once a point: a year has nine thousand of them.
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for (day, _), row in hours.items():
        counts = sums[day if is_daily else (day + _THURSDAY) // 7]
        for name in ("received", "in_time", "late"):
            counts[name] += row[name]
    begins = period.first if is_daily else period.first - timedelta(days=period.first.weekday())
    points = []
    while begins <= period.last:
        number = (begins - _EPOCH).days
        key = number if is_daily else (number + _THURSDAY) // 7
        received, in_time, late = (sums[key][name] for name in ("received", "in_time", "late"))
        last = min(begins + timedelta(days=size - 1), period.last)
        ninth = waits.get(key, Waits()).p90_minutes
        points.append(Point(max(begins, period.first), last, received, in_time, late, ninth))
        begins += timedelta(days=size)
    return tuple(points)


def _bars(session: Session, period: Period, zone: ZoneInfo, now: datetime) -> tuple[Bar, ...]:
    """How long people waited, a quarter of an hour a bar."""
    where = cuts.conditions(cuts.Cut("answered"), period, zone, now)
    each: Any = select(
        percentiles.bar().label("bar"), case((measures.condition("late", now), 1), else_=0).label("late")
    )
    each = each.where(*where).subquery()
    query = select(each.c.bar, func.count(), func.sum(each.c.late)).group_by(each.c.bar)
    found = {number: (answers, int(late)) for number, answers, late in session.execute(query)}
    quarter = percentiles.BAR_SECONDS // 60
    return tuple(
        Bar(
            number,
            number * quarter,
            (number + 1) * quarter if number < percentiles.BARS else None,
            *found.get(number, (0, 0)),
        )
        for number in range(percentiles.BARS + 1)
    )


def _week(hours: Hours, name: str) -> tuple[tuple[int, ...], ...]:
    """The hours of all weeks laid upon each other."""
    week = [[0] * 24 for _ in range(7)]
    for (day, hour), row in hours.items():
        week[(day + _THURSDAY) % 7][hour] += row[name]
    return tuple(tuple(day) for day in week)
