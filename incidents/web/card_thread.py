"""The thread on a card: what others wrote in the same branch of comments, or the author earlier in the dialog, and what we
answered them. Only what this person may see: each of them is an appeal of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.web import filters

MOST = 6


@dataclass(frozen=True)
class Spoken:
    """One of the others, and our last words that stand under theirs; empty where there are none."""

    appeal: Appeal
    answer: str


@dataclass(frozen=True)
class Thread:
    """Those nearest before and after this appeal, in reading order, and how many there are in all."""

    spoken: Sequence[Spoken] = ()
    count: int = 0


def read(session: Session, appeal: Appeal, person: Person) -> Thread:
    """The others of the branch, in one question."""
    if not appeal.branch:
        return Thread()
    answer = (
        select(Answer.text)
        .where(Answer.appeal_number == Appeal.number, Answer.state == AnswerState.PUBLISHED)
        .order_by(Answer.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Appeal, answer, func.count().over())
        .where(Appeal.branch == appeal.branch, Appeal.source_id == appeal.source_id, Appeal.number != appeal.number)
        .where(*filters.visible(person))
        .options(joinedload(Appeal.author))
        .order_by(Appeal.number.desc())
    )
    found = session.execute(query.limit(MOST)).all()
    spoken = sorted((Spoken(each, text or "") for each, text, _ in found), key=lambda one: one.appeal.number)
    return Thread(spoken, found[0][2] if found else 0)
