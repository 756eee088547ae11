"""A period: how the norm was kept, how long people waited, when they write, about what, and who answers.

A cohort by the town's date of arrival, by the definitions of `measures`; beside it the same figures of the days before and
of a year ago, on the same weekdays and, where the last day is today, up to the same time of day. A fixed number of
statements, however many appeals there are: of each only a few numbers are read (`facts`), those of days that are over from where
they are kept (`days`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.rules import periods
from incidents.rules.calendar import Versions
from incidents.rules.periods import Period
from incidents.statistics import cuts, days, measures, percentiles, stretches
from incidents.statistics.facts import Facts
from incidents.statistics.judged import Judged
from incidents.statistics.period_parts import Department, Promises, Topic, departments, promises, topics
from incidents.statistics.stretches import Sum

#: The trend is told by days for so many, by weeks for more.
DAYS_BY_DAY = 35
Week = tuple[tuple[int, ...], ...]


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
    arrivals: Week
    late_hours: Week
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
    these = days.read(session, *cuts.bounds(period, zone), zone, now)
    earlier = stretches.appeals(session, before, period, zone, now)
    counts, _ = stretches.sums(these)
    arrivals, late_hours = _hours(these)
    return Figures(
        now=stretches.summed(these, period, None, calendars, zone),
        previous=_beside(earlier, before, period, calendars, zone, now),
        year_ago=_beside(
            stretches.appeals(session, last_year, period, zone, now), last_year, period, calendars, zone, now
        )
        if last_year
        else None,
        **{name: counts[name] for name in ("waiting", "without_norm", "returned", "repeated")},
        alone=_number(session, "alone", period, zone, now),
        answered_in_period=_number(session, "answered_in_period", period, zone, now),
        trend=_trend(these, period, zone),
        bars=_bars(these),
        arrivals=arrivals,
        late_hours=late_hours,
        topics=topics(session, these, earlier),
        departments=departments(session, these, period, zone, now),
        promises=promises(session, period, zone, now),
    )


def _beside(found: Facts, other: Period, period: Period, calendars: Versions, zone: ZoneInfo, now: datetime) -> Sum:
    return stretches.summed(found, other, stretches.until(other, period, zone, now), calendars, zone)


def _number(session: Session, state: str, period: Period, zone: ZoneInfo, now: datetime) -> int:
    where = cuts.conditions(cuts.Cut(state), period, zone, now)
    return session.execute(select(func.count()).where(*where)).scalar_one()


@lru_cache(maxsize=4)
def _trend(these: Facts, period: Period, zone: ZoneInfo) -> tuple[Point, ...]:
    """Day by day, or week by week, whole or cut to the period."""
    is_daily = period.days <= DAYS_BY_DAY
    size = timedelta(days=1 if is_daily else 7)
    begins = period.first if is_daily else period.first - timedelta(days=period.first.weekday())
    points = []
    while begins <= period.last:
        part = Period(max(begins, period.first), min(begins + size - timedelta(days=1), period.last))
        found = these.between(*cuts.bounds(part, zone))
        counts, waits = found.counts(), percentiles.of(found.of("waited", "answered"))
        sums = counts["received"], counts["in_time"], counts["late"]
        points.append(Point(part.first, part.last, *sums, waits.p90_minutes))
        begins += size
    return tuple(points)


@lru_cache(maxsize=4)
def _bars(these: Facts) -> tuple[Bar, ...]:
    """How long people waited, a quarter of an hour a bar."""
    answers = percentiles.bars(these.of("waited", "answered"))
    late = percentiles.bars(these.of("waited", "answered", "late"))
    quarter = percentiles.BAR_SECONDS // 60
    last = percentiles.BARS
    return tuple(
        Bar(number, number * quarter, (number + 1) * quarter if number < last else None, answers[number], late[number])
        for number in range(last + 1)
    )


@lru_cache(maxsize=4)
def _hours(these: Facts) -> tuple[Week, Week]:
    """When they came, and when those came that are late."""
    return _week(Counter(these.hour)), _week(Counter(these.of("hour", "late")))


def _week(counts: Mapping[int, int]) -> Week:
    """The hours of the week as seven days."""
    return tuple(tuple(counts.get(day * 24 + hour, 0) for hour in range(24)) for day in range(7))
