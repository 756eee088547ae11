"""What an administrator does about a standstill: failed events are tried again or given up, answers go out at
once, and it is noted who resumed a source."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.answers import Answer, AnswerState
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules.acts import Actor, Refused

STREAM = "system"
#: What stands where the error of an event stood that was given up.
GIVEN_UP = "given_up"


def retry_events(session: Session, by: Actor, *, now: datetime, event_id: int | None = None) -> int:
    """Put failed events, or one of them, back into the inbox with a clean count of attempts; how many.

    Raises Refused("nothing_to_retry") when none is failed (any more).
    """
    failed = InboxEvent.state == InboxState.FAILED
    retried = session.scalars(
        update(InboxEvent)
        .where(failed if event_id is None else failed & (InboxEvent.id == event_id))
        .values(state=InboxState.PENDING, attempts=0, next_at=now)
        .returning(InboxEvent.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not retried:
        raise Refused("nothing_to_retry")
    append(session, Draft(STREAM, "retry_events", by.name, now, {"events": sorted(retried)}), now=now)
    return len(retried)


def drop_events(session: Session, by: Actor, *, now: datetime, reason: str, event_id: int | None = None) -> int:
    """Give failed events, or one of them, up: nothing will read them any more; how many. Their bodies stay for the usual time.

    Raises Refused: `reason_needed`, `nothing_to_retry` when none is failed (any more).
    """
    if not reason.strip():
        raise Refused("reason_needed")
    failed = InboxEvent.state == InboxState.FAILED
    dropped = session.scalars(
        update(InboxEvent)
        .where(failed if event_id is None else failed & (InboxEvent.id == event_id))
        .values(state=InboxState.IGNORED, error=GIVEN_UP)
        .returning(InboxEvent.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not dropped:
        raise Refused("nothing_to_retry")
    append(session, Draft(STREAM, "drop_events", by.name, now, {"events": sorted(dropped)}, reason.strip()), now=now)
    return len(dropped)


def hurry(session: Session, by: Actor, *, now: datetime, answer_id: int | None = None) -> int:
    """Let answers that the program tries again by itself, or one of them, go out now; how many.

    What waits for a person's eyes is not touched: whether it stands in the network already, only they can see.
    Raises Refused("nothing_to_resend") when none waits (any more).
    """
    waits = Answer.state == AnswerState.RETRY
    hurried = session.scalars(
        update(Answer)
        .where(waits if answer_id is None else waits & (Answer.id == answer_id))
        .values(next_at=now)
        .returning(Answer.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not hurried:
        raise Refused("nothing_to_resend")
    append(session, Draft(STREAM, "hurry_answers", by.name, now, {"answers": sorted(hurried)}), now=now)
    return len(hurried)


def note_resumed(session: Session, source: Source, answers: int, by: Actor, *, now: datetime) -> None:
    """Write down who let a source send again, and how many answers went on their way with it."""
    data = {"source": source.id, "answers": answers}
    append(session, Draft(STREAM, "resume_source", by.name, now, data), now=now)
