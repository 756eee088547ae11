"""What a change of a topic would do, shown on the last appeals before it is saved. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.topics import Topic
from incidents.rules.topics import Matcher, TopicWords, is_clear

LAST = 500
#: Appeals that are named as examples of one change.
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """Appeals that would go another way: topic and department before and after, None where a person decides."""

    before: tuple[int | None, int | None]
    after: tuple[int | None, int | None]
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many appeals were looked at, and what would change, most first."""

    looked_at: int
    moved: Sequence[Moved]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.moved)


def preview(
    session: Session,
    topic: Topic,
    *,
    keywords: Sequence[str],
    department_id: int | None,
    needs_click: bool,
    is_active: bool,
    score: float,
    margin: float,
) -> Preview:
    """The last appeals with the topic as it is, and as it would be."""
    rows = session.execute(select(Topic.id, Topic.group_id, Topic.keywords).where(Topic.is_active)).all()
    others = [TopicWords(id_, group, tuple(words)) for id_, group, words in rows if id_ != topic.id]
    was = [TopicWords(topic.id, topic.group_id, tuple(topic.keywords))] if topic.is_active else []
    would_be = [TopicWords(topic.id, topic.group_id, tuple(keywords))] if is_active else []
    leads = dict(session.execute(select(Topic.id, Topic.department_id).where(~Topic.needs_click)).all())
    led_then = {**leads, topic.id: None if needs_click else department_id}
    now, then = Matcher([*others, *was]), Matcher([*others, *would_be])
    found: dict[tuple[tuple[int | None, int | None], tuple[int | None, int | None]], list[int]] = {}
    texts = session.execute(select(Appeal.number, Appeal.text).order_by(Appeal.number.desc()).limit(LAST)).all()
    for number, text in texts:
        before, after = (_way(matcher, text, ways, score, margin) for matcher, ways in ((now, leads), (then, led_then)))
        if before != after:
            found.setdefault((before, after), []).append(number)
    moved = [Moved(*pair, len(numbers), tuple(numbers[:EXAMPLES])) for pair, numbers in found.items()]
    return Preview(len(texts), sorted(moved, key=lambda each: -each.count))


def _way(
    matcher: Matcher, text: str, leads: dict[int, int | None], score: float, margin: float
) -> tuple[int | None, int | None]:
    suggested = matcher.suggest(text)
    if not is_clear(suggested, score, margin):
        return None, None
    return suggested[0].topic, leads.get(suggested[0].topic)
