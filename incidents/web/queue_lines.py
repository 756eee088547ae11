"""A row of a list as one person sees it in this minute: all that its drawing shows, and nothing else.

Lines are values: where one equals another, what was drawn for it stands for both (`drawing`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext

from incidents.rules.acts import Act, Actor, Role, Status
from incidents.rules.lifecycle import may
from incidents.web import law_words, words
from incidents.web.queue_rows import Row
from incidents.web.time_left import TimeLeft, time_left, whole_minutes


class Heading(NamedTuple):
    """What stands over a group of rows."""

    label: Any
    tone: str


#: Where nobody has begun, and a button may offer it.
UNTAKEN = (Status.NEW, Status.ASSIGNED)
#: The pictures of the remarks beside the words, and what of a row each stands for; one more is the department's share.
FLAGS = (
    ("photo", "attachments"),
    ("repeat", "previous_number"),
    ("star", "is_controlled"),
    ("trash", "source_deleted_at"),
    ("external-link", "answered_outside_at"),
)
#: The groups of a list.
HEADINGS = {
    "overdue": Heading(lazy_gettext("Overdue"), "late"),
    "soon": Heading(lazy_gettext("Up to 30 minutes"), "soon"),
    "today": Heading(lazy_gettext("Today"), "today"),
    "later": Heading(lazy_gettext("Later and without a deadline"), "today"),
    "others": Heading(lazy_gettext("Wait for others"), "wait"),
    "history": Heading(lazy_gettext("By arrival, newest first"), "today"),
}


class Line(NamedTuple):
    """One row, its time as of now, and what this person may do with it."""

    row: Row
    time: TimeLeft | None
    #: What moments are told by: "yesterday, 18:20".
    today: date
    #: What the department of the person who looks has left of its own share; below nothing when it is used up.
    own_minutes: int | None
    may_accept: bool
    may_take: bool
    may_pick: bool

    @property
    def tone(self) -> str:
        """Of the time: how pressing it is, or what stands where no clock runs."""
        if self.time is not None:
            return self.time.tone
        row = self.row
        if row.status in (Status.REJECTED, Status.AWAITING_AUTHOR) or row.answered_at is None:
            return "wait"
        return "late" if row.is_late else "fine"

    @property
    def icons(self) -> set[str]:
        row = self.row
        ring = self.time.ring if self.time is not None else f"ring-{self.tone}"
        return {ring, row.state.icon, *(icon for icon, name in FLAGS if getattr(row, name))}

    @property
    def kind_words(self) -> Any:
        """What it is before the law, where it is not what the list is full of; else the network."""
        return law_words.SHORT_KINDS.get(self.row.kind) or words.network_mark(self.row.network).letters

    @property
    def usual_minutes(self) -> int:
        """What is usually still needed, where that is told."""
        return 0 if self.time is None or self.time.tone == "late" else self.row.need_minutes


def lines(
    rows: Iterable[Row], actor: Actor, now: datetime, zone: ZoneInfo, own_seconds: Mapping[int, float]
) -> list[Line]:
    """The rows as they are drawn; `own_seconds` of those with which the department of this person is working."""

    @cache
    def may_do(act: Act, status: Status, department_id: int | None) -> bool:
        return may(actor, act, status, department_id)

    today, may_pick = now.astimezone(zone).date(), actor.role is not Role.MANAGER
    return [
        Line(
            row,
            _time(row, now),
            today,
            _minutes(own_seconds.get(row.number)),
            row.proposed_id is not None and may_do(Act.ASSIGN, row.status, row.department_id),
            row.assignee is None and row.status in UNTAKEN and may_do(Act.TAKE, row.status, row.department_id),
            may_pick,
        )
        for row in rows
    ]


def _time(row: Row, now: datetime) -> TimeLeft | None:
    if row.next_due_at is None or row.status is Status.REJECTED:
        return None
    return time_left(row.next_due_at, now, term_seconds=row.term_seconds, need_minutes=row.need_minutes)


def icons(found: Iterable[Line]) -> tuple[str, ...]:
    """The pictures of these rows, so that the page names each once."""
    named = {"building-community"}.union(*(line.icons for line in found))
    return tuple(sorted(named))


def _minutes(seconds: float | None) -> int | None:
    if seconds is None:
        return None
    return whole_minutes(seconds) if seconds > 0 else -1
