"""What stands near an appeal on its card: the author's other appeals, the like ones, those of one address, the answers to
learn from. Everything is limited to what this person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import duplicates, likening, locating
from incidents.flow.likening import Alike, Learnt, matter_of
from incidents.records.appeals import Appeal, Message
from incidents.records.people import Person
from incidents.rules.acts import OPEN, Role
from incidents.rules.likeness import Matter, is_repeat
from incidents.web import current, filters
from incidents.web.card_rows import Has

#: Of the author's other appeals so many are named; the rest is a number. So many are looked at for a repeat.
EARLIER, LOOKED_AT = 4, 20
AT_ADDRESS = 3


@dataclass(frozen=True)
class History:
    """The author's other appeals: the latest, how many there are, and which are about the same, newest first."""

    latest: Sequence[Appeal] = ()
    count: int = 0
    repeats: Sequence[Appeal] = ()


@dataclass(frozen=True)
class Near:
    """All of it."""

    history: History
    alike: Sequence[Alike]
    alike_count: int
    at_address: Sequence[Appeal]
    at_address_count: int
    learnt: Sequence[Learnt]
    #: Those that ask the same as this one, and which of them can take this one's answer.
    duplicates: Sequence[Appeal]
    main: Appeal | None
    #: Our last word on the main one, which can be given here too.
    main_text: str


def read(
    session: Session, appeal: Appeal, heard: Sequence[Message], person: Person, has: Has, *, may_write: bool
) -> Near:
    """What is near, in a fixed number of questions."""
    visible, now, matter = filters.visible(person), current.now(), matter_of(appeal)
    text = " ".join([appeal.text, *(message.text for message in heard[1:3])])
    alike, count, learnt = likening.beside(
        session, text, matter, visible, now=now, leave_out=appeal.number, learning=may_write
    )
    at_address, at_count = locating.others(session, appeal, visible, AT_ADDRESS)
    main = None
    if appeal.duplicate_of:
        main = session.scalar(select(Appeal).where(Appeal.number == appeal.duplicate_of, *visible))
    return Near(
        history=_history(session, appeal, person, matter) if has.others else History(),
        alike=alike,
        alike_count=count,
        at_address=at_address,
        at_address_count=at_count,
        learnt=learnt,
        duplicates=duplicates.of(session, appeal) if has.duplicates and person.role is Role.PRESS else (),
        main=main,
        main_text=duplicates.published_text(session, main.number) if main and appeal.status in OPEN else "",
    )


def _history(session: Session, appeal: Appeal, person: Person, matter: Matter) -> History:
    theirs = (Appeal.author_id == appeal.author_id, Appeal.number != appeal.number, *filters.visible(person))
    names = joinedload(Appeal.topic), joinedload(Appeal.department)
    query = select(Appeal, func.count().over()).where(*theirs).options(*names).order_by(Appeal.number.desc())
    rows = session.execute(query.limit(LOOKED_AT)).all()
    found, count = [each for each, _ in rows], rows[0][1] if rows else 0
    repeats = [each for each in found if is_repeat(matter, matter_of(each), appeal.received_at, each.received_at)]
    return History(found[:EARLIER], count, repeats)
