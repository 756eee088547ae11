"""The terms that a law sets for appeals, requests for information and requests of the press, on plain local dates.

All are calendar days; the day of the event itself is not counted: registered on 1 June, seven days end with 8 June. A date
of the law never moves. Where one falls on a day off, the date of internal control beside it moves by the town's rule.
The terms and their articles: `rules.statutory_table`; the doubts among them: docs/terms-of-law.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from incidents.rules.acts import Refused
from incidents.rules.norms import Kind, OnDayOff, Unit
from incidents.rules.statutory_table import Duty, Since, Term, duties, term

#: Days before the last day on which whoever controls the answer is reminded of it.
REMINDERS = (7, 3, 1)

#: Is this local date a day off? The town's calendar knows.
DayOff = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class ControlDate:
    """One date to be kept. `on` is the last day by law, `control_on` the day by which the town itself wants it done.

    A reminder (`days_before` above 0) is the town's own and follows from no article: its two days are the same.
    """

    duty: Duty
    on: date
    control_on: date
    article: str
    is_checked: bool
    days_before: int = 0


def control_dates(
    kind: Kind,
    received_on: date,
    registered_on: date | None = None,
    *,
    extended_by: int = 0,
    is_day_off: DayOff = lambda _: False,
    weekend: OnDayOff = OnDayOff.PREVIOUS,
) -> tuple[ControlDate, ...]:
    """Every date to be kept, in order: the duties of the law, and the reminders before the last day of the answer.

    Before registration (`registered_on` empty) there is only what counts from receipt. `extended_by` are the days by which
    the answer was put off already; the furthest date it can be put off to stays where it was. `weekend`: where internal
    control goes when the last day is a day off. The law itself says nothing of it (to be checked with a lawyer); one
    region's rules take the working day before.
    """
    answer = answer_by(kind, received_on, registered_on, extended_by)
    found = [
        ControlDate(each.duty, on, weekend.moved(on, is_day_off), each.article, each.is_checked)
        for each in duties(kind)
        if (on := _last_day(each, received_on, registered_on, extended_by)) is not None
    ]
    if answer is not None:
        found += _reminders(kind, answer, registered_on or received_on, is_day_off, weekend)
    order = list(Duty)
    return tuple(sorted(found, key=lambda each: (each.on, -each.days_before, order.index(each.duty))))


def answer_by(kind: Kind, received_on: date, registered_on: date | None, extended_by: int = 0) -> date | None:
    """The last day of the answer with the days it was put off by; None before the day it counts from, or without one."""
    row = term(kind, Duty.ANSWER)
    start = _start(row, received_on, registered_on)
    if start is None or row.unit is not Unit.DAYS:
        return None
    return start + timedelta(days=row.days + extended_by)


def notice_by(kind: Kind, received_on: date, registered_on: date, extended_by: int = 0) -> date:
    """The last day on which the author may be told that the answer is put off: 59-ФЗ wants it before the last day."""
    if has_duty(kind, Duty.NOTICE):
        return received_on + timedelta(days=term(kind, Duty.NOTICE).days)
    row = term(kind, Duty.ANSWER)
    start = received_on if row.since is Since.RECEIVED else registered_on
    return start + timedelta(days=row.days + extended_by - 1)


def has_duty(kind: Kind, duty: Duty) -> bool:
    """Does the law always ask for this of such an appeal?"""
    return any(each.duty is duty for each in duties(kind))


def check_registration(received_on: date, registered_on: date) -> None:
    """Raises Refused `registered_before_received`; a late registration is a fact, not an error."""
    if registered_on < received_on:
        raise Refused("registered_before_received", day=received_on)


def check_extension(
    kind: Kind, received_on: date, registered_on: date, days: int, notice_on: date, *, extended_by: int = 0
) -> date:
    """The new last day of an answer that is put off by `days` more, of which the author was told on `notice_on`.

    59-ФЗ: 30 days in all, told before the last day. 8-ФЗ: 15 in all, told within seven days of receipt. Media: to the day
    that the notice names, told within three days. Raises Refused: `no_extension` (the kind knows none), `extension_days`
    (none), `extension_used_up`, `extension_term` (more than the law allows in all), `notice_before_received`,
    `notice_too_late`.
    """
    longest = longest_extension(kind, extended_by)
    if longest == 0:
        raise Refused("extension_used_up")
    if days <= 0:
        raise Refused("extension_days")
    if longest is not None and days > longest:
        raise Refused("extension_term", most=longest)
    check_notice(received_on, notice_on, notice_by(kind, received_on, registered_on, extended_by))
    due = answer_by(kind, received_on, registered_on, extended_by)
    return (due or registered_on) + timedelta(days=days)


def check_notice(received_on: date, notice_on: date, last: date) -> None:
    """Raises Refused: `notice_before_received`, `notice_too_late`."""
    if notice_on < received_on:
        raise Refused("notice_before_received", day=received_on)
    if notice_on > last:
        raise Refused("notice_too_late", day=last)


def longest_extension(kind: Kind, extended_by: int = 0) -> int | None:
    """By how many days more an answer may be put off; None where the law names no limit. Raises Refused `no_extension`."""
    row = next((each for each in duties(kind) if each.duty is Duty.EXTENSION), None)
    if row is None:
        raise Refused("no_extension")
    return row.days - extended_by if row.days else None


def _last_day(row: Term, received_on: date, registered_on: date | None, extended_by: int) -> date | None:
    """The last day of one duty. What may follow on the answer counts from its day by law, however often it was put off."""
    if row.duty is Duty.EXTENSION:
        lawful = answer_by(row.kind, received_on, registered_on)
        return lawful + timedelta(days=row.days) if lawful is not None and row.days else None
    if row.duty is Duty.ANSWER:
        return answer_by(row.kind, received_on, registered_on, extended_by)
    start = _start(row, received_on, registered_on)
    return None if start is None else start + timedelta(days=row.days)


def _start(row: Term, received_on: date, registered_on: date | None) -> date | None:
    return received_on if row.since is Since.RECEIVED else registered_on


def _reminders(kind: Kind, answer: date, start: date, is_day_off: DayOff, weekend: OnDayOff) -> Iterator[ControlDate]:
    """The days of internal control before the answer; a term too short for one of them goes without it."""
    for days in REMINDERS:
        on = weekend.moved(answer - timedelta(days=days), is_day_off)
        if on > start:
            yield ControlDate(Duty.ANSWER, on, on, "", is_checked=True, days_before=days)
