"""Files as «Инцидент Менеджмент» writes them: rows by the short names of the columns, as a workbook or as CSV."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import history, history_export
from incidents.records.appeals import Appeal
from incidents.rules import incident_manager
from incidents.rules.incident_manager import COLUMNS
from incidents.settings import Settings
from tests.cast import NOW
from tests.statistics.conftest import local

Cell = str | float | datetime | date | time | timedelta
Row = Mapping[str, Cell]

#: As in the real export: created before the office opened, answered within it.
ROW: Row = {
    **dict.fromkeys(COLUMNS, ""),
    "cabinet": "Город",
    "id": "52817344",
    "number": "1170233",
    "answered": "2025-12-25 09:56:39",
    "answer": "Здравствуйте! Яму засыпали.",
    "took": "0 days 12:30:37.103000",
    "took_working": "0 days 01:26:00",
    "responder_in_time": "Да",
    "lasted": "1 days 00:00:00",
    "step": "Готово",
    "created": "2025-12-24 21:26:02",
    "ended": "2025-12-25 21:26:02",
    "type": "Решаемый",
    "outcome": "Решено",
    "answer_media": "Нет",
    "media": "Да",
    "link": "https://vk.com/wall-1_2?reply=3",
    "text": "Яма на дороге, «Садовая»;\nкто ответит?",
    "audience": "225538.0",
    "author": "https://vk.com/id7",
    "polled": "Нет",
}
#: Both moments as the town's clock has them.
CREATED = local(2025, 12, 24, 21, 26) + timedelta(seconds=2)
ANSWERED = local(2025, 12, 25, 9, 56) + timedelta(seconds=39)
_FORMS = {
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss.000",
}


def workbook(path: Path, rows: Iterable[Row], header: Iterable[str] = COLUMNS.values(), first_row: int = 0) -> Path:
    """A real XLSX file; a moment or a length of time becomes a cell of that kind, a text stays text."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Инциденты")
        forms = {kind: book.add_format({"num_format": form}) for kind, form in _FORMS.items()}
        sheet.write_row(first_row, 0, list(header))
        for number, row in enumerate(rows, start=first_row + 1):
            for place, cell in enumerate(row.values()):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, float | int):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_datetime(number, place, cell, forms[type(cell)])
    return path


def table(path: Path, rows: Iterable[Row], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The same as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(COLUMNS.values())
        writer.writerows(row.values() for row in rows)
    return path


def load(session: Session, settings: Settings, path: Path, zone: ZoneInfo | None = None) -> history.RowsLoaded:
    """Bring a file in, as the command does."""
    with history_export.opened(path, incident_manager.REQUIRED) as export:
        return history.load_rows(
            session,
            export.lines,
            history.IMPORT,
            settings,
            now=NOW,
            zone=zone,
            understand=history_export.understand,
        )


def one(session: Session) -> Appeal:
    """The one appeal there is."""
    return session.scalars(select(Appeal)).one()
