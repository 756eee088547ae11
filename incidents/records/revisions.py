"""What is the same for everybody and changes a few times a year - norms, calendars, topics, departments - read once a process.

The database itself gives a table a new mark in the transaction of whatever changed it (migration 0038): no door of the
program, no import and no hand at the console can pass it by. A mark is random and never comes back, so what was read in
a transaction that was undone is found by nobody. One question tells all marks; what was kept under one is still true.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from incidents.records.database import Base

#: The tables that the database marks; of people, what a list of them shows.
WATCHED = frozenset(
    {
        "calendar_versions",
        "departments",
        "norms",
        "people",
        "reply_templates",
        "stage_budgets",
        "topic_groups",
        "topics",
    }
)
#: Of one function so much is held at most; a process that looks at many databases (the tests) must not grow.
MOST_KEPT = 64

P = ParamSpec("P")
T = TypeVar("T")
Reading = Callable[Concatenate[Session, P], T]


class Revision(Base):
    """The mark of one watched table: another one after every change of its rows."""

    __tablename__ = "revisions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    mark: Mapped[str] = mapped_column(String(36))


_EVERY = select(Revision.name, Revision.mark)


def mark_of(session: Session, *tables: str) -> str:
    """One mark for several tables together: what follows from them alone may be kept under it."""
    found = _marks(session)
    return " ".join(found[table] for table in tables)


def kept(*tables: str) -> Callable[[Reading[P, T]], Reading[P, T]]:
    """Keep in the process what a function reads: of these tables, and of nothing else but what it is given.

    What it returns belongs to everybody: nothing that a session holds, and nothing that can be changed.
    """
    if strange := set(tables) - WATCHED:
        raise ValueError(f"no mark tells of changes: {', '.join(sorted(strange))}")

    def keeper(read: Reading[P, T]) -> Reading[P, T]:
        held: dict[object, tuple[T]] = {}

        @wraps(read)
        def asked(session: Session, /, *args: P.args, **given: P.kwargs) -> T:
            # The mark comes first: what is read after it is as new as the mark, or newer.
            key = (mark_of(session, *tables), args, tuple(given.items()))
            found = held.get(key)
            if found is None:
                found = (read(session, *args, **given),)
                if len(held) >= MOST_KEPT:
                    held.clear()
                held[key] = found
            return found[0]

        return asked

    return keeper


def _marks(session: Session) -> Mapping[str, str]:
    """Every mark. A transaction that only reads asks once: what others change meanwhile is news for the next one."""
    transaction, known = session.info.get("marks", (None, None))
    if known is None or transaction is not session.get_transaction():
        known = dict(session.execute(_EVERY).all())
        if session.connection().get_execution_options().get("readonly"):
            session.info["marks"] = (session.get_transaction(), known)
    return cast(Mapping[str, str], known)
