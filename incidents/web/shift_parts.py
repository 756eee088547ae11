"""What stands on the page of the shift (`shift`): what is mine, what waits for whom, what was promised, what was done.

Each is one question, written once for everybody who sees the same; how much there is in all comes with the rows.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import Date, bindparam, func, literal_column, select, true
from sqlalchemy.orm import Session

from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.records.people import Department, Person
from incidents.records.promises import IS_OWED, Promise
from incidents.rules.acts import PARTLY, Status
from incidents.statistics import measures
from incidents.web import display, filters, promise_rows, queue_pages, queue_rows
from incidents.web.filters import Filter, Sight
from incidents.web.queue_order import NOW

#: As much as one printed page holds.
MOST_MINE, MOST_WAITING, MOST_PROMISED = 20, 12, 10
#: What is promised further ahead is not this shift's worry.
PROMISED_WITHIN = timedelta(days=2)


class Owed(NamedTuple):
    """One promise that is still owed."""

    number: int
    due_on: date
    department: str
    is_past: bool
    #: The sentence that gave it.
    words: str


class Waiting(NamedTuple):
    """One appeal whose next step is somebody else's: whose, and since when, as far as that is known."""

    number: int
    beginning: str
    whom: str
    since: datetime | None


class Done(NamedTuple):
    """What this shift saw and did, by the definitions of `measures`."""

    received: int
    answered: int
    in_time: int


def mine(session: Session, person: Person, now: datetime, zone: ZoneInfo) -> tuple[Sequence[queue_rows.Row], int]:
    """The most pressing of one's own, and how many there are."""
    return queue_pages.pressing(session, person, Filter(mine="1"), now, zone, MOST_MINE)


def waiting(session: Session, person: Person) -> tuple[Sequence[Waiting], int]:
    """What of one's own waits for somebody else, the longest first, and how much of it there is."""
    found = session.connection().execute(_waiting(filters.sight(person)), {"me": person.id, "most": MOST_WAITING}).all()
    rows = [
        Waiting(
            row.number,
            display.cut_to(" ".join(row.text.split()), 60),
            _whom(row.status, row.name),
            row.paused_at or row.answered_at,
        )
        for row in found
    ]
    return rows, found[0].all if found else 0


@lru_cache(maxsize=64)
def _waiting(sight: Sight) -> Any:
    waits = Appeal.status.in_([*sorted(PARTLY), Status.ON_APPROVAL, Status.PUBLISHING])
    own = (Appeal.number, Appeal.text, Appeal.status, Appeal.paused_at, Appeal.answered_at)
    return (
        select(*own, Department.name, func.count().over().label("all"))
        .outerjoin(Department, Appeal.department_id == Department.id)
        .where(measures.IS_OPEN, waits, Appeal.assignee_id == sight.id, *filters.visible(sight))
        .order_by(func.coalesce(Appeal.paused_at, Appeal.answered_at, Appeal.received_at), Appeal.number)
        .limit(bindparam("most"))
    )


def _whom(status: Status, department: str | None) -> str:
    words: dict[Status, Any] = {
        Status.AWAITING_AUTHOR: gettext("the author"),
        Status.ON_APPROVAL: gettext("approval"),
        Status.PUBLISHING: gettext("the network"),
    }
    return str(words.get(status) or department or gettext("the press sector"))


def promised(session: Session, person: Person, today: date) -> tuple[Sequence[Owed], int]:
    """What falls due soon or is broken, the earliest day first, and how much of it there is."""
    found = (
        session.connection()
        .execute(_promised(filters.sight(person)), {"until": today + PROMISED_WITHIN, "most": MOST_PROMISED})
        .all()
    )
    rows = [
        Owed(
            row.appeal_number,
            row.due_on,
            row.name or str(gettext("the press sector")),
            row.due_on < today,
            display.cut_to(promise_rows.quoted(row.text, row.span_start, row.span_end), 90),
        )
        for row in found
    ]
    return rows, found[0].all if found else 0


@lru_cache(maxsize=64)
def _promised(sight: Sight) -> Any:
    said = (Answer.text, Promise.span_start, Promise.span_end)
    until = bindparam("until", type_=Date())
    return (
        select(Promise.appeal_number, Promise.due_on, Department.name, *said, func.count().over().label("all"))
        .join(Promise.appeal)
        .join(Promise.answer)
        .outerjoin(Promise.department)
        .where(literal_column(f"promises.{IS_OWED}"), Promise.due_on <= until, *filters.visible(sight))
        .order_by(Promise.due_on, Promise.appeal_number)
        .limit(bindparam("most"))
    )


def done(session: Session, person: Person, since: datetime, now: datetime) -> Done:
    """Two counts, each by an index of its own: what came in, and what was answered."""
    return Done(*session.connection().execute(_done(filters.sight(person)), {"since": since, "now": now}).one())


@lru_cache(maxsize=64)
def _done(sight: Sight) -> Any:
    seen = filters.visible(sight, is_history=True)
    since = bindparam("since", type_=UTCDateTime())
    holds = {name: measures.condition(name, NOW, every_kind=True) for name in ("received", "answered", "in_time")}
    came = select(func.count().label("received")).where(Appeal.received_at >= since, holds["received"], *seen)
    given = select(func.count().label("answered"), measures.tally(holds["in_time"]).label("in_time")).where(
        Appeal.answered_at >= since, holds["answered"], *seen
    )
    first, second = came.subquery("came"), given.subquery("given")
    return select(first, second).select_from(first).join(second, true())
