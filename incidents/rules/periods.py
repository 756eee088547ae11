"""Periods of a report, and what each is fairly compared with: as many days, the same weekdays, and how many were worked.

A period is compared with the days right before it and with those of a year ago, both moved by whole weeks, so that every
Monday stands beside a Monday. Holidays still differ: the working days of both are counted by the production calendar,
and growth is told per working day where they differ.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from incidents.rules.calendar import Versions
from incidents.rules.promise_clock import is_working_day

#: A longer period is a matter of the years.
MOST_DAYS = 366
#: 52 weeks: the same weekdays of the year before.
YEAR_AGO = 364
NOON = time(12)


class Preset(StrEnum):
    """A period that has a name; it ends today."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the town, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def moved(self, days: int) -> "Period":
        """The same stretch so many days earlier."""
        back = timedelta(days=days)
        return Period(self.first - back, self.last - back)


def preset(name: Preset, today: date) -> Period:
    """The week, month, quarter or year that `today` stands in, up to today."""
    begins = {
        Preset.WEEK: today - timedelta(days=today.weekday()),
        Preset.MONTH: today.replace(day=1),
        Preset.QUARTER: date(today.year, (today.month - 1) // 3 * 3 + 1, 1),
        Preset.YEAR: date(today.year, 1, 1),
    }
    return Period(begins[name], today)


def previous(period: Period) -> Period:
    """The days before it, moved by the fewest whole weeks that leave no day in both."""
    return period.moved(-(-period.days // 7) * 7)


def year_ago(period: Period) -> Period | None:
    """The same weekdays of a year ago; None for a period so long that these are the previous ones."""
    return period.moved(YEAR_AGO) if previous(period).first > period.moved(YEAR_AGO).first else None


def working_days(period: Period, calendars: Versions, zone: ZoneInfo) -> int:
    """How many days of it are worked by the calendar that is in force at noon of each."""
    each = (period.first + timedelta(days=day) for day in range(period.days))
    return sum(is_working_day(calendars.at(datetime.combine(day, NOON, zone)), day) for day in each)


def growth(now: int, before: int, worked: int, worked_before: int) -> float | None:
    """By how many percent more than before, one digit; per working day where the days worked differ. None after nothing."""
    if not before:
        return None
    if worked == worked_before or not worked or not worked_before:
        return round((now - before) * 100 / before, 1)
    return round((now * worked_before - before * worked) * 100 / (before * worked), 1)
