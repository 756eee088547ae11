"""A file of history as lines of cells: UTF-8 with or without its mark, or cp1251; parted by commas or semicolons.

What the cells mean is decided in `history`; here nothing is refused but a file that has not the columns.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from incidents.rules.acts import Refused

REQUIRED = ("external_id", "network", "text", "received_at")
COLUMNS = (
    *("external_id", "network", "text", "author_name", "author_url", "permalink", "posted_at", "received_at"),
    *("answered_at", "answer_text", "topic", "department", "status"),
)
#: Where the line stands in the file, counted from 1, and its cells by column; None where it cannot be read at all.
Line = tuple[int, Mapping[str, str] | None]

_LONGEST_CELL = 4 * 1024 * 1024
_CHUNK = 1024 * 1024


def read(path: Path) -> Iterator[Line]:
    """The lines of a file, read as they are asked for, so that its size does not matter. Empty lines are passed over.

    Raises Refused("bad_columns") before the first line when it is no file of history.
    """
    with opened(path) as (head, lines):
        names = [name.strip().lower() for name in head]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise Refused("bad_columns", missing=", ".join(missing), wanted=",".join(COLUMNS))
        for number, cells in lines:
            yield number, None if cells is None else dict(zip(names, cells, strict=False))


@contextmanager
def opened(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str] | None]]]]:
    """The header of a CSV file, and its lines: where each begins, counted from 1, and its cells.

    None stands for cells that cannot be read, and for more of them than the header has, as after an unquoted delimiter
    in a text. Empty lines are passed over.
    """
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
            first = file.readline()
            reader = csv.reader(file, delimiter=delimiter_of(first))
            head = next(csv.reader([first], delimiter=delimiter_of(first)), [])
            yield head, _lines(reader, len(head))
    finally:
        # The limit is the whole process's: what else it reads keeps the usual one.
        csv.field_size_limit(usual)


def text_of(path: Path) -> str:
    """A small file as text, in whichever of the encodings it is written."""
    return path.read_text(encoding=encoding_of(path), errors="replace")


def encoding_of(path: Path) -> str:
    """`utf-8-sig` when all of it is UTF-8, else `cp1251`: Russian text in cp1251 is never valid UTF-8 by chance."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def delimiter_of(head: str) -> str:
    """The sign that parts the cells of a header."""
    return ";" if head.count(";") > head.count(",") else ","


def _lines(reader: Any, width: int) -> Iterator[tuple[int, list[str] | None]]:
    while True:
        # A cell may hold line ends: a line is named by where it begins.
        number = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        if any(cell.strip() for cell in cells):
            # No database text may hold a NUL.
            is_whole = not any(cell.strip() for cell in cells[width:])
            yield number, [cell.replace("\x00", "").strip() for cell in cells] if is_whole else None
