"""An export of «Инцидент Менеджмент» as lines of cells: a workbook (XLSX), or CSV in any form that `history_file` reads.

Columns are known by their names, in whatever order. A CSV file is read as it is asked for; the library reads a
workbook's sheet whole, about 150 bytes a cell. What a row means is decided in `rules.incident_manager`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from python_calamine import CalamineError, CalamineWorkbook

from incidents.flow import history_file
from incidents.flow.history_file import Line
from incidents.networks import links
from incidents.rules import incident_manager
from incidents.rules.acts import Refused
from incidents.rules.cells import address
from incidents.rules.history import Past
from incidents.rules.incident_manager import COLUMNS, NOTHING
from incidents.rules.places import Network

#: How a workbook begins: a ZIP archive, or the older container that also holds whatever is locked by a password.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is open. `word` is what people call a line of it: a workbook has rows, as its program numbers them."""

    lines: Iterator[Line]
    word: str
    #: Columns of the layout that the file has not, and columns of the file that the layout has not, by their names.
    absent: Sequence[str]
    extra: Sequence[str]


@contextmanager
def opened(path: Path, required: Sequence[str]) -> Iterator[Export]:
    """Open a file; its cells are named as in `incident_manager.COLUMNS`.

    Raises Refused: bad_columns (not all of `required` are there), bad_workbook.
    """
    with path.open("rb") as file:
        is_workbook = file.read(4).startswith(_WORKBOOKS)
    if is_workbook:
        rows = _rows(path)
        _, head = next(rows, (1, None))
        yield _export(head or [], rows, "row", required)
        return
    with history_file.opened(path) as (head, lines):
        yield _export(head, lines, "line", required)


def understand(cells: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Past:
    """The appeal of a row, as `history.load_rows` asks for it; its network is told by the host of its link."""
    return incident_manager.past(cells, _network(cells.get("link", "")), zone, now)


def _network(link: str) -> Network | None:
    try:
        found = links.recognise(address(link) or "").network
    except links.BadLink:
        return None
    return None if found is Network.OTHER else found


def _export(
    head: Sequence[str], rows: Iterator[tuple[int, list[str] | None]], word: str, required: Sequence[str]
) -> Export:
    known = {_plain(name): code for code, name in COLUMNS.items()}
    places: dict[str, int] = {}
    extra = []
    for place, name in enumerate(head):
        code = known.get(_plain(name))
        if code and code not in places:
            places[code] = place
        elif name:
            extra.append(name)
    missing = [COLUMNS[code] for code in required if code not in places]
    if missing:
        raise Refused("bad_columns", missing=_listed(missing), wanted=_listed([COLUMNS[code] for code in required]))
    absent = [name for code, name in COLUMNS.items() if code not in places]
    lines = ((number, None if cells is None else _named(places, cells)) for number, cells in rows)
    return Export(lines, word, absent, extra)


def _named(places: Mapping[str, int], cells: Sequence[str]) -> Mapping[str, str]:
    found = {code: cells[place] for code, place in places.items() if place < len(cells)}
    return {code: "" if said in NOTHING else said for code, said in found.items()}


def _rows(path: Path) -> Iterator[tuple[int, list[str] | None]]:
    """The rows of a workbook's first sheet that are not empty, numbered as its program numbers them."""
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            for number, row in enumerate(book.get_sheet_by_index(0).iter_rows(), start=1):
                cells = [_text(cell) for cell in row]
                if any(cells):
                    yield number, cells
    except CalamineError as error:
        raise Refused("bad_workbook", why=str(error)) from None


def _text(cell: Cell) -> str:
    """A cell as CSV would hold it."""
    if isinstance(cell, bool):
        return "Да" if cell else "Нет"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # No database text may hold a NUL.
    return str(cell).replace("\x00", "").strip()


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)
