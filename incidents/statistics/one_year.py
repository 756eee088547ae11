"""One year from inside: its months, groups of topics, departments and networks, each adding up to what was received.

The figures are those of `years` and `measures`; a handful of statements, however many appeals there are.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.figures import YearTotal
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.statistics import backlogs, days, edges, facts, kept, measures, months, stretches
from incidents.statistics.facts import Facts
from incidents.statistics.judged import Judged

#: Key and name of what was not chosen.
_NOBODY = ("", "")
_MONTHS = kept.NAMES


@dataclass(frozen=True, slots=True)
class Part(Judged):
    """A share of the year. `name` is empty where nothing was chosen; `key` is what the list behind it filters by."""

    name: str
    received: int
    in_time: int
    late: int
    key: str


@dataclass(frozen=True, slots=True)
class OneYear:
    """All of one year. Where only a number was brought in, everything but `received` is None and the parts are empty."""

    year: int
    received: int
    imported: int | None = None
    note: str = ""
    in_time: int | None = None
    late: int | None = None
    waiting: int | None = None
    without_norm: int | None = None
    rejected: int | None = None
    duplicates: int | None = None
    other_kinds: int | None = None
    answered_in_period: int | None = None
    #: Of the first responses to what was received in the year, nearest rank, in minutes with one digit.
    median_minutes: float | None = None
    p90_minutes: float | None = None
    #: Unanswered at the first moment of the year, and at its end or now.
    backlog_start: int | None = None
    backlog_end: int | None = None
    months: tuple[Part, ...] = ()
    groups: tuple[Part, ...] = ()
    departments: tuple[Part, ...] = ()
    networks: tuple[Part, ...] = ()

    @property
    def counted(self) -> int:
        """How many stand behind it as appeals that a list can show."""
        return self.received - (self.imported or 0)


def read(session: Session, year: int, zone: ZoneInfo, now: datetime) -> OneYear | None:
    """One year as it stands at `now` (aware); None when nothing is known of it."""
    total = session.get(YearTotal, year)
    imported, note = (total.received, total.note) if total else (None, "")
    twelve = months.count(session, (year,), zone, now, _MONTHS)[year]
    sums = {name: sum(month[name] for month in twelve) for name in _MONTHS}
    if not any(sums[name] for name in ("received", "rejected", "other_kinds")):
        return None if imported is None else OneYear(year, imported, imported, note)
    first, after = edges.of_year(year, zone)
    appeals = days.read(session, first, after, zone, now)
    _, waits = stretches.sums(appeals)
    begun, ended = backlogs.count(session, (first, min(after, now)), zone, now)
    sections = _sections(session, appeals)
    return OneYear(
        year=year,
        received=sums["received"] + (imported or 0),
        imported=imported,
        note=note,
        in_time=sums["in_time"],
        late=sums["late"],
        waiting=sums["waiting"],
        without_norm=sums["without_norm"],
        rejected=sums["rejected"],
        duplicates=sums["duplicates"],
        other_kinds=sums["other_kinds"],
        answered_in_period=_answered(session, first, after, now),
        median_minutes=waits.median_minutes,
        p90_minutes=waits.p90_minutes,
        backlog_start=begun,
        backlog_end=ended,
        months=tuple(_month(number, month) for number, month in enumerate(twelve, start=1)),
        groups=sections["groups"],
        departments=sections["departments"],
        networks=sections["networks"],
    )


def _month(number: int, month: months.Month) -> Part:
    return Part(f"{number:02}", month["received"], month["in_time"], month["late"], str(number))


def _sections(session: Session, appeals: Facts) -> dict[str, tuple[Part, ...]]:
    """What the year is cut into, each part with the key that its list filters by."""
    groups = {
        topic: (str(group), name)
        for topic, group, name in session.execute(select(Topic.id, TopicGroup.id, TopicGroup.name).join(Topic.group))
    }
    departments = {key: (str(key), name) for key, name in session.execute(select(Department.id, Department.name))}
    networks = {place: (str(network), str(network)) for place, network in enumerate(facts.NETWORKS)}
    by_topic, by_department, by_network = _by_each(appeals)
    return {
        "groups": _largest_first(by_topic, groups),
        "departments": _largest_first(by_department, departments),
        "networks": _largest_first(by_network, networks),
    }


@lru_cache(maxsize=4)
def _by_each(appeals: Facts) -> Sequence[Mapping[int, Counter[int]]]:
    return [appeals.by(name) for name in ("topic", "department", "network")]


def _largest_first(counts: Mapping[int, Counter[int]], parts: Mapping[int, tuple[str, str]]) -> tuple[Part, ...]:
    """Counts by an id, as those of the parts, each a key and a name, that the ids stand in."""
    sums: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for number, verdicts in counts.items():
        sums[parts.get(number, _NOBODY)].update(verdicts)
    told = {part: facts.told(verdicts) for part, verdicts in sums.items()}
    each = (Part(name, of["received"], of["in_time"], of["late"], key) for (key, name), of in told.items())
    # Sorted here: the two databases order Russian words differently.
    return tuple(sorted(each, key=lambda part: (-part.received, part.name)))


def _answered(session: Session, first: datetime, after: datetime, now: datetime) -> int:
    query = select(func.count()).where(measures.answered_within(first, after), measures.condition("answered", now))
    return session.execute(query).scalar_one()
