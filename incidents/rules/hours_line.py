"""The hours of a day as one line, as people write them: «9:00-13:00, 14:00-18:00»."""

import re
from collections.abc import Iterable, Sequence

from incidents.rules.calendar import Interval

_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})")


def read_line(line: str) -> list[Interval] | None:
    """A line as minutes of the day; [] for a day off, None for what cannot be read."""
    line = line.strip()
    if line in ("", "-", "–", "—"):
        return []
    day: list[Interval] = []
    for part in re.split(r"[,;]", line):
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            return None
        from_hour, from_minute, to_hour, to_minute = (int(number) for number in found.groups())
        opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
        before = day[-1][1] if day else 0
        if from_minute > 59 or to_minute > 59 or not before <= opens < closes <= 24 * 60:
            return None
        day.append((opens, closes))
    return day


def as_line(day: Iterable[Sequence[int]]) -> str:
    """Minutes of the day as `read_line` takes them back."""
    return ", ".join(f"{o // 60}:{o % 60:02}-{c // 60}:{c % 60:02}" for o, c in day)
