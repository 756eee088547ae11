"""What was counted of an appeal once, kept in the process until its journal grows: for lists that are drawn again and again.

Nothing else may count by it: an act counts anew (`timing.count`), and so does whoever proves the clocks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import timing
from incidents.records.database import town_of
from incidents.records.journal import Entry, Stream
from incidents.records.revisions import mark_of
from incidents.rules.life import Event
from incidents.rules.reckoning import Reckoning

#: Appeals whose clocks are held in a process at most.
_MOST_COUNTED = 2_000
#: By the hash of the last entry, the marks of norms and calendars, and the zone.
_counted: dict[tuple[str, ...], Reckoning] = {}


def clocks(session: Session, streams: Sequence[str], *, now: datetime) -> Mapping[str, Reckoning]:
    """The clocks of many appeals, by their streams, in one question, or two where a journal has grown.

    A journal only grows, and the hash of its last entry covers all of them: what was counted under it once holds as long
    as the norms and the calendars do. Of a paused clock the deadline moves with every minute, so it is counted anew.
    """
    marks = mark_of(session, "norms", "calendar_versions"), town_of(session).zone.key
    heads = session.execute(select(Stream.name, Stream.head_hash).where(Stream.name.in_(streams))).all()
    keys = {name: (head, *marks) for name, head in heads}
    found = {name: known for name, key in keys.items() if (known := _counted.get(key)) is not None}
    missing = [name for name in keys if name not in found]
    if not missing:
        return found
    columns = (Entry.stream, Entry.act, Entry.happened_at, Entry.seq, Entry.by, Entry.data)
    query = select(*columns).where(Entry.stream.in_(missing)).order_by(Entry.stream, Entry.seq)
    by = timing.rules(session)
    for name, entries in groupby(session.execute(query).all(), key=lambda row: row.stream):
        found[name] = reckoning = timing.reckoned(by, [Event(*row[1:]) for row in entries], session, now=now)
        if not any(each.is_paused for each in reckoning.clocks):
            if len(_counted) >= _MOST_COUNTED:
                _counted.clear()
            _counted[keys[name]] = reckoning
    return found
