"""The first moment of a stretch of the town's calendar, and the first one after it: computed here, by one source of time
zones, and given to both databases as plain moments."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

#: The first moment of a stretch, and the first one after it.
Bounds = tuple[datetime, datetime]


def of_year(year: int, zone: ZoneInfo) -> Bounds:
    """The first moment of a year of the town, and the first one after it."""
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def of_month(year: int, month: int, zone: ZoneInfo) -> Bounds:
    """The first moment of a month of the town, and the first one after it."""
    return datetime(year, month, 1, tzinfo=zone), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)


def of_day(day: date, zone: ZoneInfo) -> Bounds:
    """The first moment of a date of the town, and the first one after it."""
    following = day + timedelta(days=1)
    return (
        datetime(day.year, day.month, day.day, tzinfo=zone),
        datetime(following.year, following.month, following.day, tzinfo=zone),
    )


def of_days(last: date, days: int, zone: ZoneInfo) -> Bounds:
    """The first moment of so many days of the town that end with `last`, and the first one after them."""
    return of_day(last - timedelta(days=days - 1), zone)[0], of_day(last, zone)[1]


def months(first: datetime, after: datetime, zone: ZoneInfo) -> list[Bounds]:
    """The town's months that hold something of a stretch, the first one first."""
    begun, found = first.astimezone(zone), list[Bounds]()
    stretch = of_month(begun.year, begun.month, zone)
    while stretch[0] < after:
        found.append(stretch)
        stretch = of_month(stretch[1].year, stretch[1].month, zone)
    return found


def days(first: datetime, after: datetime, zone: ZoneInfo) -> list[Bounds]:
    """The town's days that hold something of a stretch, the first one first."""
    day, found = first.astimezone(zone).date(), list[Bounds]()
    while (stretch := of_day(day, zone))[0] < after:
        found.append(stretch)
        day += timedelta(days=1)
    return found


def joined(stretches: Iterable[Bounds]) -> list[Bounds]:
    """Stretches in order of time, those that follow each other as one."""
    found: list[Bounds] = []
    for begin, end in stretches:
        if found and found[-1][1] == begin:
            found[-1] = found[-1][0], end
        else:
            found.append((begin, end))
    return found
