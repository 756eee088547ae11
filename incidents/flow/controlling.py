"""Personal control: a manager or the press sector keeps an appeal under their own eyes, with a comment, until its end.

Each person has a mark of their own and takes it off again; a manager may take off any. The comment is the journal's
reason, seen by whoever sees the appeal.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from incidents.flow import gate, noticing
from incidents.records.appeals import Appeal
from incidents.records.controls import Control
from incidents.records.journal import Entry, EntryText
from incidents.records.notices import About
from incidents.records.people import Person
from incidents.rules.acts import OPEN, Act, Refused, Role


def control(
    session: Session,
    appeal: Appeal,
    person: Person,
    *,
    now: datetime,
    comment: str = "",
    seen_version: int | None = None,
) -> Control:
    """Put an appeal under this person's control. Raises Refused: `controlled_already`, and what the gate refuses."""
    if living(session, appeal.number, person.id):
        raise Refused("controlled_already")
    row = Control(appeal_number=appeal.number, person_id=person.id, since=now)
    session.add(row)
    gate.act(
        session,
        appeal,
        Act.CONTROL,
        person.actor,
        now=now,
        reason=comment,
        seen_version=seen_version,
        changes={"is_controlled": True},
        data={"person": person.id},
    )
    return row


def release(
    session: Session,
    appeal: Appeal,
    person: Person,
    *,
    now: datetime,
    whose: int | None = None,
    seen_version: int | None = None,
) -> None:
    """Take a mark off: one's own, or as a manager anybody's (`whose`).

    Raises Refused: `not_controlled`, `not_your_control`, and what the gate refuses.
    """
    meant = whose if whose is not None else person.id
    if meant != person.id and person.role is not Role.MANAGER:
        raise Refused("not_your_control")
    marks = living(session, appeal.number)
    mine = [mark for mark in marks if mark.person_id == meant]
    if not mine:
        raise Refused("not_controlled")
    for mark in mine:
        mark.released_at = now
    gate.act(
        session,
        appeal,
        Act.RELEASE,
        person.actor,
        now=now,
        seen_version=seen_version,
        changes={"is_controlled": len(marks) > len(mine)},
        data={"person": meant},
    )


def living(session: Session, number: int, person_id: int | None = None) -> list[Control]:
    """The marks on an appeal that nobody has taken off, oldest first."""
    query = select(Control).where(Control.appeal_number == number, Control.released_at.is_(None))
    if person_id is not None:
        query = query.where(Control.person_id == person_id)
    return list(session.scalars(query.options(joinedload(Control.person)).order_by(Control.since, Control.id)))


def comments(session: Session, numbers: Iterable[int]) -> dict[tuple[int, int], str]:
    """The comment each person gave last with their mark, by number and person; in one question. Erased ones are missing."""
    streams = {gate.stream(number): number for number in numbers}
    marked = (Entry.stream.in_(list(streams)), Entry.act == Act.CONTROL.value)
    last = select(func.max(Entry.id)).where(*marked).group_by(Entry.stream, Entry.by)
    query = select(Entry.stream, Entry.data, EntryText.text).join(EntryText).where(Entry.id.in_(last))
    return {
        (streams[stream], data["person"]): text for stream, data, text in session.execute(query) if text is not None
    }


def tell_done(session: Session, *, now: datetime, at_most: int = 200) -> int:
    """Tell who keeps an appeal under control that its final answer is visible, or that it is over; how many notices.

    Once a mark and cycle: an appeal that was brought back and answered again is told again.
    """
    # Brought back since: its next end is news.
    session.execute(
        update(Control)
        .where(Control.released_at.is_(None), Control.told_at.is_not(None))
        .where(Control.appeal_number.in_(select(Appeal.number).where(Appeal.is_controlled, Appeal.status.in_(OPEN))))
        .values(told_at=None)
        .execution_options(synchronize_session=False)
    )
    query = (
        select(Control, Appeal, Person)
        .join(Appeal, Appeal.number == Control.appeal_number)
        .join(Person, Person.id == Control.person_id)
        .where(Appeal.is_controlled, Appeal.status.not_in(OPEN))
        .where(Control.released_at.is_(None), Control.told_at.is_(None))
        .order_by(Control.id)
        .limit(at_most)
    )
    told = 0
    for mark, appeal, person in session.execute(query).all():
        mark.told_at = now
        # The version names the end: brought back and ended again, it is another one.
        told += len(noticing.tell(session, appeal, About.DONE, [person], mark=f"done:{appeal.version}", now=now))
    session.flush()
    return told
