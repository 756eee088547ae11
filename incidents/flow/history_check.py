"""Whether our working time is the one that «Инцидент Менеджмент» counted: column 9 of its export beside our own figure.

Nothing is written anywhere; the file is read once, whatever its size, and what else could explain it is tried on its first rows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from incidents.flow import production
from incidents.rules import incident_manager, schedules
from incidents.rules.calendar import Calendar
from incidents.rules.history import BadLine
from incidents.rules.schedules import Days, Fit, Schedule, Stretch

#: Rows on which other schedules are tried.
SAMPLE = 2_000
#: Rows after which the door hears how far we are.
STEP = 1_000


@dataclass(slots=True)
class Agreement:
    """What came of it. Rows are named by where they stand in the file, minutes are whole ones."""

    agree: int = 0
    #: Row, ours, theirs.
    differ: list[tuple[int, int, int]] = field(default_factory=list)
    #: Rows that say nothing: without an answer, or without the other program's figure.
    silent: int = 0
    #: Row and code of `incident_manager.REASONS`.
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    #: The first rows that could be compared.
    sample: list[Stretch] = field(default_factory=list)

    @property
    def compared(self) -> int:
        return self.agree + len(self.differ)


def compare(
    lines: Iterable[tuple[int, Mapping[str, str] | None]],
    schedule: Schedule,
    zone: ZoneInfo,
    progress: Callable[[int], None] = lambda read: None,
) -> Agreement:
    """Count every row (as `history_export` reads them) by `schedule` and the production calendar; naive times are those of `zone`."""
    counted_by, found = calendar(zone, schedule), Agreement()
    read = 0
    for read, (number, cells) in enumerate(lines, start=1):
        try:
            if cells is None:
                raise BadLine("unreadable")
            stretch = incident_manager.worked(cells, zone)
        except BadLine as bad:
            found.unreadable.append((number, bad.reason))
        else:
            _count(found, number, stretch, counted_by)
        if read % STEP == 0:
            progress(read)
    progress(read)
    return found


def closing_that_fits(found: Agreement, given: Schedule, zone: ZoneInfo) -> Fit:
    """The closing hour that explains most rows of the sample, all else as given."""
    return schedules.best(schedules.closings(given), found.sample, partial(calendar, zone))


def change_that_fits(found: Agreement, given: Schedule, zone: ZoneInfo) -> Fit:
    """What explains most rows of the sample when one other thing is not as given either."""
    return schedules.best(schedules.changes(given), found.sample, partial(calendar, zone))


def calendar(zone: ZoneInfo, schedule: Schedule) -> Calendar:
    """A schedule on the days it is worked."""
    if schedule.days is Days.PRODUCTION:
        return production.calendar(zone, schedule.week)
    return Calendar(zone, schedule.week)


def _count(found: Agreement, number: int, stretch: Stretch | None, counted_by: Calendar) -> None:
    if stretch is None:
        found.silent += 1
        return
    if len(found.sample) < SAMPLE:
        found.sample.append(stretch)
    ours = schedules.minutes(counted_by, stretch.start, stretch.end)
    if ours == stretch.minutes:
        found.agree += 1
    else:
        found.differ.append((number, ours, stretch.minutes))
