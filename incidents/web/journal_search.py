"""The journal as the administrator searches it: which entries, in keyset pages, newest first.

By number, stream, person, act and days. Every search is bounded: an appeal's number and a stream name their rows by an
index, everything else is looked for within days, the last month where none are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.journal import Entry, EntryText
from incidents.statistics import edges

PAGE = 50
#: Looked through where no days are named.
USUAL = timedelta(days=31)
#: The streams that are no appeal's; any other name is one of these or nothing.
STREAMS = ("people", "topics", "norms", "figures", "system")
APPEALS = "appeals"
_OF_APPEALS = gate.stream(0)[:-1]


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means whichever. `by` is the journal's own code of somebody: `person:7`."""

    number: int | None = None
    stream: str = ""
    by: str = ""
    act: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def one_stream(self) -> str:
        """The single chain that is looked through, or nothing."""
        if self.number is not None:
            return gate.stream(self.number)
        return self.stream if self.stream and self.stream != APPEALS else ""

    def with_days(self, today: date) -> "Wanted":
        """The same within days: what no index narrows is looked for in the last month."""
        if self.first or self.last or self.one_stream:
            return self
        return Wanted(self.number, self.stream, self.by, self.act, today - USUAL, None)


class Told(NamedTuple):
    """One entry as it is shown; `hash` covers all of it but the note, which may be erased."""

    id: int
    stream: str
    seq: int
    act: str
    by: str
    happened_at: datetime
    noticed_at: datetime
    data: Mapping[str, Any]
    hash: str
    has_note: bool
    note: str | None

    @property
    def is_appeals(self) -> bool:
        return self.stream.startswith(_OF_APPEALS)


@dataclass(frozen=True)
class Found:
    """One page; `older` is the key of the next one, empty on the last."""

    entries: list[Told]
    older: str


def page(session: Session, wanted: Wanted, zone: ZoneInfo, after: str = "") -> Found:
    """A page of what is wanted, after the key of the page before."""
    query = _query(wanted, zone)
    key = _key(after)
    if key is not None:
        query = query.where(tuple_(Entry.noticed_at, Entry.id) < key)
    entries = [Told(*row) for row in session.execute(query.limit(PAGE + 1))]
    last = entries[PAGE - 1] if len(entries) > PAGE else None
    return Found(entries[:PAGE], f"{last.noticed_at.isoformat()}_{last.id}" if last else "")


def most(session: Session, wanted: Wanted, zone: ZoneInfo, limit: int) -> list[Told]:
    """What is wanted as one list, for a file; no more than `limit`."""
    return [Told(*row) for row in session.execute(_query(wanted, zone).limit(limit))]


def _query(wanted: Wanted, zone: ZoneInfo) -> Select[Any]:
    own = (getattr(Entry, name) for name in Told._fields if hasattr(Entry, name) and name != "note")
    query = select(*own, EntryText.entry_id.is_not(None), EntryText.text).outerjoin(EntryText)
    query = query.order_by(Entry.noticed_at.desc(), Entry.id.desc())
    if wanted.one_stream:
        query = query.where(Entry.stream == wanted.one_stream)
    elif wanted.stream == APPEALS:
        query = query.where(Entry.stream.startswith(_OF_APPEALS, autoescape=True))
    if wanted.by:
        query = query.where(Entry.by == wanted.by)
    if wanted.act:
        query = query.where(Entry.act == wanted.act)
    if wanted.first:
        query = query.where(Entry.noticed_at >= edges.of_day(wanted.first, zone)[0])
    if wanted.last:
        query = query.where(Entry.noticed_at < edges.of_day(wanted.last, zone)[1])
    return query


def _key(written: str) -> tuple[datetime, int] | None:
    moment, _, number = written.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo and number.isdecimal() and len(number) < 19 else None
