"""Where the parts of a drawing stand, in its own units; the templates draw them as SVG with words and links.

Sizes are attributes of SVG elements, since the pages forbid inline styles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from incidents.statistics.years import Term

#: The steps of a heat map above nought, lightest to darkest.
STEPS = 4
#: The room of a lying bar.
LONGEST = 220


@dataclass(frozen=True, slots=True)
class Column:
    """One upright bar with its middle, and the height of the number over it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    number_y: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Upright bars side by side on one line."""

    width: int
    height: int
    floor: int
    bars: tuple[Column, ...]
    #: How much room each has; words wider than that are left out.
    room: float
    #: Of the same values on their side, for a phone.
    lengths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of the norm: where it stands between the bars, and the terms before and after it in minutes."""

    x: float
    before: int
    after: int


def columns(values: Sequence[int], *, width: int = 540, height: int = 250, top: int = 50, foot: int = 40) -> Columns:
    """Bars of these values, the largest as high as there is room."""
    floor, largest = height - foot, max(values, default=0) or 1
    room = (width - 8) / max(len(values), 1)
    bar = min(62.0, room * 0.7)
    bars = []
    for place, value in enumerate(values):
        middle = 4 + room * (place + 0.5)
        # A value that is not nought is always seen.
        tall = max(2.0 if value else 0.0, (floor - top) * value / largest)
        bars.append(
            Column(
                _unit(middle - bar / 2), _unit(floor - tall), _unit(bar), _unit(tall), _unit(middle), floor - tall - 7
            )
        )
    return Columns(width, height, floor, tuple(bars), room, tuple(share(value, largest, LONGEST) for value in values))


def marks(terms: Sequence[Term], years: Sequence[int], drawn: Columns) -> list[Mark]:
    """The changes of the norm that fall among the years; the first norm changes nothing."""
    found = []
    for before, after in pairwise(terms):
        if before.minutes != after.minutes and years and years[0] <= after.valid_from.year <= years[-1]:
            x = 4 + drawn.room * _place(after.valid_from, years)
            found.append(Mark(_unit(x), before.minutes, after.minutes))
    return found


def share(value: int, largest: int, width: int) -> float:
    """The length of a lying bar of at most `width`."""
    return _unit(max(2.0 if value else 0.0, width * value / largest)) if largest else 0.0


def step(value: int, largest: int) -> int:
    """The step of a heat map: 0 for nought, else 1 to STEPS."""
    return min(STEPS, 1 + value * STEPS // (largest + 1)) if value else 0


def _place(on: date, years: Sequence[int]) -> float:
    """Where a date stands among the years, in bars; a year that is not drawn has no room."""
    before = sum(year < on.year for year in years)
    passed = (on - date(on.year, 1, 1)).days / 366
    return before + (passed if on.year in years else 0)


def _unit(value: float) -> float:
    return round(value, 1)
