"""What the town writes about today, topic by topic, beside the average of the seven days before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Integer, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.rules import growing
from incidents.statistics import edges, measures

#: Topics shown at most.
MOST_TOPICS = 8
#: Whether something was received is asked of no present moment.
_ANY = datetime.min.replace(tzinfo=UTC)


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


def read(session: Session, today: date, zone: ZoneInfo) -> tuple[TopicToday, ...]:
    """The topics of today, the one with most beyond its usual number first: three of something new are less than seventeen
    instead of one."""
    days = [today - timedelta(days=back) for back in range(growing.USUAL_DAYS, -1, -1)]
    given: dict[str, datetime] = {}
    for place, day in enumerate(days):
        given[f"first_{place}"], given[f"after_{place}"] = edges.of_day(day, zone)
    counts: dict[int, list[int]] = {}
    for place, topic_id, received in session.connection().execute(_question(), given).all():
        counts.setdefault(topic_id, [0] * len(days))[place] = received
    known = choices.topics(session)
    found = [
        TopicToday(topic_id, known[topic_id].name, known[topic_id].group, tuple(per_day))
        for topic_id, per_day in counts.items()
        if per_day[-1] >= growing.LEAST_APPEALS
    ]
    found.sort(key=lambda topic: (topic.average - topic.today, topic.name))
    return tuple(found[:MOST_TOPICS])


# The same for every present: a question of so many parts takes longer to write than to ask.
@cache
def _question() -> CompoundSelect[int, int, int]:
    """Day by day how many there were of each topic."""
    parts = []
    for place in range(growing.USUAL_DAYS + 1):
        first, after = (bindparam(f"{edge}_{place}", type_=UTCDateTime()) for edge in ("first", "after"))
        where = (measures.received_within(first, after), measures.condition("received", _ANY))
        query = select(literal_column(str(place), Integer), Appeal.topic_id, func.count())
        parts.append(query.where(*where, Appeal.topic_id.is_not(None)).group_by(Appeal.topic_id))
    return union_all(*parts)
