"""Yearly totals from before the program: appeals registered elsewhere, of which nothing but the number is known.

What a line of the file says is decided in `rules.history`; single appeals of the past come by `history`.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.rules import history
from incidents.rules.acts import Actor, Status
from incidents.rules.history import BadLine

STREAM = "figures"


@dataclass(frozen=True, slots=True)
class TotalsLoaded:
    """What a file of totals did: the years that now hold its numbers, and the lines left out, each with its reason."""

    years: tuple[int, ...]
    left_out: tuple[tuple[int, str], ...]


def load_totals(session: Session, text: str, by: Actor, *, now: datetime, zone: ZoneInfo) -> TotalsLoaded:
    """Take yearly numbers, `year,count[,note]` a line, with or without a header. A new number replaces an older one;
    0 takes it back. A year whose appeals the program counts itself is left out."""
    # Three cells: a note may hold the delimiter, also without quotes.
    delimiter = ";" if text.count(";") > text.count(",") else ","
    taken: dict[int, int] = {}
    left_out = []
    for number, cells in enumerate(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter), start=1):
        if not any(cell.strip() for cell in cells) or (number == 1 and not cells[0].strip().isdecimal()):
            continue
        try:
            total = history.total([*cells[:2], delimiter.join(cells[2:])], now.astimezone(zone).year)
            if total.year in taken:
                raise BadLine("year_twice")
            if _is_counted(session, total.year, zone):
                raise BadLine("year_is_counted")
        except BadLine as bad:
            left_out.append((number, bad.reason))
            continue
        taken[total.year] = total.count
        row = session.get(YearTotal, total.year)
        if total.count:
            session.merge(YearTotal(year=total.year, received=total.count, note=total.note, imported_at=now))
        elif row is not None:
            session.delete(row)
    session.flush()
    if taken:
        data = {str(year): count for year, count in taken.items()}
        append(session, Draft(STREAM, "load_totals", by.name, now, data), now=now)
    return TotalsLoaded(tuple(sorted(taken)), tuple(left_out))


def _is_counted(session: Session, year: int, zone: ZoneInfo) -> bool:
    first, after = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    counted = select(Appeal.number).where(
        Appeal.received_at >= first, Appeal.received_at < after, Appeal.status != Status.REJECTED
    )
    return session.scalar(counted.limit(1)) is not None
