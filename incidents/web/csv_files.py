"""Tables as CSV files for an office's spreadsheet: semicolons, a byte order mark, cells that cannot run; and back again."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from flask import Response

from incidents.rules.acts import Refused
from incidents.rules.csv_guard import defused, plain
from incidents.web import current

#: The most rows an uploaded table may have: what it holds is compared row by row before anything is saved.
MOST_ROWS = 5_000


def written(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; True is `yes`, False and None are empty."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def download(rows: Iterable[Sequence[object]], name: str) -> Response:
    """The rows as a file named for the day of the town: `people-2026-11-03.csv`."""
    # A byte order mark: without it the office's spreadsheet shows Russian as rubbish.
    response = Response("\ufeff" + written(rows), mimetype="text/csv")
    day = current.now().astimezone(current.settings().town_zone)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day:%Y-%m-%d}.csv"'
    return response


def read(text: str, required: Sequence[str]) -> list[tuple[int, Mapping[str, str]]]:
    """The rows of a table by column name, each with its line counted from 1; empty lines are passed over.

    Commas and tabs are understood too. Raises Refused: `bad_columns`, `too_many_rows`, `nothing_read`.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(";", ",", "\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        missing = [column for column in required if column not in names]
        if missing:
            raise Refused("bad_columns", missing=", ".join(missing), wanted=";".join(required))
        rows: list[tuple[int, Mapping[str, str]]] = [
            (lines.line_num, dict(zip(names, (plain(cell.strip()) for cell in cells), strict=False)))
            for cells in lines
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        raise Refused("bad_table") from None
    if len(rows) > MOST_ROWS:
        raise Refused("too_many_rows", most=MOST_ROWS)
    if not rows:
        raise Refused("nothing_read")
    return rows


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else defused(str(value))
