"""Taking back what was just entered by hand: out of the queue, with an entry that says so, for some minutes.

Nothing is deleted: the appeal stays with its number and its journal, rejected, and can be taken into work again.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, gate
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused, Reject, Status

#: So long after its registration.
WITHIN = timedelta(minutes=10)
_UNTOUCHED = frozenset({Status.NEW, Status.ASSIGNED})


def is_possible(appeal: Appeal, now: datetime) -> bool:
    """Not too late, and nobody works on it yet. Whose registration it was is asked when it is done."""
    return appeal.status in _UNTOUCHED and appeal.assignee_id is None and now - appeal.registered_at <= WITHIN


def retract(session: Session, appeal: Appeal, person: Person, *, now: datetime, note: str) -> None:
    """Take an appeal back that this person entered; `note` says so in words, in the journal.

    Raises Refused: `retract_foreign`, `retract_late`, and as `approving.reject`.
    """
    registered = select(Entry.by).where(Entry.stream == gate.stream(appeal.number), Entry.act == Act.REGISTER)
    if session.scalar(registered) != person.actor.name:
        raise Refused("retract_foreign")
    if not is_possible(appeal, now):
        raise Refused("retract_late", minutes=WITHIN // timedelta(minutes=1))
    # What was entered wrongly is entered again: of the two this one is the one too many.
    approving.reject(session, appeal, person, Reject.DUPLICATE, now=now, note=note)
