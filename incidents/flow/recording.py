"""A visible answer that did not pass the outbox: a person, or another program by its token, says where and when it stands.

The same evidence is asked of both: a link, and a moment that is possible. What it was for decides where the appeal goes.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, gate, promises
from incidents.flow.answering import Intent
from incidents.networks.links import BadLink, recognise
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import ApiToken, Person
from incidents.rules.acts import PUBLISHED_AS, Purpose, Refused


def record(
    session: Session,
    appeal: Appeal,
    by: Person | ApiToken,
    *,
    now: datetime,
    link: str,
    at: datetime,
    seen_version: int | None = None,
    intent: Intent | None = None,
    text: str = "",
) -> Answer:
    """The citizen can see an answer at `link` since `at`; the journal says by whose word.

    `intent` is what it was for (None: as our own text says, else final), `text` what it says, where that is known.
    Raises Refused: `bad_link`, `future_time`, `before_received`, `being_sent`, and what `answering.check_intent` (as on
    the day of the answer: a promise recorded late may be over by now) and the gate refuse.
    """
    _check_evidence(appeal, link, at, now)
    answer = _what_stands_there(session, appeal, link, intent, text, now)
    if intent is not None:
        answer.purpose, answer.promised_on = intent.purpose, intent.promised_on
    answering.check_intent(session, appeal, Intent(answer.purpose, answer.promised_on), now=at)
    answer.state, answer.next_at = AnswerState.PUBLISHED, None
    answer.permalink, answer.published_at, answer.error, answer.error_code = link, at, None, None
    session.flush()
    gate.act(
        session,
        appeal,
        PUBLISHED_AS[answer.purpose],
        by.actor,
        now=now,
        happened_at=at,
        data=published(answer, by_hand=isinstance(by, Person)),
        seen_version=seen_version,
        changes={"answered_outside_at": None},
    )
    promises.note(session, appeal, answer, at=at, now=now)
    return answer


def is_recorded(session: Session, appeal: Appeal, purpose: Purpose, link: str) -> bool:
    """Does the journal know this very publication already? Another program may say a thing twice."""
    query = select(Entry.data).where(
        Entry.stream == gate.stream(appeal.number), Entry.act == PUBLISHED_AS[purpose].value
    )
    return any(data.get("permalink") == link for data in session.scalars(query))


def published(answer: Answer, *, by_hand: bool) -> dict[str, str | int | bool | None]:
    """What the journal keeps of a visible answer."""
    return {
        "answer": answer.id,
        "permalink": answer.permalink,
        "external_id": answer.external_id,
        "promised_on": answer.promised_on.isoformat() if answer.promised_on else None,
        "by_hand": by_hand,
    }


def _what_stands_there(
    session: Session, appeal: Appeal, link: str, intent: Intent | None, text: str, now: datetime
) -> Answer:
    """The answer that a link shows: a colleague's that we heard of, else ours if it can be ours, else words of its own."""
    ours = answering.hold(session, answering.on_its_way(session, appeal) or answering.current(session, appeal))
    heard = session.scalar(
        select(Answer).where(
            Answer.appeal_number == appeal.number,
            Answer.is_outside,
            Answer.state == AnswerState.PUBLISHED,
            Answer.permalink == link,
        )
    )
    if heard is None and ours is not None and _is_it(ours, intent, text):
        return ours
    if ours is not None:
        _set_aside(ours, intent)
    if heard is not None:
        return heard
    theirs = Answer(
        appeal_number=appeal.number,
        state=AnswerState.PUBLISHED,
        text=text,
        version=1,
        created_at=now,
        is_outside=True,
        purpose=Purpose.FINAL,
    )
    session.add(theirs)
    return theirs


def _is_it(ours: Answer, intent: Intent | None, text: str) -> bool:
    """Can it be our own text that stands there? Not if it says something else, nor a draft that is for something else."""
    if text and text.split() != ours.text.split():
        return False
    is_draft = ours.state in answering.CURRENT
    return not is_draft or intent is None or intent.purpose is ours.purpose


def _set_aside(ours: Answer, intent: Intent | None) -> None:
    """Other words stand there, so our own were not published: after a last word they are taken back, before it the text
    that is being written goes on."""
    is_last = intent is None or intent.purpose is Purpose.FINAL
    is_draft = ours.state in answering.CURRENT
    ours.state = AnswerState.DRAFT if is_draft and not is_last else AnswerState.WITHDRAWN
    ours.next_at = None


def _check_evidence(appeal: Appeal, link: str, at: datetime, now: datetime) -> None:
    try:
        recognise(link)
    except BadLink:
        raise Refused("bad_link") from None
    if at > now:
        raise Refused("future_time")
    if at < (appeal.posted_at or appeal.received_at):
        raise Refused("before_received")
