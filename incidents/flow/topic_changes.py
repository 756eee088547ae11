"""One topic changed in pages, moved to another group, or merged into another one. A topic is never deleted."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.classifying import STREAM
from incidents.flow.journalling import Draft, append
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor, Refused


def change_topic(
    session: Session,
    topic: Topic,
    by: Actor,
    *,
    now: datetime,
    department: Department | None,
    keywords: Iterable[str],
    hint: str,
    confused_with: str,
    needs_click: bool,
    is_fast_track: bool,
    is_active: bool,
) -> None:
    """Change one topic; the next appeal is matched by it."""
    topic.department = department
    topic.keywords = cleaned(keywords)
    topic.hint, topic.confused_with = hint.strip(), confused_with.strip()
    topic.needs_click, topic.is_fast_track, topic.is_active = needs_click, is_fast_track, is_active
    append(session, Draft(STREAM, "change_topic", by.name, now, {"topic": topic.id, "active": is_active}), now=now)


def move_topic(session: Session, topic: Topic, group: TopicGroup, by: Actor, *, now: datetime) -> None:
    """Put a topic into another group. Raises Refused("topic_taken") where the group has one of this name."""
    if group.id == topic.group_id:
        return
    query = select(Topic.id).where(Topic.group_id == group.id, Topic.name == topic.name)
    if session.scalar(query) is not None:
        raise Refused("topic_taken", name=topic.name, group=group.name)
    data = {"topic": topic.id, "from_group": topic.group_id, "group": group.id}
    topic.group = group
    append(session, Draft(STREAM, "move_topic", by.name, now, data), now=now)


def merge(session: Session, topic: Topic, into: Topic, by: Actor, *, now: datetime) -> None:
    """Make one topic of two: the words go over, and what was can be chosen no more. Appeals keep the topic they had, so
    that figures of the past stay. Raises Refused("merge_unfit"): with itself, or into one that cannot be chosen.
    """
    if topic.id == into.id or not into.is_active:
        raise Refused("merge_unfit")
    into.keywords = cleaned([*into.keywords, *topic.keywords])
    topic.is_active = False
    append(session, Draft(STREAM, "merge_topics", by.name, now, {"topic": topic.id, "into": into.id}), now=now)


def cleaned(keywords: Iterable[str]) -> list[str]:
    """Beginnings of words as they are kept: small letters, each once, in their order."""
    return list(dict.fromkeys(word.strip().lower() for word in keywords if word.strip()))
