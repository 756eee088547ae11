"""The classifier as a file: CSV with `;` and the header `group;topic;department;keywords`, keywords joined by `|`.

Two more columns are read and written where present: `hint`, and `needs_click` (yes or empty).
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.classifying import STREAM
from incidents.flow.journalling import Draft, append
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor, Refused

COLUMNS = ("group", "topic", "department", "keywords", "hint", "needs_click")
_REQUIRED = COLUMNS[:4]


@dataclass(frozen=True, slots=True)
class Row:
    """One topic of the file; `line` is where it stands, counted from 1."""

    line: int
    group: str
    topic: str
    department: str
    keywords: tuple[str, ...]
    hint: str = ""
    needs_click: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file changed: topics added and changed, and the lines that were left out with the reason."""

    added: int
    changed: int
    left_out: tuple[tuple[int, str], ...]


def read(text: str) -> list[Row]:
    """The rows of a file. Raises Refused("bad_columns") when it has not the columns of a classifier."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    missing = [column for column in _REQUIRED if column not in (lines.fieldnames or ())]
    if missing:
        raise Refused("bad_columns", missing=", ".join(missing), wanted=";".join(_REQUIRED))
    return [_row(number, {k: v or "" for k, v in line.items() if k}) for number, line in enumerate(lines, start=2)]


def load(session: Session, rows: Iterable[Row], by: Actor, *, now: datetime) -> Loaded:
    """Add what is new, change what differs, by group and topic; nothing is removed. A bad row is named and left out."""
    departments = {d.name: d for d in session.scalars(select(Department))}
    groups = {g.name: g for g in session.scalars(select(TopicGroup))}
    topics = {(t.group_id, t.name): t for t in session.scalars(select(Topic))}
    added, changed, left_out = 0, 0, []
    for row in rows:
        problem = _problem(row, departments)
        if problem:
            left_out.append((row.line, problem))
            continue
        group = groups.get(row.group) or _new_group(session, groups, row.group)
        topic = topics.get((group.id, row.topic))
        if topic is None:
            topic = topics[group.id, row.topic] = Topic(group_id=group.id, name=row.topic, is_active=True)
            session.add(topic)
            added += 1
        elif not _differs(topic, row, departments.get(row.department)):
            continue
        else:
            changed += 1
        topic.department = departments.get(row.department)
        topic.keywords, topic.hint, topic.needs_click = list(row.keywords), row.hint, row.needs_click
        topic.is_active = True
        session.flush()
    if added or changed:
        append(session, Draft(STREAM, "load_topics", by.name, now, {"added": added, "changed": changed}), now=now)
    return Loaded(added, changed, tuple(left_out))


def dump(session: Session) -> str:
    """The classifier as a file that `read` takes back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    query = select(Topic).join(TopicGroup).where(Topic.is_active).order_by(TopicGroup.position, Topic.id)
    for topic in session.scalars(query):
        department = topic.department.name if topic.department else ""
        keywords = "|".join(topic.keywords)
        writer.writerow(
            [topic.group.name, topic.name, department, keywords, topic.hint, "yes" if topic.needs_click else ""]
        )
    return out.getvalue()


def change_topic(
    session: Session,
    topic: Topic,
    by: Actor,
    *,
    now: datetime,
    department: Department | None,
    keywords: Iterable[str],
    hint: str,
    needs_click: bool,
    is_active: bool,
) -> None:
    """Change one topic; the next appeal is matched by it."""
    topic.department = department
    topic.keywords = [keyword.strip().lower() for keyword in keywords if keyword.strip()]
    topic.hint, topic.needs_click, topic.is_active = hint.strip(), needs_click, is_active
    append(session, Draft(STREAM, "change_topic", by.name, now, {"topic": topic.id, "active": is_active}), now=now)


def _row(number: int, line: dict[str, str]) -> Row:
    return Row(
        line=number,
        group=line["group"].strip(),
        topic=line["topic"].strip(),
        department=line["department"].strip(),
        keywords=tuple(part.strip().lower() for part in line["keywords"].split("|") if part.strip()),
        hint=line.get("hint", "").strip(),
        needs_click=line.get("needs_click", "").strip().lower() in ("yes", "да", "1"),
    )


def _problem(row: Row, departments: dict[str, Department]) -> str | None:
    if not row.group or not row.topic:
        return "group_or_topic_empty"
    if row.department and row.department not in departments:
        return "unknown_department"
    return None


def _new_group(session: Session, groups: dict[str, TopicGroup], name: str) -> TopicGroup:
    group = groups[name] = TopicGroup(name=name, position=len(groups))
    session.add(group)
    session.flush()
    return group


def _differs(topic: Topic, row: Row, department: Department | None) -> bool:
    return (
        list(row.keywords) != list(topic.keywords)
        or row.hint != topic.hint
        or row.needs_click != topic.needs_click
        or (department.id if department else None) != topic.department_id
        or not topic.is_active
    )
