"""A handed-in text in the hands of those who wrote it: the approver mends it in place, the author agrees to what was
mended. Two people who stand for one wording are four eyes (`rules.eyes`)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import answering, gate, noticing, unread
from incidents.records.answers import Agreement, Answer, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.database import insert_missing
from incidents.records.notices import About
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused, Status


def mend(
    session: Session, appeal: Appeal, person: Person, text: str, *, now: datetime, seen: int, reread: int | None = None
) -> Answer:
    """Change a text that waits for approval, and stand for the wording; the others who wrote it see the difference.

    `seen` is the version that was changed. Raises as `answering.save`, and Refused: `not_waiting`, `empty_answer`,
    `nothing_changed`, `words_came` (after the version `reread` of the appeal).
    """
    if appeal.status is not Status.ON_APPROVAL:
        raise Refused("not_waiting")
    before = handed_in(session, appeal, seen, reread)
    if not text.strip():
        raise Refused("empty_answer")
    answer = answering.save(session, appeal, person, text, now=now, seen=before.version)
    if answer.version == seen:
        raise Refused("nothing_changed")
    agree(session, appeal, person, now=now, version=answer.version)
    others = select(Person).where(Person.id.in_(answering.writers(session, answer) - {person.id}))
    mark = f"{answer.id}.{answer.version}"
    noticing.tell(session, appeal, About.MENDED, session.scalars(others), mark=mark, now=now, by=person.id)
    return answer


def agree(session: Session, appeal: Appeal, person: Person, *, now: datetime, version: int) -> None:
    """One of its writers stands for this very version; a second time changes nothing.

    Raises Refused: `text_changed`, `not_a_writer`, and as the gate does.
    """
    answer = handed_in(session, appeal, version)
    if person.id not in answering.writers(session, answer):
        raise Refused("not_a_writer")
    row = {"answer_id": answer.id, "version": version, "person_id": person.id, "agreed_at": now}
    if agreed(session, [answer]).get(answer.id, frozenset()) >= {person.id}:
        return
    gate.act(session, appeal, Act.AGREE, person.actor, now=now, data={"answer": answer.id, "version": version})
    insert_missing(session, Agreement, [row])


def agreed(session: Session, answers: Collection[Answer]) -> dict[int, frozenset[int]]:
    """Who agreed to each answer (by id) exactly as it stands, in one question."""
    query = (
        select(Agreement.answer_id, Agreement.person_id)
        .join(Answer, Answer.id == Agreement.answer_id)
        .where(Answer.id.in_([each.id for each in answers]), Agreement.version == Answer.version)
    )
    found: dict[int, frozenset[int]] = {}
    for answer_id, person_id in session.execute(query) if answers else ():
        found[answer_id] = found.get(answer_id, frozenset()) | {person_id}
    return found


def is_agreed_by_another(session: Session, answer: Answer, person: Person) -> bool:
    """Does somebody else of the writers stand for the answer as it is?"""
    return bool(agreed(session, [answer]).get(answer.id, frozenset()) - {person.id})


def handed_in(session: Session, appeal: Appeal, version: int, seen_version: int | None = None) -> Answer:
    """The text that somebody decides about, held until the end of the transaction.

    Raises Refused: `empty_answer`, `text_changed`, `words_came` (the citizen wrote on after what this person saw).
    """
    # Held, or a wording saved in this very moment would be approved unread.
    answer = answering.hold(session, answering.current(session, appeal))
    if answer is None or not answer.text:
        raise Refused("empty_answer")
    if answer.version != version:
        raise Refused("text_changed")
    if seen_version is not None and seen_version != appeal.version and _words_came(session, answer):
        raise Refused("words_came")
    return answer


def _words_came(session: Session, answer: Answer) -> bool:
    query = select(func.max(AnswerVersion.saved_at)).where(AnswerVersion.answer_id == answer.id)
    written = session.scalar(query) or answer.created_at
    return bool(unread.since(session, {answer.appeal_number: written}))
