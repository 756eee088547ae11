"""The classifier as a table with the columns `group;topic;department;keywords`, keywords joined by `|`: in, and out again.

Five more columns are read and written where present: `hint`, `needs_click` (yes or empty), `confused_with`, `fast_track`
and `active` (yes or empty); one that is missing leaves what it would say as it is. A topic whose row says nothing of
`active` can be chosen again.
"""

import csv
import io
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow.classifying import STREAM
from incidents.flow.journalling import Draft, append
from incidents.flow.loading import Loaded, Row, Rows, department_of, each, given, read, tick
from incidents.flow.topic_changes import add_group, check_name, cleaned
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor
from incidents.rules.csv_guard import defused, is_yes

REQUIRED = ("group", "topic", "department", "keywords")
COLUMNS = (*REQUIRED, "hint", "needs_click", "confused_with", "fast_track", "active")
_PART = "|"


def rows_of(text: str) -> Rows:
    """The rows of a file. Raises Refused as `loading.read` does."""
    return read(text, REQUIRED)


def load(session: Session, rows: Rows, by: Actor, *, now: datetime) -> Loaded:
    """Add what is new, change what differs, by group and topic; nothing is removed."""
    groups = {group.name: group for group in session.scalars(select(TopicGroup))}
    known = {(topic.group_id, topic.name): topic for topic in session.scalars(_topics())}

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        name, department = check_name(row["topic"]), department_of(session, row["department"])
        group = groups.get(row["group"])
        if group is None:
            group = groups[row["group"]] = add_group(session, row["group"])
        topic = known.get((group.id, name))
        before = _row(topic) if topic else None
        told = {key: row[key] for key in given(row, COLUMNS)}
        wanted = {**(before or dict.fromkeys(COLUMNS, "")), "active": "yes", **told}
        if topic is None:
            topic = known[group.id, name] = Topic(group=group, name=name)
            session.add(topic)
        topic.department = department
        topic.keywords = cleaned(wanted["keywords"].split(_PART))
        topic.hint, topic.confused_with = wanted["hint"], wanted["confused_with"]
        topic.needs_click, topic.is_fast_track = is_yes(wanted["needs_click"]), is_yes(wanted["fast_track"])
        topic.is_active = is_yes(wanted["active"])
        session.flush()
        return name, before, _row(topic)

    loaded = each(session, rows, take)
    if loaded.differences:
        added = sum(difference.is_new for difference in loaded.differences)
        data = {"added": added, "changed": len(loaded.differences) - added}
        append(session, Draft(STREAM, "load_topics", by.name, now, data), now=now)
    return loaded


def topic_rows(session: Session) -> list[Row]:
    """Every topic, as `load` takes it."""
    ordered = _topics().join(Topic.group).order_by(TopicGroup.position, Topic.id)
    return [_row(topic) for topic in session.scalars(ordered)]


def dump(session: Session) -> str:
    """The classifier as a file that `rows_of` takes back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([defused(row[column]) for column in COLUMNS] for row in topic_rows(session))
    return out.getvalue()


def _topics() -> Select[Topic]:
    """Topics with what a row of them names."""
    return select(Topic).options(joinedload(Topic.group), joinedload(Topic.department))


def _row(topic: Topic) -> Row:
    return {
        "group": topic.group.name,
        "topic": topic.name,
        "department": topic.department.name if topic.department else "",
        "keywords": _PART.join(topic.keywords),
        "hint": topic.hint,
        "needs_click": tick(topic.needs_click),
        "confused_with": topic.confused_with,
        "fast_track": tick(topic.is_fast_track),
        "active": tick(topic.is_active),
    }
