"""The parts of a period: its topics beside the days before, its departments, and what our answers promised."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incidents.records import people
from incidents.records.promises import Promise
from incidents.records.topics import Topic as TopicRow
from incidents.records.topics import TopicGroup
from incidents.rules import growing
from incidents.rules.periods import Period
from incidents.statistics import cuts, facts, measures, percentiles
from incidents.statistics import promises as figures
from incidents.statistics.facts import Facts
from incidents.statistics.judged import Judged
from incidents.statistics.percentiles import Waits

#: Topics shown at most.
MOST_TOPICS = 10
#: Promises in a list: a period has few, and the ledger has all.
MOST_PROMISES = 500
_PARTS = ("received", "in_time", "late", "returned", "repeated")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that is written about more than in the days before."""

    topic_id: int
    name: str
    group: str
    received: int
    before: int

    @property
    def times(self) -> float | None:
        """How many times as many; None when there were none."""
        return growing.times(self.received, self.before)


@dataclass(frozen=True, slots=True)
class Promises:
    """Days that were promised and are over, or were kept before."""

    kept: int = 0
    broken: int = 0

    @property
    def total(self) -> int:
        return self.kept + self.broken


@dataclass(frozen=True, slots=True)
class Department(Judged):
    """One department in the period; key 0 and no name for what lies with nobody."""

    key: int
    name: str
    received: int
    in_time: int
    late: int
    returned: int
    repeated: int
    waits: Waits
    promises: Promises


def topics(session: Session, these: Facts, earlier: Facts) -> tuple[Topic, ...]:
    """The topics that grew beside as many days before, the steepest rise first; a period that is not over is compared
    with as much of them."""
    now, before = _by_topic(these), _by_topic(earlier)
    grown = [topic for topic, received in now.items() if topic and growing.is_growing(received, before[topic])]
    query = select(TopicRow.id, TopicRow.name, TopicGroup.name).join(TopicRow.group).where(TopicRow.id.in_(grown))
    found = [Topic(*row, now[row.id], before[row.id]) for row in session.execute(query)]
    found.sort(key=lambda topic: (-(topic.times or float("inf")), -topic.received, topic.name))
    return tuple(found[:MOST_TOPICS])


def departments(
    session: Session, these: Facts, period: Period, zone: ZoneInfo, now: datetime
) -> tuple[Department, ...]:
    """Every department that anything lies with, the one with most first."""
    names = dict(session.execute(select(people.Department.id, people.Department.name)).all())
    promised = _promised(session, period, zone, now)
    found = [
        Department(key, names.get(key, ""), waits=waits, promises=promised.get(key or None, Promises()), **counts)
        for key, counts, waits in _by_department(these)
    ]
    return tuple(sorted(found, key=lambda each: (-each.received, each.name)))


@lru_cache(maxsize=8)
def _by_topic(found: Facts) -> Counter[int]:
    return Counter(found.topic)


@lru_cache(maxsize=4)
def _by_department(these: Facts) -> Sequence[tuple[int, Mapping[str, int], Waits]]:
    """Each department with its counts, and the ranks of its answers."""
    waits: dict[int, list[int]] = defaultdict(list)
    for key, waited in zip(these.of("department", "answered"), these.of("waited", "answered"), strict=True):
        waits[key].append(waited)
    counts = {key: facts.told(each) for key, each in these.by("department").items()}
    return [(key, {part: told[part] for part in _PARTS}, percentiles.of(waits[key])) for key, told in counts.items()]


def promises(
    session: Session, period: Period, zone: ZoneInfo, now: datetime, department: int | None = None
) -> Promises:
    """What became of the promises of all, those among them of departments that nothing new came to; or of one department."""
    found = _promised(session, period, zone, now)
    if department is not None:
        return found.get(department or None, Promises())
    return Promises(sum(one.kept for one in found.values()), sum(one.broken for one in found.values()))


def _promised(session: Session, period: Period, zone: ZoneInfo, now: datetime) -> dict[int | None, Promises]:
    """By department: of the promises for a day of the period, those that were kept, and those that were not."""
    counts = (
        measures.tally(figures.KEPT).label("kept"),
        measures.tally(figures.broken(now.astimezone(zone).date())).label("broken"),
    )
    query = select(Promise.department_id, *counts).where(Promise.due_on.between(period.first, period.last))
    return {
        row.department_id: Promises(row.kept, row.broken)
        for row in session.execute(query.group_by(Promise.department_id))
    }


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise as a list shows it."""

    number: int
    department: str
    due_on: date
    kept_on: date | None
    is_kept: bool


def promised_rows(
    session: Session, period: Period, department: int | None, zone: ZoneInfo, now: datetime
) -> list[Promised]:
    """The promises behind the figure, the broken first; at most MOST_PROMISES."""
    is_kept = figures.KEPT.label("is_kept")
    query = (
        select(Promise.appeal_number, people.Department.name, Promise.due_on, Promise.kept_on, is_kept)
        .outerjoin(people.Department, people.Department.id == Promise.department_id)
        .where(
            Promise.due_on.between(period.first, period.last),
            or_(figures.KEPT, figures.broken(now.astimezone(zone).date())),
        )
        .order_by(is_kept, Promise.due_on, Promise.id)
        .limit(MOST_PROMISES)
    )
    if department is not None:
        column = Promise.department_id
        query = query.where(column.is_(None) if department == cuts.NOBODY else column == department)
    return [Promised(row[0], row[1] or "", *row[2:4], bool(row[4])) for row in session.execute(query)]
