"""The first moment of a stretch of the town's calendar, and the first one after it: computed here, by one source of time
zones, and given to both databases as plain moments."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def of_year(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a year of the town, and the first one after it."""
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def of_month(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a month of the town, and the first one after it."""
    return datetime(year, month, 1, tzinfo=zone), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)


def of_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a date of the town, and the first one after it."""
    following = day + timedelta(days=1)
    return (
        datetime(day.year, day.month, day.day, tzinfo=zone),
        datetime(following.year, following.month, following.day, tzinfo=zone),
    )


def of_days(last: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of so many days of the town that end with `last`, and the first one after them."""
    return of_day(last - timedelta(days=days - 1), zone)[0], of_day(last, zone)[1]
