"""The figures of a page as a workbook: the same numbers to the unit, one sheet a table, unknown left empty.

Words are written as words, whatever they begin with: a spreadsheet runs nothing of what it opens. `say` turns heads into
the reader's language.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from incidents.rules.csv_guard import defused
from incidents.statistics.board import Board
from incidents.statistics.measures import N_
from incidents.statistics.period import Figures, Sum
from incidents.statistics.sheets import Cell, Say

Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


def of_period(figures: Figures, name: str, days: str, say: Say = str) -> bytes:
    """A period with its two comparisons, its trend, waits, hours, topics and departments."""
    beside = [figures.previous, *([figures.year_ago] if figures.year_ago else [])]
    heads = ["", days, *(f"{each.period.first:%d.%m.%Y}–{each.period.last:%d.%m.%Y}" for each in beside)]
    summary: list[Sequence[Cell]] = [[say(head), *cells] for head, cells in _summary([figures.now, *beside])]
    summary += [
        [say(N_("Waiting")), figures.waiting],
        [say(N_("Without a norm")), figures.without_norm],
        [say(N_("Returned as “not ours”")), figures.returned],
        [say(N_("Repeated")), figures.repeated],
        [say(N_("Published without other eyes")), figures.alone],
        [say(N_("Answered in the period")), figures.answered_in_period],
        [say(N_("Promises kept")), figures.promises.kept],
        [say(N_("Promises broken")), figures.promises.broken],
    ]
    return _write([(name, heads, summary), *_parts(figures, say)])


def of_board(board: Board, say: Say = str) -> bytes:
    """What stands now, by departments, and the topics of today."""
    figures: list[Sequence[Cell]] = [
        (say(N_("Open appeals")), board.open),
        (say(N_("Overdue")), board.overdue_now),
        (say(N_("Up to 30 minutes")), board.due_soon),
        (say(N_("Answered today")), board.answered),
        (say(N_("In time")), board.in_time),
        (say(N_("Late after the first answer")), board.overdue_final_now + board.overdue_next_now),
    ]
    lines: list[Sequence[Cell]] = [
        (
            *(line.name or say(N_("without a department")), line.open, line.overdue_now, line.due_soon),
            *(line.answered, _rate(line.rate)),
        )
        for line in board.departments
    ]
    topics: list[Sequence[Cell]] = [(topic.name, *topic.days) for topic in board.topics]
    heads = [
        N_("Department"),
        N_("Open appeals"),
        N_("Overdue"),
        N_("Up to 30 minutes"),
        N_("Answered today"),
        N_("In time, %"),
    ]
    back = range(-7, 1)
    return _write(
        [
            (say(N_("Now")), [f"{board.today:%d.%m.%Y}", ""], figures),
            (say(N_("Departments")), [say(head) for head in heads], lines),
            (
                say(N_("Topics of today")),
                [say(N_("Topic")), *(str(day) if day else say(N_("Today")) for day in back)],
                topics,
            ),
        ]
    )


def _summary(sums: Sequence[Sum]) -> list[tuple[str, list[Cell]]]:
    return [
        (N_("Working days"), [each.working_days for each in sums]),
        (N_("Received"), [each.received for each in sums]),
        (N_("In time"), [each.in_time for each in sums]),
        (N_("Late"), [each.late for each in sums]),
        (N_("In time, %"), [_rate(each.rate) for each in sums]),
        (N_("Answered"), [each.waits.answers for each in sums]),
        (N_("Median, min"), [each.waits.median_minutes for each in sums]),
        (N_("9 of 10 within, min"), [each.waits.p90_minutes for each in sums]),
    ]


def _parts(figures: Figures, say: Say) -> list[Table]:
    trend = [
        (f"{p.first:%d.%m.%Y}", f"{p.last:%d.%m.%Y}", p.received, p.in_time, p.late, _rate(p.rate), p.p90_minutes)
        for p in figures.trend
    ]
    bars = [(bar.since, bar.to, bar.answers, bar.late) for bar in figures.bars]
    topics = [(t.name, t.group, t.received, t.before) for t in figures.topics]
    departments = [
        (
            *(d.name or say(N_("without a department")), d.received, d.in_time, d.late, _rate(d.rate)),
            *(d.waits.median_minutes, d.waits.p90_minutes, d.returned, d.repeated, d.promises.kept, d.promises.broken),
        )
        for d in figures.departments
    ]
    ends = [
        N_("From"),
        N_("To"),
        N_("Received"),
        N_("In time"),
        N_("Late"),
        N_("In time, %"),
        N_("9 of 10 within, min"),
    ]
    waits = [N_("From, min"), N_("To, min"), N_("Answers"), N_("Late")]
    columns = [N_("Department"), N_("Received"), N_("In time"), N_("Late"), N_("In time, %"), N_("Median, min")]
    columns += [N_("9 of 10 within, min"), N_("Not ours"), N_("Repeated"), N_("Promises kept"), N_("Promises broken")]
    days = [N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")]
    hours = ["", *(str(hour) for hour in range(24))]
    return [
        (say(N_("Trend")), [say(head) for head in ends], trend),
        (say(N_("How long people waited")), [say(head) for head in waits], bars),
        (
            say(N_("When they write")),
            hours,
            [(say(day), *week) for day, week in zip(days, figures.arrivals, strict=True)],
        ),
        (
            say(N_("When we are late")),
            hours,
            [(say(day), *week) for day, week in zip(days, figures.late_hours, strict=True)],
        ),
        (say(N_("Topics")), [say(head) for head in (N_("Topic"), N_("Group"), N_("Received"), N_("Before"))], topics),
        (say(N_("Departments")), [say(head) for head in columns], departments),
    ]


def _rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)


def _write(tables: Iterable[Table]) -> bytes:
    out = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, safe) as book:
        strong = book.add_format({"bold": True})
        for name, heads, rows in tables:
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, [_cell(head) for head in heads], strong)
            for place, row in enumerate(rows, start=1):
                sheet.write_row(place, 0, [_cell(cell) for cell in row])
            sheet.set_column(0, 0, 36)
            sheet.freeze_panes(1, 1)
    return out.getvalue()


def _cell(value: Cell) -> Cell:
    return defused(value) if isinstance(value, str) else value
