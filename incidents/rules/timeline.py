"""A stretch of time as lines that people can check with a calendar in hand: what was counted, and why the rest was not.

Lines are half-open, follow each other without a gap and sum to the whole. What makes a line is the calendar and the pauses
alone; `rules.passport` hangs a clock on them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from incidents.rules.calendar import Calendar, Day, DayKind, spans
from incidents.rules.clock import day_end
from incidents.rules.life import Pause
from incidents.rules.norms import Hours
from incidents.rules.spans import to_micros

_DAY = timedelta(days=1)
_NOTHING = timedelta()


class What(StrEnum):
    """Why a line was counted or not."""

    COUNTED = "counted"
    #: Before work begins or after it ended.
    NIGHT = "night"
    #: Between two stretches of work of one day.
    BREAK = "break"
    #: A day on which the week has no work.
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    MOVED_OFF = "moved_off"
    REGIONAL = "regional"
    #: Waiting for the author.
    PAUSED = "paused"
    #: Several of these, told as one line where there are too many (`folded`).
    MIXED = "mixed"


_OFF = {
    DayKind.HOLIDAY: What.HOLIDAY,
    DayKind.MOVED_OFF: What.MOVED_OFF,
    DayKind.REGIONAL: What.REGIONAL,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line, [begins, ends). Seconds are whole: parts of one are carried over to the next line, so the sum is exact."""

    begins: datetime
    ends: datetime
    what: What
    #: What is special about the day: a holiday's name, why it is shorter.
    day: Day | None = None
    pause: Pause | None = None
    #: After the deadline.
    is_late: bool = False
    counted_seconds: int = 0
    #: What was left of the term at its end; less than nothing after the deadline.
    left_seconds: int = 0
    #: Of a folded line: on how many dates time was counted, and the names of the days on which it was not.
    worked_days: int = 0
    names: tuple[str, ...] = ()


def lines(
    hours: Hours, calendar: Calendar, start: datetime, end: datetime, due_at: datetime, pauses: Sequence[Pause] = ()
) -> list[Line]:
    """The lines of [start, end), cut where the deadline passed; `left_seconds` counts down from the whole term.

    A pause without an end goes on until the end. Pauses that began after the deadline move nothing and are no lines.
    """
    known = [each for each in pauses if each.begins < due_at]
    term = sum((_counted(line) for line in _merged(_lines(hours, calendar, start, due_at, due_at, known))), _NOTHING)
    found: list[Line] = []
    passed = _NOTHING
    for line in _merged(_lines(hours, calendar, start, end, due_at, known)):
        before, passed = passed, passed + _counted(line)
        counted = _whole(passed) - _whole(before)
        found.append(replace(line, counted_seconds=counted, left_seconds=_whole(term) - _whole(passed)))
    return found


def folded(exact: Sequence[Line], calendar: Calendar, most: int) -> list[Line]:
    """At most about so many lines: by day, by week or by month where there are more. Sums stay what they were.

    A pause, and what lies after the deadline, keeps its own line.
    """
    found = list(exact)
    for period in (_day, _week, _month):
        if len(found) <= most:
            break
        found = [
            _fold(list(group), calendar)
            for _, group in groupby(exact, key=lambda line: (line.pause, line.is_late, period(line, calendar)))
        ]
    return found


def _lines(
    hours: Hours, calendar: Calendar, start: datetime, end: datetime, due_at: datetime, pauses: Sequence[Pause]
) -> Iterator[Line]:
    edge = start = start.astimezone(UTC)
    end = end.astimezone(UTC)
    for pause in pauses:
        begins = min(max(edge, pause.begins), end)
        ends = min(max(begins, pause.ends or end), end)
        yield from _unpaused(hours, calendar, edge, begins, due_at)
        for one, other in _cut(begins, ends, due_at):
            yield Line(one, other, What.PAUSED, pause=pause, is_late=one >= due_at)
        edge = ends
    yield from _unpaused(hours, calendar, edge, end, due_at)


def _unpaused(hours: Hours, calendar: Calendar, start: datetime, end: datetime, due_at: datetime) -> Iterator[Line]:
    for one, other in _cut(start, end, due_at):
        is_late = one >= due_at
        if hours is Hours.CALENDAR:
            yield Line(one, other, What.COUNTED, is_late=is_late)
            continue
        edge = one
        for opens, closes in spans(calendar, one, other):
            yield from _idle(calendar, edge, opens, is_late)
            day = calendar.day_on(opens.astimezone(calendar.zone).date())
            yield Line(opens, closes, What.COUNTED, day=day, is_late=is_late)
            edge = closes
        yield from _idle(calendar, edge, other, is_late)


def _cut(start: datetime, end: datetime, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    if start < at < end:
        yield start, at
        yield at, end
    elif start < end:
        yield start, end


def _idle(calendar: Calendar, start: datetime, end: datetime, is_late: bool) -> Iterator[Line]:
    """A stretch without work, cut at the town's midnights."""
    edge = start
    while edge < end:
        day = edge.astimezone(calendar.zone).date()
        # Where clocks are turned back over midnight, the date that the wall shows has already ended once.
        while day_end(calendar, day) <= edge:
            day += _DAY
        until = min(end, day_end(calendar, day))
        what, special = _why(calendar, day, edge, until)
        yield Line(edge, until, what, day=special, is_late=is_late)
        edge = until


def _why(calendar: Calendar, day: date, start: datetime, end: datetime) -> tuple[What, Day | None]:
    special = calendar.day_on(day)
    if not calendar.intervals_on(day):
        return (_OFF.get(special.kind, What.DAY_OFF), special) if special else (What.DAY_OFF, None)
    worked = calendar.spans.of_day(day)
    if worked and worked[0][1] <= to_micros(start) and to_micros(end) <= worked[-1][0]:
        return What.BREAK, None
    return What.NIGHT, None


def _merged(pieces: Iterable[Line]) -> Iterator[Line]:
    """An evening and the night after it are one line, and so are days of one kind and name."""
    last: Line | None = None
    for piece in pieces:
        if last is not None and _sort(last) == _sort(piece):
            last = replace(last, ends=piece.ends)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _sort(line: Line) -> tuple[object, ...]:
    day = (line.day.kind, line.day.name, line.day.shorter_by) if line.day else None
    return line.what, day, line.pause, line.is_late


def _counted(line: Line) -> timedelta:
    return line.ends - line.begins if line.what is What.COUNTED else _NOTHING


def _whole(length: timedelta) -> int:
    return length // timedelta(seconds=1)


def _fold(group: list[Line], calendar: Calendar) -> Line:
    if len(group) == 1:
        return group[0]
    kinds = {line.what for line in group}
    names = dict.fromkeys(
        line.day.name for line in group if line.what is not What.COUNTED and line.day and line.day.name
    )
    worked = {line.begins.astimezone(calendar.zone).date() for line in group if line.what is What.COUNTED}
    return replace(
        group[0],
        ends=group[-1].ends,
        what=kinds.pop() if len(kinds) == 1 else What.MIXED,
        day=None,
        counted_seconds=sum(line.counted_seconds for line in group),
        left_seconds=group[-1].left_seconds,
        worked_days=len(worked),
        names=tuple(names),
    )


def _day(line: Line, calendar: Calendar) -> object:
    return line.begins.astimezone(calendar.zone).date()


def _week(line: Line, calendar: Calendar) -> object:
    return line.begins.astimezone(calendar.zone).date().isocalendar()[:2]


def _month(line: Line, calendar: Calendar) -> object:
    day = line.begins.astimezone(calendar.zone).date()
    return day.year, day.month
