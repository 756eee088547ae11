"""The working spans of a calendar as instants, with the working time before each, so that any stretch is two look-ups.

Instants here are whole microseconds since 1970 (UTC): integers are exact, and are compared faster than dates. The table
is made year by year when a year is first asked for; what is made is never changed, so threads may share it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE

Span = tuple[int, int]


def to_micros(moment: datetime) -> int:
    """An aware instant as microseconds."""
    return micros(moment - EPOCH)


def micros(length: timedelta) -> int:
    """A length of time as microseconds, exactly."""
    return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds


def from_micros(instant: int) -> datetime:
    """Microseconds as an aware instant (UTC)."""
    return EPOCH + timedelta(microseconds=instant)


@dataclass(frozen=True, slots=True)
class Known:
    """The spans of whole local years in order: [begins, ends) is what they cover, `before` the working time before each."""

    begins: int
    ends: int
    opens: Sequence[int] = ()
    closes: Sequence[int] = ()
    #: One longer than the spans: the last is all there is.
    before: Sequence[int] = (0,)

    def worked(self, instant: int) -> int:
        """Working time from the beginning of what is known until this instant."""
        index = bisect_right(self.opens, instant)
        if not index:
            return 0
        return self.before[index - 1] + min(instant, self.closes[index - 1]) - self.opens[index - 1]

    def when(self, total: int) -> int:
        """The first instant at which so much was worked; `total` is more than nothing, and known."""
        index = bisect_left(self.before, total) - 1
        return self.opens[index] + total - self.before[index]

    def following(self, instant: int) -> int:
        """The place of the span that contains or follows an instant; past the last if none is known."""
        return bisect_right(self.closes, instant)


class Spans:
    """The spans of one calendar: `intervals_on` tells the working minutes of a local date."""

    __slots__ = ("_intervals_on", "_known", "_zone")

    def __init__(self, zone: ZoneInfo, intervals_on: Callable[[date], Sequence[tuple[int, int]]]) -> None:
        self._zone, self._intervals_on = zone, intervals_on
        # Covers nothing: it ends before it begins.
        self._known = Known(1, 0)

    def covering(self, begin: int, end: int) -> Known:
        """What is known, made to reach from `begin` to `end` at least (begin <= end)."""
        known = self._known
        if known.begins <= begin and end <= known.ends:
            return known
        first, last = self._year(begin), self._year(end)
        if known.begins < known.ends:
            first, last = min(first, self._year(known.begins)), max(last, self._year(known.ends - 1))
        self._known = known = self._made(first, last, known)
        return known

    def of_day(self, day: date) -> list[Span]:
        """The spans of one local date."""
        return list(self._of_days(day, day))

    def _made(self, first: int, last: int, known: Known) -> Known:
        """The years from first to last, those that are known taken over."""
        begins, ends = self._midnight(date(first, 1, 1)), self._midnight(date(last + 1, 1, 1))
        earlier: list[Span] = []
        later: list[Span] = []
        if known.begins > known.ends:
            later = list(self._of_days(date(first, 1, 1), date(last, 12, 31)))
        else:
            if begins < known.begins:
                earlier = list(self._of_days(date(first, 1, 1), date(self._year(known.begins) - 1, 12, 31)))
            if known.ends < ends:
                later = list(self._of_days(date(self._year(known.ends), 1, 1), date(last, 12, 31)))
        opens = [*(span[0] for span in earlier), *known.opens, *(span[0] for span in later)]
        closes = [*(span[1] for span in earlier), *known.closes, *(span[1] for span in later)]
        lengths = (close - open_ for open_, close in zip(opens, closes, strict=True))
        return Known(begins, ends, opens, closes, list(accumulate(lengths, initial=0)))

    def _of_days(self, first: date, last: date) -> Iterator[Span]:
        """The spans of the local dates from first to last.

        Hours that the clock jumps over in spring would end before they begin, or twice be counted: nothing begins
        before the end of what was. Two days are looked at before the first, for a jump over midnight.
        """
        edge = -(2**63)
        ordinal, until = first.toordinal() - 2, last.toordinal()
        day = date.fromordinal(ordinal)
        midnight, offset = self._midnight(day), self._offset(day)
        while ordinal <= until:
            following = date.fromordinal(ordinal + 1)
            next_midnight, next_offset = self._midnight(following), self._offset(following)
            for opens_at, closes_at in self._intervals_on(day):
                if offset == next_offset:
                    opens, closes = midnight + opens_at * MINUTE, midnight + closes_at * MINUTE
                else:
                    opens, closes = self._instant(day, opens_at), self._instant(day, closes_at)
                opens = max(edge, opens)
                closes = edge = max(opens, closes)
                if opens < closes and day >= first:
                    yield opens, closes
            day, ordinal, midnight, offset = following, ordinal + 1, next_midnight, next_offset

    def _offset(self, day: date) -> timedelta | None:
        return self._zone.utcoffset(datetime(day.year, day.month, day.day, tzinfo=self._zone))

    def _midnight(self, day: date) -> int:
        return to_micros(datetime(day.year, day.month, day.day, tzinfo=self._zone))

    def _instant(self, day: date, minute: int) -> int:
        if minute == 24 * 60:
            return self._midnight(day + timedelta(days=1))
        return to_micros(datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self._zone))

    def _year(self, instant: int) -> int:
        return from_micros(instant).astimezone(self._zone).year
