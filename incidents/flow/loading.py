"""Tables taken in whole, row by row through the verbs that pages use: what would change, and which rows cannot be taken.

Nothing is half done: every row is tried, every bad one is named, and the door commits only a table without a bad row.
A preview is the same run, rolled back. What a table does not name stays as it is.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Refused
from incidents.rules.csv_guard import plain

Code = TypeVar("Code", bound=StrEnum)

#: The most rows a table may have: what it holds is compared row by row before anything is saved.
MOST_ROWS = 5_000

#: As this program writes a day, and as an office's spreadsheet saves the same one.
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")

Row = Mapping[str, str]
#: Rows with their numbers; None stands for one that has more cells than its head.
Rows = Iterable[tuple[int, Row | None]]


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


def read(text: str, required: Sequence[str]) -> list[tuple[int, Row | None]]:
    """The rows of a table by column name, numbered as a spreadsheet numbers them (its head is 1); empty ones are passed over.

    Semicolons, commas and tabs are understood. A cell that is missing at the end of a row is an empty one. Raises Refused:
    `bad_columns`, `bad_table`, `too_many_rows`, `nothing_read`.
    """
    # No database text may hold a NUL.
    text = text.removeprefix("\ufeff").replace("\x00", "")
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(";", ",", "\t", key=head.count))
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        missing = [column for column in required if column not in names]
        if missing:
            raise Refused("bad_columns", missing=", ".join(missing), wanted=";".join(required))
        rows = [(number, _row(names, cells)) for number, cells in enumerate(lines, 2) if any(map(str.strip, cells))]
    except csv.Error:
        raise Refused("bad_table") from None
    if len(rows) > MOST_ROWS:
        raise Refused("too_many_rows", most=MOST_ROWS)
    if not rows:
        raise Refused("nothing_read")
    return rows


def each(session: Session, rows: Rows, take: Take) -> Loaded:
    """Take every row; one that is refused is named and leaves nothing behind."""
    loaded = Loaded()
    for line, row in rows:
        try:
            if row is None:
                raise Refused("too_many_cells")
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


def code_of(kind: type[Code], row: Row, column: str, usual: Code | None = None) -> Code:
    """A cell that is one of a few words; an empty one is the usual word. Raises Refused("bad_cell")."""
    written = row.get(column, "").strip()
    if not written and usual is not None:
        return usual
    try:
        return kind(written.lower())
    except ValueError:
        raise Refused("bad_cell", column=column, cell=written, known=", ".join(kind)) from None


def day_of(written: str) -> date:
    """A day as a cell. Raises Refused("bad_date_cell")."""
    for form in _DAYS:
        try:
            return datetime.strptime(written.strip(), form).date()  # noqa: DTZ007 - a date, no instant
        except ValueError:
            continue
    raise Refused("bad_date_cell", cell=written)


def department_of(session: Session, named: str) -> Department | None:
    """By code or by name, in letters of any size; None for an empty cell. Raises Refused("department_unknown")."""
    wanted = " ".join(named.split()).casefold()
    if not wanted:
        return None
    # Compared here: SQLite knows no small letter of a Russian word.
    for number, code, name in session.execute(select(Department.id, Department.code, Department.name)):
        if wanted in (code, name.casefold()):
            return session.get(Department, number)
    raise Refused("department_unknown", name=named)


def topic_names(session: Session) -> dict[int, str]:
    """Every topic by its name; by group and name where two groups have one of the same."""
    query = select(Topic.id, TopicGroup.name, Topic.name).join(Topic.group)
    rows = session.execute(query).all()
    times = Counter(name for _, _, name in rows)
    return {number: f"{group} / {name}" if times[name] > 1 else name for number, group, name in rows}


def person_of(session: Session, login: str) -> Person | None:
    """By login; None for an empty cell. Raises Refused("login_unknown")."""
    login = login.strip().lower()
    if not login:
        return None
    found = session.scalar(select(Person).where(Person.login == login))
    if found is None:
        raise Refused("login_unknown", login=login)
    return found


def _row(names: Sequence[str], cells: Sequence[str]) -> Row | None:
    if any(map(str.strip, cells[len(names) :])):
        return None
    filled = [*cells, *[""] * (len(names) - len(cells))]
    return dict(zip(names, (plain(cell.strip()) for cell in filled), strict=False))
