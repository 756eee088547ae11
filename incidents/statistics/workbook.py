"""The figures of a page as a workbook: the same numbers to the unit, one sheet a table, unknown left empty.

Words are written as words, whatever they begin with: a spreadsheet runs nothing of what it opens. `say` turns heads into
the reader's language.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from incidents.rules import growing
from incidents.rules.csv_guard import defused
from incidents.statistics import measures
from incidents.statistics.board import Board
from incidents.statistics.measures import N_
from incidents.statistics.period import Figures
from incidents.statistics.sheets import Cell, Say
from incidents.statistics.stretches import Sum

Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


def of_period(figures: Figures, name: str, days: str, say: Say = str) -> bytes:
    """A period with its two comparisons, its trend, waits, hours, topics and departments."""
    beside = [figures.previous, *([figures.year_ago] if figures.year_ago else [])]
    heads = ["", days, *(f"{each.period.first:%d.%m.%Y}–{each.period.last:%d.%m.%Y}" for each in beside)]
    summary: list[Sequence[Cell]] = [[say(head), *cells] for head, cells in _summary([figures.now, *beside])]
    summary += [
        [say(N_("Growth, %")), None, *(figures.growth(each) for each in beside)],
        [say(N_("Waiting")), figures.waiting],
        [say(N_("Without a norm")), figures.without_norm],
        [say(N_("Returned as “not ours”")), figures.returned],
        [say(N_("Repeated")), figures.repeated],
        [say(N_("Published without other eyes")), figures.alone],
        [say(N_("Answered in the period")), figures.answered_in_period],
        [say(N_("Promises kept")), figures.promises.kept],
        [say(N_("Promises broken")), figures.promises.broken],
    ]
    return write([(name, heads, summary), *_parts(figures, say)])


def of_board(board: Board, say: Say = str) -> bytes:
    """What stands now, by departments, and the topics of today."""
    figures: list[Sequence[Cell]] = [
        (say(N_("In time today, %")), _rate(board.rate)),
        (say(N_("In time today")), board.in_time),
        (say(N_("With a deadline among them")), board.cases),
        (say(N_("In time, 7 days, %")), _rate(board.week_rate)),
        (say(N_("Late in 7 days")), board.week_cases - board.week_in_time),
        (say(N_("Open appeals")), board.open),
        (say(N_("Overdue")), board.overdue_now),
        (say(N_("Longest overdue, min")), _minutes(board, board.longest_due_at, up=True)),
        (say(N_("Up to 30 minutes")), board.due_soon),
        (say(N_("Oldest, min")), _minutes(board, board.oldest.received_at if board.oldest else None)),
        (say(N_("Answered today")), board.answered),
        (say(N_("Final answers that are late")), board.overdue_final_now),
        (say(N_("Answers to new messages that are late")), board.overdue_next_now),
    ]
    lines: list[Sequence[Cell]] = [
        (
            *(line.name or say(N_("without a department")), line.open, line.overdue_now, line.due_soon),
            *(line.answered, _rate(line.week_rate)),
        )
        for line in board.departments
    ]
    topics: list[Sequence[Cell]] = [(topic.name, *topic.days, _times(topic.times)) for topic in board.topics]
    heads = [N_("Department"), N_("Open appeals"), N_("Overdue"), N_("Up to 30 minutes"), N_("Answered today")]
    heads += [N_("In time, 7 days, %")]
    back = [str(day) for day in range(-growing.USUAL_DAYS, 0)]
    return write(
        [
            (say(N_("Now")), [f"{board.today:%d.%m.%Y}", ""], figures),
            (say(N_("Departments")), [say(head) for head in heads], lines),
            (say(N_("Topics of today")), [say(N_("Topic")), *back, say(N_("Today")), say(N_("Growth, times"))], topics),
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
    topics = [(t.name, t.group, t.received, t.before, _times(t.times)) for t in figures.topics]
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
        (
            say(N_("Topics")),
            [say(head) for head in (N_("Topic"), N_("Group"), N_("Received"), N_("Before"), N_("Growth, times"))],
            topics,
        ),
        (say(N_("Departments")), [say(head) for head in columns], departments),
    ]


def _rate(rate: float | None) -> float | None:
    return None if rate is None else measures.shown(rate)


def _times(times: float | None) -> float | None:
    return None if times is None else round(times, 1)


def _minutes(board: Board, since: datetime | None, *, up: bool = False) -> int | None:
    """Whole minutes up to now, as the page rounds them: what is late, up."""
    if since is None:
        return None
    seconds = (board.now - since).total_seconds()
    return -int(-seconds // 60) if up else int(seconds // 60)


def write(tables: Iterable[Table]) -> bytes:
    """A workbook of these tables, a sheet each."""
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
