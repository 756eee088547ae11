"""The end of an appeal, and its return: closed after its quality was checked or a quiet time, reopened where it was not
solved. A reopened appeal begins a new cycle with clocks of its own; the verdict of the first one stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import ApiToken, Person
from incidents.rules.lifecycle import Act, Outcome, Refused, Status

#: Appeals that one run closes.
BATCH = 200


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
    last = (
        select(func.max(Entry.noticed_at)).where(Entry.stream == literal("appeal:") + cast(Appeal.number, String))
    ).scalar_subquery()
    waiting = (
        select(Appeal)
        .where(
            Appeal.status.in_([Status.ANSWERED, Status.AWAITING_AUTHOR]),
            ~Appeal.is_imported,
            Appeal.next_clock.is_(None),
            Appeal.answered_at <= now - after,
            last <= now - after,
        )
        .order_by(Appeal.number)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    closed = []
    for appeal in session.scalars(waiting).all():
        gate.act(session, appeal, Act.CLOSE, gate.CLOCK, now=now, reason="quiet", data={"outcome": None})
        closed.append(appeal.number)
    return closed
