"""The appeals of a stretch as a few small numbers each, in the order in which they came: what the figures of any days are
counted from, and what is kept of a day that is over (`kept`).

Verdicts are the database's, by the very conditions of `measures`; here they are only bits. Ranks, bars and the hours of the
week need every appeal, but nothing else of it.
"""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import compress, pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, case, func, literal, type_coerce

from incidents.records.appeals import Appeal
from incidents.rules.places import Network
from incidents.statistics import measures, moments, percentiles

#: The measures that an appeal holds or does not: one bit each.
VERDICTS = ("in_time", "late", "waiting", "without_norm", "answered", "returned", "repeated", "open")
BIT = {name: 1 << place for place, name in enumerate(VERDICTS)}
NETWORKS = tuple(Network)
HOUR, HOURS_OF_WEEK = 3_600, 7 * 24
#: 1 January 1970 was a Thursday.
_THURSDAY = 3 * 24
#: What of an appeal there is, and as which number of `array`.
_TYPES = {
    "received": "q",
    "answered": "q",
    "waited": "q",
    "department": "i",
    "topic": "i",
    "network": "B",
    "hour": "B",
    "verdicts": "B",
}
_SIZES = {name: array(code).itemsize for name, code in _TYPES.items()}
_SIZE = sum(_SIZES.values())


class Facts:
    """Appeals that are counted, the first first. `received` and `answered` are whole seconds since 1970, `waited` those until
    the first answer; both are 0 without one. A department and topic that are none are 0; `network` is a place in NETWORKS;
    `hour` the hour of the week by the town's clock, Monday first; `verdicts` are bits.

    They are made of what was packed of stretches in order of time, and unpacked when a column is first looked at: of what was
    counted lately (`lru_cache`) none is.
    """

    __slots__ = (*_TYPES, "_parts")
    received: "array[int]"
    answered: "array[int]"
    waited: "array[int]"
    department: "array[int]"
    topic: "array[int]"
    network: "array[int]"
    hour: "array[int]"
    verdicts: "array[int]"
    _parts: tuple[bytes, ...] | None

    def __init__(self, parts: Iterable[bytes] = ()) -> None:
        self._parts = tuple(parts)

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[int]], zone: ZoneInfo) -> Self:
        """What the database told of `columns`, in order of arrival."""
        asked = [name for name in _TYPES if name != "hour"]
        told = dict(zip(asked, zip(*rows, strict=True) if rows else [()] * len(asked), strict=True))
        return cls._of_columns({**told, "hour": _hours(told["received"], zone)})

    @classmethod
    def _of_columns(cls, columns: Mapping[str, Iterable[int]]) -> Self:
        found = cls()
        found._parts = None
        for name, code in _TYPES.items():
            setattr(found, name, array(code, columns[name]))
        return found

    def __getattr__(self, name: str) -> "array[int]":
        # Only where a column is not there yet.
        if name not in _TYPES:
            raise AttributeError(name)
        for column, code in _TYPES.items():
            setattr(self, column, array(code))
        for part in self._parts or ():
            number, at, view = len(part) // _SIZE, 0, memoryview(part)
            for column, size in _SIZES.items():
                getattr(self, column).frombytes(view[at : at + size * number])
                at += size * number
        found: array[int] = getattr(self, name)
        return found

    def __hash__(self) -> int:
        return hash(self.parts())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and self.parts() == other.parts()

    def __len__(self) -> int:
        return len(self.received)

    def parts(self) -> tuple[bytes, ...]:
        """What they are made of."""
        if self._parts is None:
            self._parts = (b"".join(getattr(self, name).tobytes() for name in _TYPES),)
        return self._parts

    def packed(self) -> bytes:
        """As it is kept."""
        [part] = self.parts()
        return part

    def between(self, first: datetime, after: datetime) -> "Facts":
        """Those received from a moment on and before another; both whole seconds."""
        begin, end = (bisect_left(self.received, int(at.timestamp())) for at in (first, after))
        return Facts._of_columns({name: getattr(self, name)[begin:end] for name in _TYPES})

    def counts(self) -> dict[str, int]:
        """How many there are, and how many hold each verdict."""
        return told(Counter(self.verdicts.tobytes()))

    def by(self, name: str) -> dict[int, Counter[int]]:
        """How often each combination of verdicts stands in each part, to be `told`."""
        found: dict[int, Counter[int]] = defaultdict(Counter)
        for (key, verdicts), count in Counter(zip(getattr(self, name), self.verdicts, strict=True)).items():
            found[key][verdicts] = count
        return found

    def of(self, name: str, *verdicts: str) -> Iterator[int]:
        """One number of each appeal that holds all these verdicts."""
        return compress(
            getattr(self, name), self.verdicts.tobytes().translate(_holding(sum(BIT[each] for each in verdicts)))
        )


def told(each: Mapping[int, int]) -> dict[str, int]:
    """So many of each combination of verdicts by the names of the measures, `received` all of them."""
    held = {name: sum(count for bits, count in each.items() if bits & bit) for name, bit in BIT.items()}
    return {"received": sum(each.values()), **held}


def _hours(received: Sequence[int], zone: ZoneInfo) -> list[int]:
    """The hour of the week of each moment, which stand in order."""
    if not received:
        return []
    first, last = (datetime.fromtimestamp(at, zone) for at in (received[0], received[-1]))
    steps = moments.offsets(zone, first, last + timedelta(seconds=1))
    ends = [*(bisect_left(received, int(begin.timestamp())) for begin, _ in steps), len(received)]
    return [
        ((at + offset) // HOUR + _THURSDAY) % HOURS_OF_WEEK
        for (_, offset), (begin, end) in zip(steps, pairwise(ends), strict=True)
        for at in received[begin:end]
    ]


# As `measures.condition`: a page has one present, and asks for several stretches.
@lru_cache(maxsize=64)
def columns(now: datetime) -> list[ColumnElement[Any]]:
    """What the database is asked of each appeal that holds `received`; the hour follows from the arrival."""
    # That it is of a kind that counts is said once, by `received`, and not with each verdict.
    holds = {name: measures.condition(name, now, every_kind=True) for name in VERDICTS}
    bits = (case((holds[name], bit), else_=0) for name, bit in BIT.items())
    verdicts: ColumnElement[int] = sum(bits, literal(0))
    is_answered = Appeal.answered_at.is_not(None)
    networks = {network.value: place for place, network in enumerate(NETWORKS)}
    return [
        moments.whole_seconds(Appeal.received_at).label("received"),
        case((is_answered, moments.whole_seconds(Appeal.answered_at)), else_=0),
        case((is_answered, percentiles.WAITED), else_=0),
        func.coalesce(Appeal.department_id, 0),
        func.coalesce(Appeal.topic_id, 0),
        case(networks, value=type_coerce(Appeal.network, String)),
        verdicts,
    ]


@cache
def _holding(bits: int) -> bytes:
    """Every byte as whether it holds all of some bits."""
    return bytes(each & bits == bits for each in range(256))
