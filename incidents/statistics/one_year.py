"""One year from inside: its months, groups of topics, departments and networks, each adding up to what was received.

The figures are those of `years` and `measures`; a handful of statements, however many appeals there are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.statistics import edges, measures, months, percentiles
from incidents.statistics.judged import Judged

_PARTS = ("received", "in_time", "late")
#: Key and name of what was not chosen.
_NOBODY = ("", "")
_MONTHS = (*_PARTS, "waiting", "without_norm", "rejected", "duplicates", "other_kinds")


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
    waits = percentiles.read(session, measures.received_within(first, after), measures.condition("answered", now))
    begun, ended = _backlogs(session, first, min(after, now))
    sections = _sections(session, first, after, now)
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


def _sections(session: Session, first: datetime, after: datetime, now: datetime) -> dict[str, tuple[Part, ...]]:
    """What the year is cut into, each part with the key that its list filters by. The appeals are passed once: they fall into
    few different triples, which are added up here."""
    columns = (Appeal.topic_id, Appeal.department_id, Appeal.network)
    query = select(*columns, *measures.counting(now, *_PARTS)).where(
        measures.received_within(first, after), measures.condition("received", now)
    )
    groups = {
        topic: (str(group), name)
        for topic, group, name in session.execute(select(Topic.id, TopicGroup.id, TopicGroup.name).join(Topic.group))
    }
    departments = {key: (str(key), name) for key, name in session.execute(select(Department.id, Department.name))}
    found: dict[str, dict[tuple[str, str], Counter[str]]] = {"groups": {}, "departments": {}, "networks": {}}
    for row in session.execute(query.group_by(*columns)):
        keys = {
            "groups": groups.get(row.topic_id, _NOBODY),
            "departments": departments.get(row.department_id, _NOBODY),
            "networks": (str(row.network), str(row.network)),
        }
        for section, key in keys.items():
            found[section].setdefault(key, Counter()).update({name: getattr(row, name) for name in _PARTS})
    return {section: _largest_first(parts) for section, parts in found.items()}


def _largest_first(parts: Mapping[tuple[str, str], Counter[str]]) -> tuple[Part, ...]:
    each = (
        Part(name, counts["received"], counts["in_time"], counts["late"], key) for (key, name), counts in parts.items()
    )
    # Sorted here: the two databases order Russian words differently.
    return tuple(sorted(each, key=lambda part: (-part.received, part.name)))


def _answered(session: Session, first: datetime, after: datetime, now: datetime) -> int:
    query = select(func.count()).where(measures.answered_within(first, after), measures.condition("answered", now))
    return session.execute(query).scalar_one()


def _backlogs(session: Session, first: datetime, end: datetime) -> tuple[int, int]:
    """What was unanswered at two moments; part by part, since an index answers each and none answers all at once."""
    counts = [
        select(func.count()).select_from(Appeal).where(part).scalar_subquery()
        for at in (first, end)
        for part in measures.backlog_parts(at)
    ]
    answered_after, open_then, answered_later, open_since = session.execute(select(*counts)).one()
    return answered_after + open_then, answered_later + open_since
