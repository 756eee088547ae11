"""Appeals from before the program, in bulk.

They count like all others in the figures, never raise an alarm, and stand in the journal as written by the import: each
entry dated when it happened, and noticed now. A line that cannot be taken is named with its reason, and
nothing else is lost. The same file may be brought in again: what is there already is passed over. `history_file` reads
a file into lines, `rules.history` says what a line means; the door joins them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from incidents.flow import calendars, gate, searching, timing
from incidents.flow.history_names import Names, authors
from incidents.flow.journalling import Draft, append_many
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.records.norms import all_norms
from incidents.rules import history
from incidents.rules.acts import Act, Actor
from incidents.rules.addresses import key_of
from incidents.rules.calendar import Versions
from incidents.rules.history import BadLine, Past
from incidents.rules.life import Event
from incidents.rules.norms import Kind, Norm
from incidents.rules.places import Place
from incidents.rules.reckoning import reckon
from incidents.settings import Settings

#: The hand that writes history into the journal.
IMPORT = Actor("machine:import")
#: The cells of a line, the zone of its times and the present, as an appeal; raises BadLine.
Understand = Callable[[Mapping[str, str], ZoneInfo, datetime], Past]
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
    #: Names that said nothing to us, by the code of their warning.
    unknown: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Setting:
    """What every line is read against, asked of the database once."""

    now: datetime
    zone: ZoneInfo
    #: Of times without a zone.
    of_times: ZoneInfo
    norms: Sequence[Norm]
    calendars: Versions
    names: Names
    #: Years of which a bare number is held: their appeals would be counted twice.
    years: frozenset[int]
    seen: set[tuple[str, str]] = field(default_factory=set)


def load_rows(
    session: Session,
    lines: Iterable[tuple[int, Mapping[str, str] | None]],
    by: Actor,
    settings: Settings,
    *,
    now: datetime,
    zone: ZoneInfo | None = None,
    understand: Understand = history.past,
    progress: Callable[[int], None] = lambda read: None,
) -> RowsLoaded:
    """Take the appeals of a file's lines (`history_file.read`), a batch at a time; `understand` says what a line means.

    `zone` is that of times without one, if it is not the town's: norms and years are the town's all the same. `progress` hears after each batch how many lines were read; the door may commit there, and a run that was cut off is
    finished by bringing in the same file again.
    """
    setting = _look_around(session, settings.town_zone, zone or settings.town_zone, now)
    loaded, read, waiting = RowsLoaded(), 0, iter(lines)
    while batch := list(islice(waiting, BATCH)):
        rows = _new(session, _understood(batch, setting, loaded, understand), setting, loaded)
        if rows:
            _store(session, rows, setting, by)
        loaded.added += len(rows)
        read += len(batch)
        progress(read)
    return loaded


def _look_around(session: Session, zone: ZoneInfo, of_times: ZoneInfo, now: datetime) -> _Setting:
    years = frozenset(session.scalars(select(YearTotal.year)))
    norms, versions = all_norms(session), calendars.versions(session, zone)
    return _Setting(now, zone, of_times, norms, versions, Names.of_town(session), years)


def _understood(
    batch: Sequence[tuple[int, Mapping[str, str] | None]], setting: _Setting, loaded: RowsLoaded, understand: Understand
) -> list[tuple[int, Past]]:
    """The lines that can be taken; the others are told of."""
    found = []
    for number, cells in batch:
        try:
            if cells is None:
                raise BadLine("unreadable")
            row = understand(cells, setting.of_times, setting.now)
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
        for column, name in setting.names.unknown(row):
            loaded.warnings.append((number, column))
            loaded.unknown.setdefault(column, set()).add(name)
    return new


def _store(session: Session, rows: Sequence[Past], setting: _Setting, by: Actor) -> None:
    """Write a batch: authors, appeals, their answers, and the journal."""
    written = zip(rows, authors(session, rows), strict=True)
    values = [_appeal(row, author, setting) for row, author in written]
    numbers = session.scalars(insert(Appeal).returning(Appeal.number, sort_by_parameter_order=True), values).all()
    answers = [each for row, number in zip(rows, numbers, strict=True) for each in _answers(row, number, setting.now)]
    if answers:
        session.execute(insert(Answer), answers)
    drafts: list[Draft] = []
    for row, number, value in zip(rows, numbers, values, strict=True):
        drafts += _entries(row, number, value, by)
    append_many(session, drafts, now=setting.now)
    searching.refresh(session, numbers)


def _appeal(row: Past, author: int | None, setting: _Setting) -> dict[str, Any]:
    topic_id = setting.names.topic(row)
    value = {
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
        "department_id": setting.names.department(row),
        "assignee_id": setting.names.responder(row),
        "address": row.address or None,
        "address_key": key_of(row.address) if row.address else None,
        "outcome": row.outcome,
        "is_imported": True,
    }
    return value | _clock(row, value, setting)


def _clock(row: Past, value: Mapping[str, Any], setting: _Setting) -> dict[str, Any]:
    """The columns that follow from the entries that will be written; no deadline where no verdict is possible."""
    told = enumerate(_entries(row, 0, value, IMPORT), 1)
    events = [Event(each.act, each.happened_at, seq, each.by, each.data) for seq, each in told]
    return timing.headline(reckon(events, setting.norms, setting.calendars, setting.zone, now=setting.now))


def _answers(row: Past, number: int, now: datetime) -> Iterable[dict[str, Any]]:
    """What was published: the first answer and what followed it, in this order."""
    first = [(row.answer_text, row.answered_at)] if row.answer_text else []
    for text, at in (*first, *row.further):
        yield {
            "appeal_number": number,
            "state": AnswerState.PUBLISHED,
            "text": text,
            "created_at": at or row.answered_at or now,
            "is_outside": True,
            "published_at": at,
        }


def _entries(row: Past, number: int, value: Mapping[str, Any], by: Actor) -> Iterable[Draft]:
    """What is known to have happened: it came, and where the times are known, it was answered and closed."""
    due_at = value.get("due_at")
    data = {
        "network": row.network,
        "place": Place.ELSEWHERE,
        "kind": Kind.SOCIAL,
        "posted_at": row.posted_at.isoformat() if row.posted_at else None,
        "received_at": row.received_at.isoformat(),
        "norm": value.get("norm_id"),
        "due_at": due_at.isoformat() if due_at else None,
        "topic": value["topic_id"],
        "department": value["department_id"],
        "status": row.status,
        "imported": True,
        # What another program knew and no column holds.
        **({"foreign_number": row.foreign_number} if row.foreign_number else {}),
        **({"ended_at": row.ended_at.isoformat()} if row.ended_at else {}),
    }
    yield Draft(gate.stream(number), Act.REGISTER, by.name, row.received_at, data)
    if row.answered_at is not None:
        yield Draft(gate.stream(number), Act.CONFIRM, by.name, row.answered_at, {"imported": True})
    if row.closed_at is not None:
        yield Draft(gate.stream(number), Act.CLOSE, by.name, row.closed_at, {"imported": True})
