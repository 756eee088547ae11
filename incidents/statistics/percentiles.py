"""How long the first answer took: median and 90th percentile by the nearest rank, the same on both databases."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, case, func

from incidents.records.appeals import Appeal
from incidents.statistics import measures
from incidents.statistics.moments import whole_seconds

#: From the start of the clock to the first answer that the citizen could see. Whole seconds; an answer that the network
#: dates before the start counts as none.
WAITED: ColumnElement[int] = whole_seconds(Appeal.answered_at) - whole_seconds(
    func.coalesce(Appeal.clock_started_at, Appeal.received_at)
)

#: The bars of the distribution: a quarter of an hour each, and one for all that took longer.
BAR_SECONDS, BARS = 900, 16


@dataclass(frozen=True, slots=True)
class Waits:
    """Of so many answers: the values that stand at the two ranks, in minutes with one digit; None of fewer than
    `measures.FEWEST`, of which neither says anything."""

    answers: int = 0
    median_minutes: float | None = None
    p90_minutes: float | None = None


def of(seconds: Iterable[int]) -> Waits:
    """The ranks of the waits of answers, in any order."""
    each = sorted(seconds)
    if len(each) < measures.FEWEST:
        return Waits(len(each))
    ranks = (each[measures.nearest_rank(len(each), percent) - 1] for percent in (50, 90))
    return Waits(len(each), *(round(max(0, rank) / 60, 1) for rank in ranks))


def bars(seconds: Iterable[int]) -> list[int]:
    """How many of the waits stand in each bar."""
    each = sorted(seconds)
    ends = [bisect_right(each, BAR_SECONDS * number) for number in range(1, BARS + 1)]
    return [after - before for before, after in pairwise([0, *ends, len(each)])]


def bar() -> ColumnElement[int]:
    """Which bar an answer stands in, for a list. A bar holds its end and not its beginning, so that what is exactly on the norm
    stands before its line."""
    return case((WAITED <= 0, 0), (WAITED > BAR_SECONDS * BARS, BARS), else_=(WAITED - 1) // BAR_SECONDS)
