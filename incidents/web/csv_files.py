"""Tables as CSV files for an office's spreadsheet: semicolons, a byte order mark, cells that cannot run; and as they come back."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from incidents.rules.csv_guard import defused
from incidents.web import current


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


def decoded(raw: bytes) -> str | None:
    """An uploaded text, in UTF-8 or Windows-1251; None for what is no text."""
    if b"\0" in raw:
        return None
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else defused(str(value))
