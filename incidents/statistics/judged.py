"""What has a verdict: of so many in time and so many late, how many there are and what share was in time.

One place for every row of figures that shows a share, so that none is told where a page would hide it.
"""

from incidents.statistics import measures


class Judged:
    """A row with `in_time` and `late`."""

    __slots__ = ()
    in_time: int
    late: int

    @property
    def cases(self) -> int:
        """Of how many there is a verdict."""
        return self.in_time + self.late

    @property
    def rate(self) -> float | None:
        """In time of those with a verdict, in percent; None where too few had a deadline to say."""
        return measures.rate(self.in_time, self.cases)
