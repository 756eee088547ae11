"""The strip of time of a passport: where each line, each mark and each word of the drawing stands. No colours, no words.

Time that is counted is as wide as it lasted; the rest is compressed, or two hours of work would vanish beside a night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.rules.timeline import Line, What

WIDTH, LEFT, RIGHT = 980, 20, 960
TOP, HEIGHT = 52, 40
GAP = 1
#: So wide is a stretch that is not counted, at most and at least; a counted one at least.
WIDEST_IDLE, NARROWEST_IDLE, NARROWEST = 118.0, 16.0, 34.0
#: The share of the strip that may go to what is not counted.
IDLE_SHARE = 0.45
#: From such a width on a word fits into, or under, a stretch.
ROOM_INSIDE, ROOM_UNDER = 58, 92


@dataclass(frozen=True)
class Piece:
    """One line of the passport as drawn."""

    line: Line
    #: After the end of the clock: what was, or is, still left.
    is_rest: bool
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def is_counted(self) -> bool:
        return self.line.what in (What.COUNTED, What.MIXED)

    @property
    def has_room_inside(self) -> bool:
        return self.width >= ROOM_INSIDE

    @property
    def has_room_under(self) -> bool:
        return self.width >= ROOM_UNDER


@dataclass(frozen=True)
class Mark:
    """A moment on the strip; its word stands to the left or to the right of it."""

    x: float
    at: datetime
    anchor: str

    @property
    def word_x(self) -> float:
        return round(self.x + (6 if self.anchor == "start" else -6), 1)


@dataclass(frozen=True)
class Strip:
    """The whole drawing: its pieces, and the two moments that matter."""

    pieces: Sequence[Piece]
    end: Mark
    due: Mark


def draw(lines: Sequence[Line], rest: Sequence[Line], start: datetime, end: datetime, due_at: datetime) -> Strip:
    """Lay out the lines until the end and those that follow until the deadline."""
    given = [(line, False) for line in lines] + [(line, True) for line in rest]
    widths = _widths([line for line, _ in given])
    pieces: list[Piece] = []
    x = float(LEFT)
    for (line, is_rest), width in zip(given, widths, strict=True):
        pieces.append(Piece(line, is_rest, round(x, 1), round(width - GAP, 1)))
        x += width
    end_x, due_x = _place(pieces, end, start), _place(pieces, due_at, start)
    is_first = end_x <= due_x
    return Strip(pieces, _mark(end_x, end, is_first), _mark(due_x, due_at, not is_first))


def _widths(lines: Sequence[Line]) -> list[float]:
    """Compressed where nothing is counted, in proportion where it is; together as wide as the strip."""
    whole = float(RIGHT - LEFT)
    idle = [line for line in lines if not _is_counted(line)]
    counted = [line for line in lines if _is_counted(line)]
    if not counted:
        return [whole / max(1, len(lines))] * len(lines)
    narrow = min(WIDEST_IDLE, max(NARROWEST_IDLE, whole * IDLE_SHARE / max(1, len(idle))))
    narrow = min(narrow, whole * 0.7 / max(1, len(idle)))
    room = whole - narrow * len(idle)
    least = min(NARROWEST, room / len(counted))
    seconds = sum(_length(line) for line in counted)
    spare = room - least * len(counted)
    return [
        least + spare * (_length(line) / seconds if seconds else 1 / len(counted)) if _is_counted(line) else narrow
        for line in lines
    ]


def _is_counted(line: Line) -> bool:
    return line.what in (What.COUNTED, What.MIXED)


def _length(line: Line) -> float:
    return float(line.counted_seconds) or (line.ends - line.begins).total_seconds() * (line.what is What.COUNTED)


def _place(pieces: Iterable[Piece], at: datetime, start: datetime) -> float:
    """Where a moment lies: on the edge of a piece, for every end and deadline is one."""
    x = float(LEFT)
    for piece in pieces:
        if piece.line.begins >= at:
            return piece.x
        x = piece.x + piece.width
        if at < piece.line.ends:
            share = (at - piece.line.begins) / (piece.line.ends - piece.line.begins)
            return round(piece.x + piece.width * share, 1)
    return round(x, 1) if at >= start else float(LEFT)


def _mark(x: float, at: datetime, is_left: bool) -> Mark:
    """The earlier of two words stands before its line, the later after it, unless it would leave the drawing."""
    if x < LEFT + 130:
        return Mark(x, at, "start")
    if x > RIGHT - 130:
        # At the right edge both stand before their lines: the deadline's word is lifted by the template.
        return Mark(x, at, "end")
    return Mark(x, at, "end" if is_left else "start")
