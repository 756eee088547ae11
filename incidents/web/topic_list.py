"""The classifier as the page of topics lists it: values, read once for each mark of their tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.people import Department
from incidents.records.revisions import kept
from incidents.records.topics import Topic, TopicGroup


class Line(NamedTuple):
    """A topic as the list shows it; `keywords` counts them, `text` is what words are looked for in."""

    id: int
    name: str
    group: str
    department_id: int | None
    department: str | None
    needs_click: bool
    is_active: bool
    hint: str
    confused_with: str
    keywords: int
    text: str

    def fits(self, department: int | None, words: str) -> bool:
        return department in (None, self.department_id) and words.casefold() in self.text


@kept("departments", "topic_groups", "topics")
def read(session: Session) -> Mapping[int, Line]:
    """Every topic in the order of the list."""
    query = (
        select(Topic, TopicGroup.name, Department.name)
        .join(Topic.group)
        .outerjoin(Topic.department)
        .order_by(TopicGroup.position, TopicGroup.name, Topic.name)
    )
    return MappingProxyType({topic.id: _line(topic, *names) for topic, *names in session.execute(query)})


def _line(topic: Topic, group: str, department: str | None) -> Line:
    return Line(
        id=topic.id,
        name=topic.name,
        group=group,
        department_id=topic.department_id,
        department=department,
        needs_click=topic.needs_click,
        is_active=topic.is_active,
        hint=topic.hint,
        confused_with=topic.confused_with,
        keywords=len(topic.keywords),
        text=" ".join((topic.name, group, *topic.keywords)).casefold(),
    )
