"""A stretch of days counted as a whole: a period, and what it is fairly compared with.

Where the period is not over, the stretches beside it are cut at the same time of the same day; the cut is a moment that
a list can name, so that the figures of both stand before their appeals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from incidents.rules import periods
from incidents.rules.calendar import Versions
from incidents.rules.periods import Period
from incidents.statistics import cuts, days, percentiles
from incidents.statistics.facts import Facts
from incidents.statistics.judged import Judged
from incidents.statistics.percentiles import Waits


@dataclass(frozen=True, slots=True)
class Sum(Judged):
    """The counts of some stretch, and the ranks of its waits. `until`: only what was received before, else all days."""

    period: Period
    until: datetime | None
    working_days: int
    received: int
    in_time: int
    late: int
    waits: Waits


def until(other: Period, period: Period, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Where a stretch ends that stands beside a period which is not over: whole seconds, as an address can say it."""
    local = now.astimezone(zone)
    if local.date() > period.last:
        return None
    return datetime.combine(local.date() - (period.first - other.first), local.time().replace(microsecond=0), zone)


def appeals(session: Session, other: Period, period: Period, zone: ZoneInfo, now: datetime) -> Facts:
    """What was received in another stretch beside a period."""
    first, after = cuts.bounds(other, zone)
    return days.read(session, first, until(other, period, zone, now) or after, zone, now)


def summed(found: Facts, other: Period, until: datetime | None, calendars: Versions, zone: ZoneInfo) -> Sum:
    """The appeals of a stretch, added up."""
    counts, waits = sums(found)
    worked = periods.working_days(other, calendars, zone)
    return Sum(other, until, worked, counts["received"], counts["in_time"], counts["late"], waits)


@lru_cache(maxsize=8)
def sums(found: Facts) -> tuple[Mapping[str, int], Waits]:
    """How many hold each verdict, and the ranks of the answers."""
    return found.counts(), percentiles.of(found.of("waited", "answered"))
