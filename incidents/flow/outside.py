"""The page's own words come back from the network: by our hand they are recognised, by a colleague's they are recorded.

Ours are known by the network's id of them, by the random id we sent them under, or - when the event overtakes the answer
to our call - by their place and text while that delivery is under way.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, publishing
from incidents.networks.events import Receipt, Said
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Message
from incidents.records.sources import Source
from incidents.rules.acts import Act, Actor

_AT_WORK = (AnswerState.DRAFT, AnswerState.ON_APPROVAL)
#: A delivery whose outcome is not yet known: the event may be the first we hear of its success.
_UNDER_WAY = (AnswerState.SENDING, AnswerState.RETRY, AnswerState.UNKNOWN, AnswerState.NEEDS_OPERATOR)


def hear_ourselves(session: Session, said: Said, source: Source, *, now: datetime) -> None:
    """Recognise our own words, or record a colleague's answer that went past this program. Never an appeal.

    1. Find the appeal they answer, and hold its deliveries: the outbox may be writing down this very answer, and holds
       the delivery before the appeal, as everybody does.
    2. Only then ask whether these words are known: what the outbox wrote meanwhile is seen.
    """
    appeal = _appeal_answered(session, said)
    if appeal is not None:
        _hold_deliveries(session, appeal)
    if _is_known(session, said, source):
        return
    mine = _under_way(session, said, source, appeal)
    if mine is not None:
        receipt = Receipt(said.external_id or "", said.permalink, said.posted_at)
        publishing.record(session, mine.id, receipt, now=now)
    elif appeal is not None:
        session.refresh(appeal, with_for_update=True)
        _record_colleague(session, appeal, said, source, now)


def _is_known(session: Session, said: Said, source: Source) -> bool:
    if said.external_id is None:
        return False
    # Comments and dialogs are numbered apart: the same number elsewhere is another text.
    query = select(Answer.reply_to).where(Answer.source_id == source.id, Answer.external_id == said.external_id)
    return any(_room(reply_to) == _room(said.reply_to) for reply_to in session.scalars(query))


def _room(reply_to: Mapping[str, Any]) -> list[Any]:
    """Where a network numbers its words by themselves: a wall, a dialog, a chat, what is answered by hand only."""
    return [reply_to.get(part) for part in ("owner_id", "peer_id", "chat_id", "by_hand")]


def _under_way(session: Session, said: Said, source: Source, appeal: Appeal | None) -> Answer | None:
    if said.random_id:
        by_random_id = session.scalar(select(Answer).where(Answer.guid == said.random_id))
        if by_random_id is not None:
            return by_random_id
    if appeal is None:
        return None
    query = select(Answer).where(
        Answer.appeal_number == appeal.number, Answer.source_id == source.id, Answer.state.in_(_UNDER_WAY)
    )
    return next((answer for answer in session.scalars(query) if _same(answer.text, said.text)), None)


def _same(ours: str, theirs: str) -> bool:
    """Networks fold white space and line ends."""
    return ours.split() == theirs.split()


def _appeal_answered(session: Session, said: Said) -> Appeal | None:
    """The appeal these words answer: the words they stand under, or the newest of the dialog."""
    if said.answers:
        number = session.scalar(select(Message.appeal_number).where(Message.object_key == said.answers))
        if number is not None:
            return session.get(Appeal, number)
    query = select(Appeal).where(Appeal.branch == said.branch).order_by(Appeal.number.desc()).limit(1)
    return session.scalar(query) if said.branch else None


def _hold_deliveries(session: Session, appeal: Appeal) -> None:
    # Not the text being worked on: who hands it in holds the appeal first.
    query = (
        select(Answer).where(Answer.appeal_number == appeal.number, Answer.state.not_in(_AT_WORK)).order_by(Answer.id)
    )
    session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _record_colleague(session: Session, appeal: Appeal, said: Said, source: Source, now: datetime) -> None:
    answer = Answer(
        appeal_number=appeal.number,
        state=AnswerState.PUBLISHED,
        text=said.text,
        created_at=now,
        is_outside=True,
        source_id=source.id,
        reply_to=dict(said.reply_to),
        external_id=said.external_id,
        permalink=said.permalink,
        published_at=said.posted_at,
    )
    session.add(answer)
    session.flush()
    changes = {"answered_outside_at": said.posted_at} if appeal.answered_at is None else {}
    gate.act(
        session,
        appeal,
        Act.ANSWERED_OUTSIDE,
        Actor(f"network:{source.network}"),
        now=now,
        happened_at=said.posted_at,
        data={"answer": answer.id, "permalink": said.permalink},
        changes=changes,
    )
