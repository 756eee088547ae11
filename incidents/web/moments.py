"""Moments in words and in the town's zone: "today, 14:05", "yesterday, 18:20", "Tue 3 Nov, 16:30", "3 November 2026".

Pure functions of an instant, the present and a zone; `display` makes template filters of them. Aware datetimes only.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_pgettext
from markupsafe import Markup, escape

WEEKDAYS = (
    lazy_pgettext("weekday in full", "Monday"),
    lazy_pgettext("weekday in full", "Tuesday"),
    lazy_pgettext("weekday in full", "Wednesday"),
    lazy_pgettext("weekday in full", "Thursday"),
    lazy_pgettext("weekday in full", "Friday"),
    lazy_pgettext("weekday in full", "Saturday"),
    lazy_pgettext("weekday in full", "Sunday"),
)
SHORT_WEEKDAYS = (
    lazy_pgettext("weekday", "Mon"),
    lazy_pgettext("weekday", "Tue"),
    lazy_pgettext("weekday", "Wed"),
    lazy_pgettext("weekday", "Thu"),
    lazy_pgettext("weekday", "Fri"),
    lazy_pgettext("weekday", "Sat"),
    lazy_pgettext("weekday", "Sun"),
)
SHORT_MONTHS = (
    lazy_pgettext("short month", "Jan"),
    lazy_pgettext("short month", "Feb"),
    lazy_pgettext("short month", "Mar"),
    lazy_pgettext("short month", "Apr"),
    lazy_pgettext("short month", "May"),
    lazy_pgettext("short month", "Jun"),
    lazy_pgettext("short month", "Jul"),
    lazy_pgettext("short month", "Aug"),
    lazy_pgettext("short month", "Sep"),
    lazy_pgettext("short month", "Oct"),
    lazy_pgettext("short month", "Nov"),
    lazy_pgettext("short month", "Dec"),
)
#: As they stand after the day: Russian takes the genitive, "3 ноября".
MONTHS = (
    lazy_pgettext("month after the day", "January"),
    lazy_pgettext("month after the day", "February"),
    lazy_pgettext("month after the day", "March"),
    lazy_pgettext("month after the day", "April"),
    lazy_pgettext("month after the day", "May"),
    lazy_pgettext("month after the day", "June"),
    lazy_pgettext("month after the day", "July"),
    lazy_pgettext("month after the day", "August"),
    lazy_pgettext("month after the day", "September"),
    lazy_pgettext("month after the day", "October"),
    lazy_pgettext("month after the day", "November"),
    lazy_pgettext("month after the day", "December"),
)


def moment_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The day as people name it and the time; the year is told only when it is another one."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    named = _named_day(local.date(), today)
    if named is not None:
        return f"{named}, {clock}"
    month = SHORT_MONTHS[local.month - 1]
    if local.year == today.year:
        return f"{SHORT_WEEKDAYS[local.weekday()]} {local.day} {month}, {clock}"
    return f"{local.day} {month} {local.year}, {clock}"


def date_words(on: date, today: date) -> str:
    """A day as people name it: "today", "yesterday", "Tue 3 Nov"; the year only where it is another one."""
    named = _named_day(on, today)
    if named is not None:
        return named
    month = SHORT_MONTHS[on.month - 1]
    return f"{SHORT_WEEKDAYS[on.weekday()]} {on.day} {month}" + (f" {on.year}" if on.year != today.year else "")


def short_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Only the time for today, else the same as `moment_words`: for the tight second line of a row."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return moment_words(at, now, zone)


def deadline_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Until when, for the second line of a row: a term in days ends with its day, and that day is what is told."""
    local = at.astimezone(zone)
    if local.time() != time():
        return short_words(at, now, zone)
    day, today = local.date() - timedelta(days=1), now.astimezone(zone).date()
    named = _named_day(day, today)
    if named is not None:
        return named
    month = SHORT_MONTHS[day.month - 1]
    return f"{day.day} {month}" if day.year == today.year else f"{day.day} {month} {day.year}"


def dated_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Always with its date, never "today": what is printed is read on another day. The year only where it is another one."""
    local = at.astimezone(zone)
    day = f"{SHORT_WEEKDAYS[local.weekday()]} {local.day} {SHORT_MONTHS[local.month - 1]}"
    year = f" {local.year}" if local.year != now.astimezone(zone).year else ""
    return f"{day}{year}, {hour_words(at, zone)}"


def hour_words(at: datetime, zone: ZoneInfo) -> str:
    """The time of day, with its second where there is one."""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def day_words(on: date) -> str:
    """A date in full: "3 November 2026"."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def exact_words(at: datetime, zone: ZoneInfo) -> str:
    """To the second, for the passport and for the tooltip of every shortened moment."""
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M:%S}"


def time_element(at: datetime, words: str, zone: ZoneInfo) -> Markup:
    """Words with the exact instant behind them: machines read `datetime`, people may ask for the second."""
    exact = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    # Figures alone but for the words, which are escaped.
    return Markup(f'<time datetime="{exact}" title="{exact_words(at, zone)}">{escape(words)}</time>')  # noqa: S704


def _named_day(day: date, today: date) -> str | None:
    if day == today:
        return str(gettext("today"))
    if day == today - timedelta(days=1):
        return str(gettext("yesterday"))
    if day == today + timedelta(days=1):
        return str(gettext("tomorrow"))
    return None
