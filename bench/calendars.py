"""Working time between two instants, as every page and every sweep asks for it: the production calendar of ten years."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from time import perf_counter

from bench.figures import Figure
from bench.plan import Plan
from incidents.flow import calendars, founding, production
from incidents.rules.calendar import Calendar, add_working, working_seconds

PAIRS = 20_000
#: What the issue asks for: any two instants of 2018-2027.
MOST_MICROSECONDS = 10.0
TARGET = "≤ 10 µs"
_FIRST = datetime(2018, 1, 1, tzinfo=UTC)
_LENGTH = datetime(2028, 1, 1, tzinfo=UTC) - _FIRST

Pair = tuple[datetime, datetime]


def measure(plan: Plan) -> Iterator[Figure]:
    """Microseconds a call on average; the yardstick walks through the days of the same stretches."""
    town = plan.town(min(plan.sizes))
    zone = town.settings.town_zone
    calendar = production.calendar(zone, (founding.OFFICE_DAY,) * 5 + ((), ()))
    pairs = list(_pairs(random.Random(7), PAIRS // 20 if plan.is_quick else PAIRS))
    first = _each(lambda start, end: working_seconds(calendar, start, end), [(_FIRST, _FIRST + _LENGTH)])
    usual = _each(lambda start, end: working_seconds(calendar, start, end), pairs)
    yield Figure(
        "calendar",
        "working time between two instants of 2018-2027",
        town.database,
        usual,
        "µs",
        yardstick=_each(lambda start, end: _day_by_day(calendar, start, end), pairs[:: len(pairs) // plan.rounds(20)]),
        target=TARGET,
        reached=usual <= MOST_MICROSECONDS,
        details={"first_call_ms": round(first / 1000, 1), "pairs": len(pairs)},
    )
    added = _each(lambda start, _: add_working(calendar, start, 7200), pairs)
    yield Figure("calendar", "two working hours after an instant", town.database, added, "µs")
    with town.sessions() as session:
        session.connection(execution_options={"readonly": True})
        calendars.at(session, _FIRST, zone)
        asked = _each(lambda start, _: calendars.at(session, start, zone), pairs[: plan.rounds(500)])
    yield Figure("calendar", "the calendar in force, asked of the database", town.database, asked, "µs")


def _pairs(chance: random.Random, number: int) -> Iterator[Pair]:
    for _ in range(number):
        one, other = sorted(chance.random() for _ in range(2))
        yield _FIRST + one * _LENGTH, _FIRST + other * _LENGTH


def _day_by_day(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The same, as one would first write it: each interval of each day as instants of the zone."""
    total, day, last = timedelta(), start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    while day <= last:
        midnight = datetime.combine(day, time(), calendar.zone)
        for opens, closes in calendar.intervals_on(day):
            ends = ((midnight + timedelta(minutes=minute)).astimezone(UTC) for minute in (opens, closes))
            begins, until = max(next(ends), start), min(next(ends), end)
            total += max(until - begins, timedelta())
        day += timedelta(days=1)
    return total


def _each(work: Callable[[datetime, datetime], object], pairs: Sequence[Pair]) -> float:
    started = perf_counter()
    for start, end in pairs:
        work(start, end)
    return 1e6 * (perf_counter() - started) / len(pairs)
