"""The classifier as a file: CSV with `;` and the header `group;topic;department;keywords`, keywords joined by `|`.

Four more columns are read and written where present: `hint`, `needs_click` (yes or empty), `confused_with`, and
`fast_track` (yes or empty); one that is missing leaves what it would say as it is.
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
from incidents.rules.csv_guard import defused, is_yes, plain

COLUMNS = ("group", "topic", "department", "keywords", "hint", "needs_click", "confused_with", "fast_track")
_REQUIRED = COLUMNS[:4]


@dataclass(frozen=True, slots=True)
class Row:
    """One topic of the file; `line` is where it stands, counted from 1."""

    line: int
    group: str
    topic: str
    department: str
    keywords: tuple[str, ...]
    hint: str | None = None
    needs_click: bool | None = None
    confused_with: str | None = None
    is_fast_track: bool | None = None


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
        topic.keywords, topic.is_active = list(row.keywords), True
        for name, value in _told(row).items():
            setattr(topic, name, value)
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
        ticks = ["yes" if each else "" for each in (topic.needs_click, topic.is_fast_track)]
        cells = [
            topic.group.name,
            topic.name,
            department,
            keywords,
            topic.hint,
            ticks[0],
            topic.confused_with,
            ticks[1],
        ]
        writer.writerow([defused(cell) for cell in cells])
    return out.getvalue()


def _row(number: int, line: dict[str, str]) -> Row:
    return Row(
        line=number,
        group=plain(line["group"].strip()),
        topic=plain(line["topic"].strip()),
        department=plain(line["department"].strip()),
        keywords=tuple(part.strip().lower() for part in plain(line["keywords"]).split("|") if part.strip()),
        hint=_words(line, "hint"),
        needs_click=_tick(line, "needs_click"),
        confused_with=_words(line, "confused_with"),
        is_fast_track=_tick(line, "fast_track"),
    )


def _told(row: Row) -> dict[str, object]:
    """What the file says beyond the columns that it must have."""
    said = {name: getattr(row, name) for name in ("hint", "needs_click", "confused_with", "is_fast_track")}
    return {name: value for name, value in said.items() if value is not None}


def _words(line: dict[str, str], column: str) -> str | None:
    return plain(line[column].strip()) if column in line else None


def _tick(line: dict[str, str], column: str) -> bool | None:
    return is_yes(line[column]) if column in line else None


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
        or any(getattr(topic, name) != value for name, value in _told(row).items())
        or (department.id if department else None) != topic.department_id
        or not topic.is_active
    )
