"""Appeals from before the program, in bulk.

They count like all others in the figures, never raise an alarm, and stand in the journal as written by the import: each
entry dated when it happened, and noticed now. A line that cannot be taken is named with its reason, and
nothing else is lost. The same file may be brought in again: what is there already is passed over. `history_file` reads
a file into lines, `rules.history` says what a line means; the door joins them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from incidents.flow import gate, timing
from incidents.flow.journalling import Draft, append_many
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author
from incidents.records.database import insert_missing
from incidents.records.figures import YearTotal
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import clock, history
from incidents.rules.calendar import Calendar
from incidents.rules.history import BadLine, Past
from incidents.rules.lifecycle import Act, Actor
from incidents.rules.norms import Case, Kind, Norm, Start, in_force
from incidents.rules.places import Place
from incidents.settings import Settings

#: The hand that writes history into the journal.
IMPORT = Actor("machine:import")
#: Lines that are in memory, and in one statement, at a time.
BATCH = 1_000


@dataclass(slots=True)
class RowsLoaded:
    """What a file of appeals did. `left_out` and `warnings` are pairs of line and code (`rules.history`)."""

    added: int = 0
    #: Brought in earlier already, and passed over.
    known: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Setting:
    """What every line is read against, asked of the database once."""

    now: datetime
    zone: ZoneInfo
    norms: list[Norm]
    topics: dict[str, int | None]
    departments: dict[str, int]
    #: Years of which a bare number is held: their appeals would be counted twice.
    years: frozenset[int]
    calendars: dict[date, Calendar] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)


def load_rows(
    session: Session,
    lines: Iterable[tuple[int, Mapping[str, str] | None]],
    by: Actor,
    settings: Settings,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda read: None,
) -> RowsLoaded:
    """Take the appeals of a file's lines (`history_file.read`), a batch at a time.

    `progress` hears after each batch how many lines were read; the door may commit there, and a run that was cut off is
    finished by bringing in the same file again.
    """
    setting = _look_around(session, settings.town_zone, now)
    loaded, read, waiting = RowsLoaded(), 0, iter(lines)
    while batch := list(islice(waiting, BATCH)):
        rows = _new(session, _understand(batch, setting, loaded), setting, loaded)
        if rows:
            _store(session, rows, setting, by)
        loaded.added += len(rows)
        read += len(batch)
        progress(read)
    return loaded


def _look_around(session: Session, zone: ZoneInfo, now: datetime) -> _Setting:
    topics: dict[str, int | None] = {}
    for topic_id, topic, group in session.execute(select(Topic.id, Topic.name, TopicGroup.name).join(TopicGroup)):
        # A name that two groups share says nothing without its group.
        topics[topic] = None if topic in topics else topic_id
        topics[f"{group} / {topic}"] = topic_id
    departments: dict[str, int] = {}
    for department_id, name, code in session.execute(select(Department.id, Department.name, Department.code)):
        departments |= {code: department_id, name: department_id}
    years = frozenset(session.scalars(select(YearTotal.year)))
    return _Setting(now, zone, timing.all_norms(session), topics, departments, years)


def _understand(
    batch: Sequence[tuple[int, Mapping[str, str] | None]], setting: _Setting, loaded: RowsLoaded
) -> list[tuple[int, Past]]:
    """The lines that can be taken; the others are told of."""
    found = []
    for number, cells in batch:
        try:
            if cells is None:
                raise BadLine("unreadable")
            row = history.past(cells, setting.zone, setting.now)
            key = (str(row.network), row.external_id)
            if key in setting.seen:
                raise BadLine("key_twice")
            if row.received_at.astimezone(setting.zone).year in setting.years:
                raise BadLine("year_is_total")
        except BadLine as bad:
            loaded.left_out.append((number, bad.reason))
            continue
        setting.seen.add(key)
        found.append((number, row))
    return found


def _new(session: Session, rows: list[tuple[int, Past]], setting: _Setting, loaded: RowsLoaded) -> list[Past]:
    """The rows that are not there yet, and warnings of what in them could not be used."""
    ids = [row.external_id for _, row in rows]
    there = select(Appeal.network, Appeal.external_id).where(Appeal.is_imported, Appeal.external_id.in_(ids))
    known = {(network, external_id) for network, external_id in session.execute(there)}
    new = []
    for number, row in rows:
        if (row.network, row.external_id) in known:
            loaded.known += 1
            continue
        new.append(row)
        loaded.warnings += [(number, column) for column in row.warnings]
        if row.topic and setting.topics.get(row.topic) is None:
            loaded.warnings.append((number, "topic"))
        if row.department and row.department not in setting.departments:
            loaded.warnings.append((number, "department"))
    return new


def _store(session: Session, rows: Sequence[Past], setting: _Setting, by: Actor) -> None:
    """Write a batch: authors, appeals, their answers, and the journal."""
    authors = _authors(session, rows)
    values = [_appeal(session, row, author, setting) for row, author in zip(rows, authors, strict=True)]
    numbers = session.scalars(insert(Appeal).returning(Appeal.number, sort_by_parameter_order=True), values).all()
    answered = [(row, number) for row, number in zip(rows, numbers, strict=True) if row.answer_text]
    if answered:
        session.execute(insert(Answer), [_answer(row, number, setting.now) for row, number in answered])
    drafts: list[Draft] = []
    for row, number, value in zip(rows, numbers, values, strict=True):
        drafts += _entries(row, number, value, by)
    append_many(session, drafts, now=setting.now)


def _authors(session: Session, rows: Sequence[Past]) -> list[int | None]:
    """The author of each row, where anything is known of one; an address is one author, a bare name is one a row."""
    linked = {(row.network, url[:200]): row for row in rows if (url := row.author_url)}
    named = [row for row in rows if row.author_name and not row.author_url]
    if linked:
        found = [
            {"network": n, "external_id": key, "name": row.author_name, "url": row.author_url}
            for (n, key), row in linked.items()
        ]
        insert_missing(session, Author, found)
    keys = select(Author.network, Author.external_id, Author.id).where(Author.external_id.in_([k for _, k in linked]))
    by_key = {(network, key): id_ for network, key, id_ in session.execute(keys)} if linked else {}
    values = [{"network": row.network, "name": row.author_name} for row in named]
    new = insert(Author).returning(Author.id, sort_by_parameter_order=True)
    ids = iter(session.scalars(new, values).all() if values else ())
    return [
        by_key[row.network, row.author_url[:200]] if row.author_url else next(ids) if row.author_name else None
        for row in rows
    ]


def _appeal(session: Session, row: Past, author: int | None, setting: _Setting) -> dict[str, Any]:
    topic_id = setting.topics.get(row.topic) if row.topic else None
    return {
        "kind": Kind.SOCIAL,
        "network": row.network,
        "place": Place.ELSEWHERE,
        "author_id": author,
        "text": row.text,
        "permalink": row.permalink,
        "external_id": row.external_id,
        "posted_at": row.posted_at,
        "received_at": row.received_at,
        "registered_at": row.received_at,
        "status": row.status,
        "topic_id": topic_id,
        "department_id": setting.departments.get(row.department) if row.department else None,
        "answered_at": row.answered_at,
        "is_imported": True,
        **_clock(session, row, topic_id, setting),
    }


def _clock(session: Session, row: Past, topic_id: int | None, setting: _Setting) -> dict[str, Any]:
    """The norm of the town's date of arrival and the deadline by it; none where no verdict is possible."""
    day = row.received_at.astimezone(setting.zone).date()
    norm = in_force(setting.norms, Case(Kind.SOCIAL, row.network, topic_id), day) if row.has_clock else None
    if norm is None:
        return {"norm_id": None, "clock_started_at": None, "due_at": None}
    start = row.posted_at if norm.starts_at is Start.POSTED and row.posted_at else row.received_at
    on = start.astimezone(setting.zone).date()
    if on not in setting.calendars:
        setting.calendars[on] = timing.calendar_for(session, on, setting.zone)
    due_at = clock.due(start, norm.term_minutes, norm.hours, setting.calendars[on])
    return {"norm_id": norm.id, "clock_started_at": start, "due_at": due_at}


def _answer(row: Past, number: int, now: datetime) -> dict[str, Any]:
    return {
        "appeal_number": number,
        "state": AnswerState.PUBLISHED,
        "text": row.answer_text,
        "created_at": row.answered_at or now,
        "is_outside": True,
        "published_at": row.answered_at,
    }


def _entries(row: Past, number: int, value: Mapping[str, Any], by: Actor) -> Iterable[Draft]:
    """What is known to have happened: it came, and where the time is known, it was answered."""
    due_at = value["due_at"]
    data = {
        "network": row.network,
        "place": Place.ELSEWHERE,
        "kind": Kind.SOCIAL,
        "posted_at": row.posted_at.isoformat() if row.posted_at else None,
        "received_at": row.received_at.isoformat(),
        "norm": value["norm_id"],
        "due_at": due_at.isoformat() if due_at else None,
        "topic": value["topic_id"],
        "department": value["department_id"],
        "status": row.status,
        "imported": True,
    }
    yield Draft(gate.stream(number), Act.REGISTER, by.name, row.received_at, data)
    if row.answered_at is not None:
        yield Draft(gate.stream(number), Act.CONFIRM, by.name, row.answered_at, {"imported": True})
