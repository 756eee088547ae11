"""What an administrator does about a standstill: failed events are tried again, and it is noted who resumed a source."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules.acts import Actor, Refused

STREAM = "system"


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


def note_resumed(session: Session, source: Source, answers: int, by: Actor, *, now: datetime) -> None:
    """Write down who let a source send again, and how many answers went on their way with it."""
    data = {"source": source.id, "answers": answers}
    append(session, Draft(STREAM, "resume_source", by.name, now, data), now=now)
