"""Single days as they are entered and kept: by what they are, not by their hours, so that a new week keeps their meaning.

A holiday stays a holiday, a working Saturday has the hours of the weekday it was swapped with, a shortened day ends as
many minutes before the closing hour, whichever hour that is. `resolve` turns them into hours under a week.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from incidents.rules.calendar import Day, DayKind, Interval, Week

#: Kinds on which nobody works.
OFF = frozenset({DayKind.HOLIDAY, DayKind.MOVED_OFF, DayKind.REGIONAL})
MONDAY = 0


class BadDay(ValueError):
    """A single day that makes no sense; `reason` is a code: bad_hours, bad_minutes, bad_like."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One date that differs. Which fields count depends on the kind.

    working: `like` (weekday, Monday is 0) and `shorter_by` minutes; shortened: `shorter_by`; hours: `intervals`.
    """

    kind: DayKind
    name: str = ""
    shorter_by: int = 0
    like: int | None = None
    intervals: tuple[Interval, ...] = ()


Days = Mapping[date, SpecialDay]


def check(day: SpecialDay) -> None:
    """Raises BadDay for a field that is missing, has no place in this kind, or is out of its bounds."""
    may_be_shorter = day.kind in (DayKind.SHORTENED, DayKind.WORKING)
    if not 0 <= day.shorter_by < 24 * 60 or (day.shorter_by > 0) > may_be_shorter:
        raise BadDay("bad_minutes")
    if day.kind is DayKind.SHORTENED and not day.shorter_by:
        raise BadDay("bad_minutes")
    if day.like is not None and (day.kind is not DayKind.WORKING or not 0 <= day.like <= 6):
        raise BadDay("bad_like")
    if bool(day.intervals) != (day.kind is DayKind.HOURS):
        raise BadDay("bad_hours")


def resolve(week: Week, days: Days) -> dict[date, Day]:
    """The hours of single days under a week."""
    return {on: Day(day.kind, hours(week, on, day), day.name, day.shorter_by) for on, day in days.items()}


def hours(week: Week, on: date, day: SpecialDay) -> tuple[Interval, ...]:
    """The working intervals of one date under a week."""
    if day.kind in OFF:
        return ()
    if day.kind is DayKind.HOURS:
        return day.intervals
    weekday = on.weekday() if day.kind is DayKind.SHORTENED else MONDAY if day.like is None else day.like
    return shortened(week[weekday], day.shorter_by)


def shortened(intervals: Sequence[Interval], minutes: int) -> tuple[Interval, ...]:
    """A day that ends so many working minutes earlier: what lies before the break is only touched if the rest is used up."""
    kept = list(intervals)
    while kept and minutes > 0:
        opens, closes = kept.pop()
        if closes - opens > minutes:
            kept.append((opens, closes - minutes))
        minutes -= closes - opens
    return tuple(kept)


def differences(before: Days, after: Days) -> dict[date, SpecialDay | None]:
    """What must be done to `before` to have `after`, by date in order; None is a day that becomes ordinary again."""
    dates = sorted({*before, *after})
    return {on: after.get(on) for on in dates if before.get(on) != after.get(on)}


def changed(days: Days, changes: Mapping[date, SpecialDay | None]) -> dict[date, SpecialDay]:
    """The days after some changes, in order."""
    after = {**days, **changes}
    return {on: day for on, day in sorted(after.items()) if day is not None}


def replaced(days: Days, years: Iterable[int], new: Days) -> dict[date, SpecialDay]:
    """The days with those of some years taken from `new`; other years stay as they are."""
    wanted = set(years)
    kept = {on: day for on, day in days.items() if on.year not in wanted}
    return dict(sorted({**kept, **{on: day for on, day in new.items() if on.year in wanted}}.items()))


def as_json(days: Days) -> dict[str, Any]:
    """Days as they are stored: by ISO date in order, each with the fields it needs."""
    return {on.isoformat(): _fields(day) for on, day in sorted(days.items())}


def from_json(stored: Mapping[str, Any]) -> dict[date, SpecialDay]:
    """`as_json` read back."""
    return {
        date.fromisoformat(on): SpecialDay(
            kind=DayKind(fields["kind"]),
            name=fields.get("name", ""),
            shorter_by=fields.get("shorter_by", 0),
            like=fields.get("like"),
            intervals=tuple((opens, closes) for opens, closes in fields.get("intervals", ())),
        )
        for on, fields in stored.items()
    }


def _fields(day: SpecialDay) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": day.kind.value}
    if day.name:
        fields["name"] = day.name
    if day.shorter_by:
        fields["shorter_by"] = day.shorter_by
    if day.like is not None:
        fields["like"] = day.like
    if day.intervals:
        fields["intervals"] = [list(pair) for pair in day.intervals]
    return fields
