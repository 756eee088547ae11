"""The gate: every act on an appeal passes here, and nothing else writes its status.

It asks the lifecycle table, checks the actor's scope, changes the appeal under its version, appends one journal entry and
counts the clocks anew, all in the caller's transaction.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from incidents.flow import searching, timing
from incidents.flow.journalling import Draft, append, append_many
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.parts import involved
from incidents.rules.acts import Act, Actor, Refused
from incidents.rules.lifecycle import find

#: The program's own hand where it counts time.
CLOCK = Actor("machine:clock")


def act(
    session: Session,
    appeal: Appeal,
    what: Act,
    by: Actor,
    *,
    now: datetime,
    happened_at: datetime | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Do one act to one appeal.

    `changes` are the columns that change with the act, `data` the codes and ids for the journal, `happened_at` when it
    was true if that was not now, `seen_version` the version the person was looking at.
    Raises Refused: `not_allowed` (the table has no such row for this actor), `reason_needed`, `changed_meanwhile`
    (somebody was faster), `before_reopened` (what was seen then answers nothing now); the caller rolls back.
    """
    move = find(by, what, appeal.status, appeal.department_id)
    if move is None and by.departments:
        # Few are asked for a part; only they cost the question.
        move = find(by, what, appeal.status, appeal.department_id, involved(session, appeal.number))
    if move is None:
        raise Refused("not_allowed", act=what, status=appeal.status)
    reason = (reason or "").strip() or None
    if move.reason and reason is None:
        raise Refused("reason_needed", act=what)
    if seen_version is not None and seen_version != appeal.version:
        raise Refused("changed_meanwhile", number=appeal.number)
    for column, value in (changes or {}).items():
        setattr(appeal, column, value)
    if move.end is not None:
        appeal.status = move.end
    entry = Draft(stream(appeal.number), what, by.name, happened_at or now, data or {}, reason)
    if what in timing.TIMELESS:
        _flush(session, appeal)
        append(session, entry, now=now)
        _index(session, entry, appeal.number)
        return
    # Two acts that both move a clock must not pass each other, even where neither changes a column.
    flag_modified(appeal, "status")
    count_and_append(session, appeal, entry, now=now)


def count_and_append(session: Session, appeal: Appeal, entry: Draft, *, now: datetime) -> None:
    """Count the clocks as they stand with this entry, and write both; a changed deadline is told in the entry itself.

    Alarms before the journal, as the sweep holds them: each would wait for what the other one has.
    """
    reckoning, has_changed = timing.count(session, appeal, entry.stream, entry, now=now)
    if has_changed:
        deadline = {"norm": appeal.norm_id, "due_at": appeal.due_at.isoformat() if appeal.due_at else None}
        entry = dataclasses.replace(entry, data={**entry.data, **deadline})
    _flush(session, appeal)
    corrections = timing.keep(session, appeal, reckoning, town_of(session).steps, now=now)
    append_many(session, [entry, *corrections], now=now)
    _index(session, entry, appeal.number)


def _index(session: Session, entry: Draft, number: int) -> None:
    # After the entry, so that a note is found too, and under the stream's row: two acts write one index row in turn.
    if entry.act in searching.WORDED:
        searching.refresh(session, [number])


def _flush(session: Session, appeal: Appeal) -> None:
    # Read before: after a failed flush the session answers nothing until it is rolled back.
    number = appeal.number
    try:
        session.flush()
    except StaleDataError:
        raise Refused("changed_meanwhile", number=number) from None


def stream(number: int) -> str:
    """The name of an appeal's stream in the journal."""
    return f"appeal:{number}"
