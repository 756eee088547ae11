"""What a cell of a spreadsheet says, as text: a moment, a length of time, a link.

A file may have been opened and saved again by an office program, which writes a moment as `25.12.2025 8:36`, as a number of days,
or, when it takes a length of time for a date, as a day of 1900.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.rules import history

#: The day from which spreadsheets count, and the one from which they show a length of time as a date: their 1900 has a
#: 29 February, which it never had.
_DAY_NOUGHT, _DAY_NOUGHT_SHOWN = datetime(1899, 12, 30), datetime(1899, 12, 31)  # noqa: DTZ001 - local, as in the file
_NUMBER = re.compile(r"-?\d{1,7}(?:[.,]\d{1,20})?(?:[eE]-\d{1,2})?")
_DURATION = re.compile(
    r"(?:(?P<days>-?\d{1,6})\s+days?,?\s*)?"
    r"(?:(?P<sign>[+-])?(?P<hours>\d{1,7}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?:[.,](?P<part>\d{1,9}))?)?)?"
)
_WITHOUT_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+/")


def moment(written: str, zone: ZoneInfo) -> datetime | None:
    """A moment, aware UTC, or None when it is none; one without a zone is of `zone`."""
    if _NUMBER.fullmatch(written):
        days = float(written.replace(",", "."))
        # Kept by the spreadsheet as a fraction of a day: a second is what survives of it.
        written = str(_DAY_NOUGHT + timedelta(seconds=round(days * 86_400))) if 0 <= days < 2_000_000 else ""
    return history.moment(written, zone)


def duration(written: str) -> timedelta | None:
    """A length of time: `0 days 12:30:37.103000`, `12:30`, or what a spreadsheet makes of one; None when it is none."""
    if _NUMBER.fullmatch(written):
        return timedelta(seconds=round(float(written.replace(",", ".")) * 86_400))
    match = _DURATION.fullmatch(written)
    if match is None or not written:
        return _shown_as_date(written)
    days, hours, minutes, seconds = (int(match[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
    part = int((match["part"] or "0").ljust(9, "0")) // 1000
    clock = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=part)
    return timedelta(days=days) + (-clock if match["sign"] == "-" else clock)


def differs(told: timedelta, start: datetime, end: datetime) -> bool:
    """Whether `told` is another length than that from `start` to `end`.

    Moments are written in whole seconds and lengths are not, so that a second is no difference; where the moments have
    lost their seconds, as when a spreadsheet saved them, a minute is none.
    """
    has_seconds = bool(start.second or end.second)
    return abs(end - start - told) > (timedelta(seconds=1) if has_seconds else timedelta(minutes=1))


def address(written: str) -> str | None:
    """A link as it can be kept, None when it is none; people and programs leave its beginning out."""
    url = f"https://{written}" if _WITHOUT_SCHEME.match(written) else written
    return url if history.is_address(url) else None


def _shown_as_date(written: str) -> timedelta | None:
    """36 hours in a cell that shows dates are the noon of 1 January 1900."""
    try:
        shown = datetime.fromisoformat(written)
    except ValueError:
        return None
    in_range = shown.tzinfo is None and (shown.year == 1899 or (shown.year == 1900 and shown.month < 3))
    return shown - _DAY_NOUGHT_SHOWN if in_range else None
