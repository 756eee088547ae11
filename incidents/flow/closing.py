"""The end of an appeal, and its return: closed after its quality was checked or a quiet time, reopened where it was not
solved. A reopened appeal begins a new cycle with clocks of its own; the verdict of the first one stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, String, cast, literal, literal_column, select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import QUIETABLE, Appeal
from incidents.records.journal import Entry
from incidents.records.people import ApiToken, Person
from incidents.rules.acts import Act, Outcome, Refused

#: Appeals that one run closes: on SQLite nobody else writes meanwhile.
BATCH = 50


def close(
    session: Session,
    appeal: Appeal,
    by: Person | ApiToken,
    *,
    now: datetime,
    outcome: Outcome | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Nothing more is to be done. `outcome` says what came of the matter, `reason` why it ends without a final answer.

    Raises Refused: `not_answered_yet` (nobody may close what the citizen never saw an answer to), and what the gate refuses.
    """
    if appeal.answered_at is None:
        raise Refused("not_answered_yet")
    data = {"outcome": outcome}
    changes = {"outcome": outcome or appeal.outcome}
    gate.act(
        session,
        appeal,
        Act.CLOSE,
        by.actor,
        now=now,
        reason=reason,
        seen_version=seen_version,
        changes=changes,
        data=data,
    )


def reopen(
    session: Session,
    appeal: Appeal,
    by: Person | ApiToken,
    *,
    now: datetime,
    reason: str,
    seen_version: int | None = None,
) -> None:
    """It was not solved after all: the department that had it has it again, with new clocks from now on."""
    gate.act(
        session,
        appeal,
        Act.REOPEN,
        by.actor,
        now=now,
        reason=reason,
        seen_version=seen_version,
        changes={"outcome": None},
        data={"cycle": appeal.cycle + 1, "department": appeal.department_id},
    )


def close_quiet(session: Session, *, now: datetime, after: timedelta) -> list[int]:
    """Close what has been quiet for so long: answered, or waiting for an author who never wrote. Their numbers.

    Quiet is counted from the last entry of the journal, whatever it was; where a clock still runs, a promise to be kept or
    words of the author that we read too late, it is not quiet.
    """
    closed = []
    for appeal in session.scalars(quiet(now, after)).all():
        gate.act(session, appeal, Act.CLOSE, gate.CLOCK, now=now, reason="quiet", data={"outcome": None})
        closed.append(appeal.number)
    return closed


def quiet(now: datetime, after: timedelta) -> Select[Appeal]:
    """The appeals that have been quiet for so long, locked, the longest answered first; at most BATCH."""
    # The end of one stream, which its unique index gives at once; a maximum would read all of it.
    last = (
        select(Entry.noticed_at)
        .where(Entry.stream == literal("appeal:") + cast(Appeal.number, String))
        .order_by(Entry.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Appeal)
        .where(
            literal_column(f"({QUIETABLE})"),
            Appeal.next_clock.is_(None),
            Appeal.answered_at <= now - after,
            last <= now - after,
        )
        .order_by(Appeal.answered_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
