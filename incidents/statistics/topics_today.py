"""What the town writes about today, topic by topic, beside the average of the seven days before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import growing
from incidents.statistics import edges, measures

#: Topics shown at most.
MOST_TOPICS = 8


@dataclass(frozen=True, slots=True)
class TopicToday:
    """A topic of today beside its average of the days before; `days` are its appeals of eight days, today last."""

    topic_id: int
    name: str
    group: str
    days: tuple[int, ...]

    @property
    def today(self) -> int:
        return self.days[-1]

    @property
    def average(self) -> float:
        return sum(self.days[:-1]) / (len(self.days) - 1)

    @property
    def times(self) -> float | None:
        """How many times as many as on a usual day; None when there usually is none."""
        return growing.times(self.today, self.average)


def read(session: Session, today: date, zone: ZoneInfo, now: datetime) -> tuple[TopicToday, ...]:
    """The topics of today, the one with most beyond its usual number first: three of something new are less than seventeen
    instead of one."""
    days = [today - timedelta(days=back) for back in range(growing.USUAL_DAYS, -1, -1)]
    parts = [
        select(literal(place).label("place"), Appeal.topic_id, func.count().label("received"))
        .where(measures.received_within(*edges.of_day(day, zone)), measures.condition("received", now))
        .where(Appeal.topic_id.is_not(None))
        .group_by(Appeal.topic_id)
        for place, day in enumerate(days)
    ]
    each = union_all(*parts).subquery()
    query = (
        select(each.c.place, each.c.received, Topic.id, Topic.name, TopicGroup.name.label("group_name"))
        .join(Topic, Topic.id == each.c.topic_id)
        .join(TopicGroup, TopicGroup.id == Topic.group_id)
    )
    counts: dict[tuple[int, str, str], list[int]] = {}
    for row in session.execute(query):
        counts.setdefault((row.id, row.name, row.group_name), [0] * len(days))[row.place] = row.received
    found = [
        TopicToday(*key, tuple(per_day)) for key, per_day in counts.items() if per_day[-1] >= growing.LEAST_APPEALS
    ]
    found.sort(key=lambda topic: (topic.average - topic.today, topic.name))
    return tuple(found[:MOST_TOPICS])
