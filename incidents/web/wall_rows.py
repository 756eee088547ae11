"""The rows of the big screen's drawings: names, numbers and words, few enough to be read from afar."""

from dataclasses import dataclass

from flask_babel import gettext

from incidents.statistics.board import Board
from incidents.statistics.period import Figures
from incidents.web import display, moments

#: Rows of a drawing.
MOST = 6


@dataclass(frozen=True)
class Line:
    """One lying bar: its parts by tone, the number behind it, and a word."""

    name: str
    total: int
    parts: tuple[tuple[str, int], ...]
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One upright bar, red as far as it is late; without a name where there is no room for one."""

    name: str
    total: int
    late: int


def who_has_it(board: Board) -> list[Line]:
    """The departments with most open, what is late and soon due in front."""
    lines = []
    for each in [line for line in board.departments if line.open][:MOST]:
        words = [gettext("%(count)s overdue", count=each.overdue_now)] * bool(each.overdue_now)
        words += [gettext("%(count)s soon", count=each.due_soon)] * bool(each.due_soon)
        rest = max(each.open - each.overdue_now - each.due_soon, 0)
        parts = (("late", each.overdue_now), ("soon", each.due_soon), ("h3", rest))
        lines.append(Line(each.name or gettext("without a department"), each.open, parts, ", ".join(words)))
    return lines


def what_about(board: Board) -> list[Line]:
    """The topics of today, the one written about most first."""
    return [
        Line(
            topic.name,
            topic.today,
            (("h3", topic.today),),
            f"×{display.number(round(topic.times, 1))}" if topic.times else gettext("new"),
        )
        for topic in sorted(board.topics, key=lambda topic: -topic.today)[:MOST]
    ]


def who_answers(seen: Figures) -> list[Line]:
    """The departments with most received, the late in front, and the share in time where it says something."""
    return [
        Line(
            each.name or gettext("without a department"),
            each.received,
            (("late", each.late), ("h3", each.received - each.late)),
            "" if each.rate is None else display.percent(each.rate, digits=0),
        )
        for each in seen.departments[:MOST]
    ]


def hours(seen: Figures, weekday: int) -> list[Column]:
    """One day by its hours, every third named."""
    pairs = zip(seen.arrivals[weekday], seen.late_hours[weekday], strict=True)
    return [Column("" if hour % 3 else str(hour), *each) for hour, each in enumerate(pairs)]


def days(seen: Figures) -> list[Column]:
    """Day by day."""
    return [Column(str(moments.SHORT_WEEKDAYS[each.first.weekday()]), each.received, each.late) for each in seen.trend]
