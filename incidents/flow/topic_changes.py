"""One topic added or changed in pages, moved to another group, or merged into another one. A topic is never deleted."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow.classifying import STREAM
from incidents.flow.journalling import Draft, append
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor, Refused

LONGEST_NAME, LONGEST_GROUP = 200, 120


def add_topic(session: Session, group: TopicGroup, name: str, by: Actor, *, now: datetime) -> Topic:
    """A new topic without words, which nothing leads to yet but a person. Raises Refused: `topic_name`, `topic_taken`."""
    topic = Topic(group=group, name=_free(session, group, name), keywords=[], is_active=True)
    session.add(topic)
    session.flush()
    append(session, Draft(STREAM, "add_topic", by.name, now, {"topic": topic.id, "group": group.id}), now=now)
    return topic


def add_group(session: Session, name: str) -> TopicGroup:
    """A new group of topics, after all others. Raises Refused("group_name")."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_GROUP:
        raise Refused("group_name", longest=LONGEST_GROUP)
    group = TopicGroup(name=name, position=session.scalar(select(func.count()).select_from(TopicGroup)) or 0)
    session.add(group)
    session.flush()
    return group


def change_topic(
    session: Session,
    topic: Topic,
    by: Actor,
    *,
    now: datetime,
    name: str,
    department: Department | None,
    keywords: Iterable[str],
    hint: str,
    confused_with: str,
    needs_click: bool,
    is_fast_track: bool,
    is_active: bool,
) -> None:
    """Change one topic; the next appeal is matched by it. Appeals keep the topic under its new name.

    Raises Refused: `topic_name`, `topic_taken`.
    """
    if name != topic.name:
        topic.name = _free(session, topic.group, name)
    topic.department = department
    topic.keywords = cleaned(keywords)
    topic.hint, topic.confused_with = hint.strip(), confused_with.strip()
    topic.needs_click, topic.is_fast_track, topic.is_active = needs_click, is_fast_track, is_active
    append(session, Draft(STREAM, "change_topic", by.name, now, {"topic": topic.id, "active": is_active}), now=now)


def move_topic(session: Session, topic: Topic, group: TopicGroup, by: Actor, *, now: datetime) -> None:
    """Put a topic into another group. Raises Refused("topic_taken") where the group has one of this name."""
    if group.id == topic.group_id:
        return
    _free(session, group, topic.name)
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


def check_name(name: str) -> str:
    """A topic's name as it is kept. Raises Refused("topic_name")."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("topic_name", longest=LONGEST_NAME)
    return name


def cleaned(keywords: Iterable[str]) -> list[str]:
    """Beginnings of words as they are kept: small letters, each once, in their order."""
    return list(dict.fromkeys(word.strip().lower() for word in keywords if word.strip()))


def _free(session: Session, group: TopicGroup, name: str) -> str:
    """The name, if the group has no topic of this name yet. Raises Refused: `topic_name`, `topic_taken`."""
    name = check_name(name)
    with session.no_autoflush:
        known = session.scalar(select(Topic.id).where(Topic.group_id == group.id, Topic.name == name))
    if known is not None:
        raise Refused("topic_taken", name=name, group=group.name)
    return name
