"""One matter, several people: an appeal that asks the same as another one is linked to it.

Each author still looks for an answer under his own words. A linked appeal stays open and is answered with the same text
by one click when the main one is; who needs no answer of his own is put away as a duplicate (`approving.reject`).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import answering, approving, gate
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.rules.acts import Act, Purpose, Refused, Reject, Status


def link(
    session: Session, appeal: Appeal, main: Appeal | None, person: Person, *, now: datetime, seen_version: int | None
) -> None:
    """It asks the same as `main`. Raises Refused: `no_such_main`, `main_is_duplicate`, and what the gate refuses."""
    number = _check(appeal, main)
    gate.act(
        session,
        appeal,
        Act.LINK,
        person.actor,
        now=now,
        seen_version=seen_version,
        changes={"duplicate_of": number},
        data={"main": number},
    )


def put_away(
    session: Session, appeal: Appeal, main: Appeal | None, person: Person, *, now: datetime, seen_version: int | None
) -> None:
    """Out of the queue as a duplicate of `main`; nobody answers here. Raises Refused as `link` and `approving.reject`."""
    appeal.duplicate_of = _check(appeal, main)
    approving.reject(
        session,
        appeal,
        person,
        Reject.DUPLICATE,
        now=now,
        note=f"№ {appeal.duplicate_of}",
        seen_version=seen_version,
    )


def unlink(session: Session, appeal: Appeal, person: Person, *, now: datetime) -> None:
    """It is another matter. Raises Refused: `not_linked`, and what the gate refuses."""
    if appeal.duplicate_of is None:
        raise Refused("not_linked")
    data, changes = {"main": appeal.duplicate_of}, {"duplicate_of": None}
    gate.act(session, appeal, Act.UNLINK, person.actor, now=now, changes=changes, data=data)


def answer_alike(session: Session, appeal: Appeal, person: Person, *, now: datetime) -> Answer:
    """The main appeal's published answer as the draft here, for a person to look at and to publish.

    Raises Refused: `not_linked`, `main_unanswered`, `text_stands_here` (a text of somebody's is not written over).
    """
    if appeal.duplicate_of is None:
        raise Refused("not_linked")
    text = published_text(session, appeal.duplicate_of)
    if not text:
        raise Refused("main_unanswered", number=appeal.duplicate_of)
    draft = answering.current(session, appeal)
    if draft is not None and draft.text.strip() and draft.text.strip() != text.strip():
        raise Refused("text_stands_here")
    return answering.save(session, appeal, person, text, now=now, seen=draft.version if draft else None)


def published_text(session: Session, number: int) -> str:
    """Our last word on an appeal as it stands in public; empty where there is none."""
    query = select(Answer.text).where(
        Answer.appeal_number == number, Answer.state == AnswerState.PUBLISHED, Answer.purpose == Purpose.FINAL
    )
    return session.scalar(query.order_by(Answer.id.desc()).limit(1)) or ""


def of(session: Session, appeal: Appeal) -> list[Appeal]:
    """The appeals that ask the same as this one, oldest first."""
    query = (
        select(Appeal)
        .where(Appeal.duplicate_of == appeal.number)
        .options(joinedload(Appeal.topic), joinedload(Appeal.department))
    )
    return list(session.scalars(query.order_by(Appeal.number)))


def _check(appeal: Appeal, main: Appeal | None) -> int:
    if main is None or main.number == appeal.number or main.status is Status.REJECTED:
        raise Refused("no_such_main")
    if main.duplicate_of is not None:
        raise Refused("main_is_duplicate", number=main.duplicate_of)
    return main.number
