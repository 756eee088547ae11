"""The gate: every act on an appeal passes here, and nothing else writes its status.

It asks the lifecycle table, checks the actor's scope, changes the appeal under its version, and appends one journal
entry, all in the caller's transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from incidents.flow.journalling import Draft, append
from incidents.records.appeals import Appeal
from incidents.rules.lifecycle import Act, Actor, Refused, find

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
    (somebody was faster; nothing is changed and the caller rolls back).
    """
    move = find(by, what, appeal.status, appeal.department_id)
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
    try:
        session.flush()
    except StaleDataError:
        raise Refused("changed_meanwhile", number=appeal.number) from None
    entry = Draft(stream(appeal.number), what, by.name, happened_at or now, data or {}, reason)
    append(session, entry, now=now)


def stream(number: int) -> str:
    """The name of an appeal's stream in the journal."""
    return f"appeal:{number}"
