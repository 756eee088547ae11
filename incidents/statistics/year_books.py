"""The yearly figures as workbooks: the table with its months, and one year with its sections, one sheet each."""

from collections.abc import Sequence

from incidents.statistics import measures, sheets, workbook
from incidents.statistics.measures import N_
from incidents.statistics.one_year import OneYear, Part
from incidents.statistics.sheets import Cell, NameOf, Say
from incidents.statistics.years import Table


def of_years(table: Table, months: Sequence[str], say: Say = str) -> bytes:
    """All years, and beside them the months of those that were counted; `months` are their names."""
    heads, *rows = sheets.years_rows(table, say)
    shares = [_share(year.in_time or 0, year.answered_or_due) for year in table.years]
    lines = [[*row, share] for row, share in zip(rows, [*shares, None], strict=True)]
    # The sum has only its number.
    lines[-1] = lines[-1][:2]
    by_months = [(year.year, *year.months) for year in table.years if year.months]
    return workbook.write(
        [
            (say(N_("By years")), [*map(str, heads), say(N_("In time, %"))], lines),
            (say(N_("Months")), [say(N_("Year")), *months], by_months),
        ]
    )


def of_year(year: OneYear, say: Say = str, name_of: NameOf = lambda section, name: name) -> bytes:
    """One year: its figures, and a sheet for each section."""
    first, *figures = sheets.year_figures(year, say)
    heads = [say(N_("Name")), say(N_("Received")), say(N_("In time")), say(N_("Late")), say(N_("In time, %"))]
    parts = [
        (say(section), heads, [_line(part, name_of(section, part.name)) for part in found])
        for section, found in sheets.sections(year).items()
        if found
    ]
    return workbook.write([(str(year.year), [str(cell) for cell in first], figures), *parts])


def _line(part: Part, name: str) -> list[Cell]:
    return [name, part.received, part.in_time, part.late, _share(part.in_time, part.cases)]


def _share(in_time: int, cases: int) -> float | None:
    rate = measures.rate(in_time, cases)
    return None if rate is None else measures.shown(rate)
