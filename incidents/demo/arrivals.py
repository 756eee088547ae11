"""When people wrote: exactly so many a year, more in winter and spring, by day rather than by night, with stormy days."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

#: The yearly report of Komsomolsk-on-Amur; 2018 counts from August, when the work began.
YEARS: Mapping[int, int] = {2018: 184, 2019: 1782, 2020: 4829, 2021: 6081, 2022: 6141, 2023: 8331}
FIRST_DAY = date(2018, 8, 1)
A_DAY = 24
LATELY_DAYS = 14
#: Nobody of the history writes so shortly before now: what is open belongs to the town's life.
_QUIET = timedelta(hours=3)

_MONTHS = (1.35, 1.15, 1.15, 1.2, 1.05, 0.9, 0.9, 0.85, 0.9, 1.0, 1.1, 1.3)
_WEEKDAYS = (1.15, 1.1, 1.05, 1.05, 1.0, 0.8, 0.75)
_HOURS = (2, 1, 1, 1, 1, 2, 5, 9, 12, 13, 13, 12, 12, 11, 10, 10, 11, 13, 14, 14, 13, 11, 8, 5)
_STORMS_A_YEAR = 5
_STORM_MONTHS = (1, 2, 3, 11, 12)


def over_the_years(chance: random.Random, zone: ZoneInfo, years: Mapping[int, int] = YEARS) -> list[datetime]:
    """The moments of the history in order, aware UTC; by the town's date exactly `years[year]` fall into each year."""
    moments: list[datetime] = []
    for year, count in years.items():
        first = max(FIRST_DAY, date(year, 1, 1))
        days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
        moments += _spread(chance, zone, days, count)
    return sorted(moments)


def lately(chance: random.Random, zone: ZoneInfo, now: datetime, a_day: int = A_DAY) -> list[datetime]:
    """The moments of the last two weeks until a few hours ago."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=n) for n in range(LATELY_DAYS, -1, -1)]
    return sorted(moment for moment in _spread(chance, zone, days, a_day * len(days)) if moment < now - _QUIET)


def _spread(chance: random.Random, zone: ZoneInfo, days: list[date], count: int) -> list[datetime]:
    wintry = [day for day in days if day.month in _STORM_MONTHS]
    storms = set(chance.sample(wintry, min(_STORMS_A_YEAR, len(wintry) // 20)))
    weights = accumulate(
        _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * (4.0 if day in storms else 1.0) for day in days
    )
    chosen = chance.choices(days, cum_weights=list(weights), k=count)
    hours = chance.choices(range(24), weights=_HOURS, k=count)
    return [
        datetime(
            day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=zone
        ).astimezone(UTC)
        for day, hour in zip(chosen, hours, strict=True)
    ]
