"""Tables taken in whole, row by row through the verbs that pages use: what would change, and which rows cannot be taken.

Nothing is half done: every row is tried, every bad one is named, and the door commits only a table without a bad row.
A preview is the same run, rolled back. What a table does not name stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from incidents.records.people import Person
from incidents.rules.acts import Refused

Row = Mapping[str, str]
Rows = Iterable[tuple[int, Row]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row changes; `changes` are column, before, after."""

    line: int
    name: str
    is_new: bool
    changes: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Loaded:
    """What a table would change or has changed, and the rows that cannot be taken, by line."""

    differences: list[Difference] = field(default_factory=list)
    same: int = 0
    bad: list[tuple[int, Refused]] = field(default_factory=list)
    #: The people that were added, each with the one-time password.
    made: list[tuple[Person, str]] = field(default_factory=list)


#: Takes one row: its name, what stood there before (None: nothing), what stands there now.
Take = Callable[[Row, Loaded], tuple[str, Row | None, Row]]


def each(session: Session, rows: Rows, take: Take) -> Loaded:
    """Take every row; one that is refused is named and leaves nothing behind."""
    loaded = Loaded()
    for line, row in rows:
        try:
            with session.begin_nested():
                name, before, after = take(row, loaded)
        except Refused as refused:
            loaded.bad.append((line, refused))
            continue
        changes = tuple(
            (key, (before or {}).get(key, ""), value)
            for key, value in after.items()
            if value != (before or {}).get(key, "")
        )
        if before is not None and not changes:
            loaded.same += 1
        else:
            loaded.differences.append(Difference(line, name, before is None, changes))
    return loaded


def given(row: Row, columns: Iterable[str]) -> list[str]:
    """The columns that the table has at all: one that is missing leaves things as they are."""
    return [column for column in columns if column in row]


def tick(is_so: bool) -> str:
    """A yes or no as a cell."""
    return "yes" if is_so else ""
