"""The history of norms as periods: from when until when each row counted, and what may still be done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records import choices
from incidents.records.norms import NormRow
from incidents.records.revisions import kept
from incidents.rules.norms import ClockName, Hours, Norm, Unit, is_same

_CLOCKS = list(ClockName)


@dataclass(frozen=True)
class Period:
    """A norm and where it stands: in force, to come, over, or taken back before it began. A value: two that are equal are
    drawn alike."""

    row: Norm
    #: Why it was entered.
    note: str
    #: The name of the topic it speaks of.
    topic: str
    last_day: date | None
    #: On the last day only until then: a norm entered on that day took its place.
    ends_at: datetime | None
    is_now: bool
    is_coming: bool
    is_withdrawn: bool
    #: Ended by the administrator, and not by a later norm.
    is_retired: bool

    @property
    def may_end(self) -> bool:
        """Whether it can still be ended, or taken back."""
        return not self.is_retired and (self.is_now or self.is_coming)

    @property
    def counts_nights(self) -> bool:
        """Does it count the minutes of nights now? One in whole days does not ask anybody to answer at night."""
        return self.is_now and self.row.hours is Hours.CALENDAR and self.row.unit is Unit.MINUTES


def periods_of(session: Session, now: datetime, today: date) -> list[Period]:
    """Every norm with its end: clock by clock, the plain ones before the special ones, the newest first."""
    known, topics = _entered(session), choices.topics(session)
    norms = [row for row, _ in known]
    told = [(row, note, topics[row.topic_id].name if row.topic_id is not None else "") for row, note in known]
    return sorted((_period(each, norms, now, today) for each in told), key=_place)


@kept("norms")
def _entered(session: Session) -> Sequence[tuple[Norm, str]]:
    """Every norm with its note, the newest first."""
    rows = session.scalars(select(NormRow).order_by(NormRow.valid_from.desc(), NormRow.id.desc()))
    return tuple((row.rule, row.note) for row in rows)


def _period(told: tuple[Norm, str, str], rows: Sequence[Norm], now: datetime, today: date) -> Period:
    row, *_ = told
    if row.is_withdrawn:
        return Period(*told, None, None, is_now=False, is_coming=False, is_withdrawn=True, is_retired=True)
    following = _following(row, rows)
    retired_on = row.retired_on
    if following is not None and (retired_on is None or following.valid_from < retired_on):
        ends_at = following.effective_at
        # Without a moment it begins with its day, and this one ends the day before.
        last_day: date | None = following.valid_from if ends_at else following.valid_from - timedelta(days=1)
        has_followed = following.has_begun(now, today)
        is_retired = False
    else:
        ends_at, last_day = None, retired_on - timedelta(days=1) if retired_on else None
        has_followed = retired_on is not None and retired_on <= today
        is_retired = retired_on is not None
    has_begun = row.has_begun(now, today)
    return Period(*told, last_day, ends_at, has_begun and not has_followed, not has_begun, False, is_retired)


def _following(row: Norm, rows: Sequence[Norm]) -> Norm | None:
    """The next norm of the same fields."""
    later = [each for each in rows if is_same(each, row) and not each.is_withdrawn]
    after = [each for each in later if (each.valid_from, each.id) > (row.valid_from, row.id)]
    return min(after, key=lambda each: (each.valid_from, each.id), default=None)


def _place(period: Period) -> tuple[int, int, str, int, int]:
    row = period.row
    clock = _CLOCKS.index(row.clock)
    return clock, row.topic_id or 0, row.network or "", -row.valid_from.toordinal(), -row.id
