"""Writing an answer: the shared draft, its versions, submission, agreement, sending back. Approval is `approving`.

Two people on one card never lose each other's work: every wording is a version, and who writes over a version that he
has not seen gets both texts back (`WritingConflict`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from incidents.flow import arriving, gate
from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.people import Person
from incidents.rules.acts import Act, Purpose, Refused
from incidents.rules.lifecycle import may
from incidents.rules.norms import STATUTORY

#: A text that is still being worked on.
CURRENT = (AnswerState.DRAFT, AnswerState.ON_APPROVAL)
#: A delivery that may still reach the citizen.
ON_ITS_WAY = (
    AnswerState.APPROVED,
    AnswerState.SENDING,
    AnswerState.RETRY,
    AnswerState.NEEDS_OPERATOR,
    AnswerState.NEEDS_ADMIN,
    AnswerState.UNKNOWN,
)
LONGEST_TEXT = 16_384
#: A decision may be promised for so many days ahead, and no further.
FARTHEST_PROMISE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a text is for, and the date that a deferral promises."""

    purpose: Purpose = Purpose.FINAL
    promised_on: date | None = None


class WritingConflict(Refused):
    """Somebody saved another wording meanwhile: `theirs` is what is saved now, `mine` what was about to replace it."""

    def __init__(self, theirs: str, mine: str, version: int, writer: str) -> None:
        super().__init__("writing_conflict", writer=writer)
        self.theirs, self.mine, self.version = theirs, mine, version


def current(session: Session, appeal: Appeal) -> Answer | None:
    """The text being worked on, if any."""
    query = select(Answer).where(Answer.appeal_number == appeal.number, Answer.state.in_(CURRENT))
    return session.scalar(query.execution_options(populate_existing=True))


def on_its_way(session: Session, appeal: Appeal) -> Answer | None:
    """The approved answer that is not confirmed yet, if any."""
    return session.scalar(select(Answer).where(Answer.appeal_number == appeal.number, Answer.state.in_(ON_ITS_WAY)))


def hold(session: Session, answer: Answer | None) -> Answer | None:
    """The same answer as it stands now, locked: until the end of the transaction nobody writes, claims or sends it.

    Raises Refused("being_sent") while a worker may be handing it to the network.
    """
    if answer is not None:
        session.refresh(answer, with_for_update=True)
        if answer.state is AnswerState.SENDING:
            raise Refused("being_sent")
    return answer


def may_write(person: Person, appeal: Appeal) -> bool:
    """May this person write the answer now? Whoever may hand it in, and the press sector while it waits for approval."""
    acts = (Act.SUBMIT, Act.APPROVE)
    return any(may(person.actor, act, appeal.status, appeal.department_id) for act in acts)


def save(
    session: Session,
    appeal: Appeal,
    person: Person,
    text: str,
    *,
    now: datetime,
    seen: int | None,
    intent: Intent | None = None,
) -> Answer:
    """Save a wording of the shared draft. `seen` is the version it was written over (None: there was none), `intent` what
    it is for (None: as it was). Another purpose is another version too: who approves names what was read.

    Raises Refused: `not_allowed`, `too_long`; WritingConflict when another wording was saved meanwhile.
    """
    if not may_write(person, appeal):
        raise Refused("not_allowed", act=Act.SUBMIT, status=appeal.status)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", longest=LONGEST_TEXT, length=len(text))
    answer = current(session, appeal) or _begin(session, appeal, person, text, now)
    meant = Intent(answer.purpose, answer.promised_on)
    is_same = answer.text == text and answer.version != 0
    if is_same and intent in (None, meant):
        return answer
    if not is_same and answer.version != (seen or 0):
        raise _conflict(session, answer, text)
    meant = intent or meant
    answer.purpose, answer.promised_on = meant.purpose, meant.promised_on
    _write(session, answer, person, text, now)
    return answer


def submit(
    session: Session,
    appeal: Appeal,
    person: Person,
    text: str,
    *,
    now: datetime,
    seen: int | None,
    seen_version: int | None = None,
    intent: Intent | None = None,
) -> Answer:
    """Save the wording and hand it in for approval. Raises as `save` and `check_intent`, and Refused("empty_answer")."""
    answer = save(session, appeal, person, text, now=now, seen=seen, intent=intent)
    if not answer.text:
        raise Refused("empty_answer")
    check_intent(session, appeal, Intent(answer.purpose, answer.promised_on), now=now)
    answer.state, answer.submitted_by = AnswerState.ON_APPROVAL, person.id
    data = {"answer": answer.id, "version": answer.version, "purpose": answer.purpose}
    gate.act(session, appeal, Act.SUBMIT, person.actor, now=now, data=data, seen_version=seen_version)
    return answer


def send_back(
    session: Session, appeal: Appeal, person: Person, *, now: datetime, reason: str, seen_version: int | None = None
) -> None:
    """Back to the writer, with a reason; an approved answer that has not gone out is withdrawn and becomes a draft again.

    Raises Refused("being_sent") while a worker may be handing it to the network.
    """
    answer = current(session, appeal)
    sent = hold(session, on_its_way(session, appeal))
    text = answer or sent
    data = {"answer": text.id if text else None}
    gate.act(session, appeal, Act.SEND_BACK, person.actor, now=now, reason=reason, data=data, seen_version=seen_version)
    if answer is not None:
        answer.state, answer.endorsed_version = AnswerState.DRAFT, None
    elif sent is not None:
        sent.state, sent.next_at = AnswerState.WITHDRAWN, None
        session.flush()
        _reopen(session, sent, now)
    if text is not None:
        arriving.back_at_writers(session, appeal, writers(session, text), person, now=now)


def check_intent(session: Session, appeal: Appeal, intent: Intent, *, now: datetime) -> None:
    """May this be said to this citizen now?

    Raises Refused: `promise_needed` (a deferral without its date), `promise_past`, `promise_far` (more than 30 days ahead),
    `only_final` (under a law nothing but the answer is one).
    """
    if intent.purpose is not Purpose.FINAL and appeal.kind in STATUTORY:
        raise Refused("only_final")
    if intent.purpose is not Purpose.DEFERRAL:
        return
    today = now.astimezone(town_of(session).zone).date()
    if intent.promised_on is None:
        raise Refused("promise_needed")
    if intent.promised_on <= today:
        raise Refused("promise_past")
    if intent.promised_on > today + FARTHEST_PROMISE:
        raise Refused("promise_far", last=today + FARTHEST_PROMISE)


def writers(session: Session, answer: Answer) -> set[int]:
    """Everybody who wrote any part of the answer as it stands."""
    query = select(AnswerVersion.person_id).where(AnswerVersion.answer_id == answer.id)
    return set(session.scalars(query))


def _begin(session: Session, appeal: Appeal, person: Person, text: str, now: datetime) -> Answer:
    answer = _draft(appeal.number, now)
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:
        # Somebody began one in the same moment; the database keeps one current text an appeal.
        other = current(session, appeal)
        if other is None:
            raise
        raise _conflict(session, other, text) from None
    return answer


def _draft(number: int, now: datetime) -> Answer:
    fresh = {"text": "", "purpose": Purpose.FINAL, "version": 0, "is_outside": False}
    return Answer(appeal_number=number, state=AnswerState.DRAFT, created_at=now, followed={}, **fresh)


def _reopen(session: Session, sent: Answer, now: datetime) -> None:
    """A withdrawn answer as a draft again, with its versions: whoever wrote it still cannot approve it alone."""
    again = _draft(sent.appeal_number, now)
    again.text, again.version, again.followed = sent.text, sent.version, dict(sent.followed)
    again.purpose, again.promised_on = sent.purpose, sent.promised_on
    session.add(again)
    session.flush()
    columns = AnswerVersion.version, AnswerVersion.text, AnswerVersion.person_id, AnswerVersion.saved_at
    for row in session.execute(select(*columns).where(AnswerVersion.answer_id == sent.id)):
        session.add(AnswerVersion(answer_id=again.id, **row._mapping))
    session.flush()


def _write(session: Session, answer: Answer, person: Person, text: str, now: datetime) -> None:
    """Claim the next version by a conditional UPDATE; of two writers over one version, one gets the conflict."""
    session.flush()
    done = session.scalar(
        update(Answer)
        .where(Answer.id == answer.id, Answer.version == answer.version, Answer.state.in_(CURRENT))
        .values(text=text, version=answer.version + 1)
        .returning(Answer.version)
        .execution_options(synchronize_session=False)
    )
    session.refresh(answer)
    if done is None:
        raise _conflict(session, answer, text)
    session.add(
        AnswerVersion(answer_id=answer.id, version=answer.version, text=text, person_id=person.id, saved_at=now)
    )
    session.flush()


def _conflict(session: Session, answer: Answer, mine: str) -> WritingConflict:
    session.refresh(answer)
    writer = session.scalar(
        select(Person.name)
        .join(AnswerVersion, AnswerVersion.person_id == Person.id)
        .where(AnswerVersion.answer_id == answer.id, AnswerVersion.version == answer.version)
    )
    return WritingConflict(answer.text, mine, answer.version, writer or "")
