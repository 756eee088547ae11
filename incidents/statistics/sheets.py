"""The figures as a sheet: CSV with semicolons, as an office's spreadsheet opens it. Unknown is empty, never nought.

`say` turns the words of a head into the reader's language.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from incidents.rules.csv_guard import defused
from incidents.statistics.measures import N_
from incidents.statistics.one_year import OneYear, Part
from incidents.statistics.years import Table

Say = Callable[[str], str]
Cell = str | int | float | None
#: What the code of a part of a section is called.
NameOf = Callable[[str, str], str]


def years(table: Table, say: Say = str) -> str:
    """The yearly table with its sum, as CSV."""
    return _write(years_rows(table, say))


def years_rows(table: Table, say: Say) -> list[Sequence[Cell]]:
    """The yearly table, its head first and its sum last."""
    heads = [
        *(N_("Year"), N_("Received"), N_("Growth, %"), N_("Same days, %"), N_("In time"), N_("Late"), N_("Waiting")),
        *(N_("Without a norm"), N_("Brought in as a number"), N_("Note")),
    ]
    rows: list[Sequence[Cell]] = [
        (
            *(year.year, year.received, year.growth_percent, year.same_days_percent, year.in_time, year.late),
            *(year.waiting, year.without_norm, year.imported, year.note),
        )
        for year in table.years
    ]
    return [[say(head) for head in heads], *rows, [say(N_("Total")), table.total]]


def one_year(year: OneYear, say: Say = str, name_of: NameOf = lambda section, name: name) -> str:
    """One year: its figures, then its sections line by line. `name_of` says what a part's code is called."""
    rows = year_figures(year, say)
    heads = [say(each) for each in (N_("Section"), N_("Name"), N_("Received"), N_("In time"), N_("Late"))]
    lines = [line for section, parts in sections(year).items() for line in _lines(section, parts, say, name_of)]
    return _write([*rows, [], heads, *lines] if lines else rows)


def year_figures(year: OneYear, say: Say) -> list[Sequence[Cell]]:
    """The figures of one year, each with its name."""
    figures: list[Sequence[Cell]] = [
        (N_("Received"), year.received),
        (N_("In time"), year.in_time),
        (N_("Late"), year.late),
        (N_("Waiting"), year.waiting),
        (N_("Without a norm"), year.without_norm),
        (N_("Not incidents"), year.rejected),
        (N_("Duplicates among them"), year.duplicates),
        (N_("Formal and other ways"), year.other_kinds),
        (N_("Answered in the year"), year.answered_in_period),
        (N_("Median, min"), year.median_minutes),
        (N_("9 of 10 within, min"), year.p90_minutes),
        (N_("Backlog at the start"), year.backlog_start),
        (N_("Backlog at the end"), year.backlog_end),
        (N_("Brought in as a number"), year.imported),
    ]
    return [(say(N_("Year")), year.year), *((say(str(head)), value) for head, value in figures)]


def sections(year: OneYear) -> dict[str, tuple[Part, ...]]:
    """What a year is cut into, by the names of the cuts."""
    return {
        N_("Months"): year.months,
        N_("Groups of topics"): year.groups,
        N_("Departments"): year.departments,
        N_("Networks"): year.networks,
    }


def _lines(section: str, parts: Iterable[Part], say: Say, name_of: NameOf) -> list[Sequence[Cell]]:
    return [(say(section), name_of(section, part.name), part.received, part.in_time, part.late) for part in parts]


def _write(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str:
    """Words that a spreadsheet would run are defused with an apostrophe; numbers are ours and stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    return str(value).replace(".", ",")
