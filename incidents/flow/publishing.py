"""The outbox: an approved answer reaches the network once, or its failure stands on the screen.

A worker claims (short transaction), sends (no transaction, no lock), records (short transaction). A worker that dies in
between leaves a row that is `sending` past its claim: VK is asked again under the same guid, Telegram never is.
"""

import random
from datetime import datetime, timedelta

import httpx2
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from incidents.flow import gate, promises, recording, vault
from incidents.networks import telegram_sending, vk_sending
from incidents.networks.events import Failure, Letter, Outcome, Page, Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.records.sources import Source
from incidents.rules.acts import PUBLISHED_AS, Act, Actor, Refused, Status
from incidents.rules.places import Network
from incidents.settings import Settings

SENDERS = {Network.VK: vk_sending.send, Network.TELEGRAM: telegram_sending.send}
INTERVALS = {Network.VK: vk_sending.INTERVAL, Network.TELEGRAM: telegram_sending.INTERVAL}
#: Only a network that knows our name for a delivery may be asked a second time after silence.
REPEATABLE = frozenset({Network.VK})
#: A worker that holds a delivery longer than this is taken for dead; well beyond the wire's own time-outs.
CLAIM = timedelta(seconds=45)
GIVE_UP_AFTER = timedelta(hours=24)
_LONGEST_DELAY = 900.0
_WAITING = (AnswerState.APPROVED, AnswerState.RETRY, AnswerState.UNKNOWN, AnswerState.SENDING)


def claim(session: Session, worker: str, *, now: datetime) -> int | None:
    """Claim the next answer that may go out now, in its own short transaction: its id, or None. The caller commits.

    1. Find the longest waiting answer whose source is healthy, free of other senders, and within its rate.
    2. Claim the source, so that one worker sends for it; the rate bucket moves on in the same UPDATE.
    3. Claim the answer. One that another worker was sending when it died is `unknown` where it cannot be repeated.
    """
    found = session.execute(_next(worker, now)).first()
    if found is None:
        return None
    answer_id, source_id, network = found
    free_again = now + timedelta(seconds=INTERVALS[network])
    source = session.scalar(
        update(Source)
        .where(Source.id == source_id, _is_free(worker, now))
        .values(sender=worker, sender_until=now + CLAIM, next_send_at=free_again)
        .returning(Source.id)
        .execution_options(synchronize_session=False)
    )
    if source is None:
        return None
    return session.scalar(
        update(Answer)
        .where(Answer.id == answer_id, Answer.state.in_(_WAITING), Answer.next_at <= now)
        .values(state=AnswerState.SENDING, claimed_by=worker, next_at=now + CLAIM, attempts=Answer.attempts + 1)
        .returning(Answer.id)
        .execution_options(synchronize_session=False)
    )


def give_up_on_the_dead(session: Session, *, now: datetime) -> list[int]:
    """Deliveries whose worker died in the middle, in networks that cannot be asked twice: a person must look. Their ids."""
    query = (
        select(Answer)
        .join(Source, Source.id == Answer.source_id)
        .where(Answer.state == AnswerState.SENDING, Answer.next_at <= now, Source.network.not_in(list(REPEATABLE)))
        .with_for_update(of=Answer, skip_locked=True)
    )
    dead = list(session.scalars(query))
    for answer in dead:
        record(session, answer.id, Failure("unknown", "worker_died"), now=now)
    return [answer.id for answer in dead]


def letter_of(session: Session, answer_id: int, settings: Settings) -> tuple[Letter, Source, Page, str]:
    """What is to be sent for a claimed answer: the letter, its source, its page and the unsealed token."""
    answer = session.get_one(Answer, answer_id)
    source = session.get_one(Source, answer.source_id)
    web_url = settings.vk_web_url if source.network is Network.VK else settings.telegram_web_url
    page = Page(source.external_id, source.account, web_url)
    letter = Letter(answer.text, answer.reply_to, answer.guid or 0)
    return letter, source, page, vault.unseal(settings.key, source.sealed_token)


def send(
    client: httpx2.Client,
    network: Network,
    letter: Letter,
    page: Page,
    token: str,
    settings: Settings,
    *,
    now: datetime,
) -> Outcome:
    """Hand a letter to its network: no database, no lock."""
    api_url = settings.vk_api_url if network is Network.VK else settings.telegram_api_url
    return SENDERS[network](client, api_url, token, letter, page, now)


def record(session: Session, answer_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Write down what the network said of a delivery, in the caller's transaction.

    The network's own event may have confirmed it before its answer to our call came: what is published stays published.
    """
    answer = session.get_one(Answer, answer_id, with_for_update=True, populate_existing=True)
    appeal = session.get_one(Appeal, answer.appeal_number, with_for_update=True, populate_existing=True)
    if answer.state is AnswerState.PUBLISHED:
        if isinstance(outcome, Receipt):
            answer.external_id, answer.permalink = outcome.external_id, outcome.permalink or answer.permalink
        return
    if answer.state is AnswerState.WITHDRAWN and isinstance(outcome, Failure):
        # A slow worker's last word must not put back into the outbox what a person has taken out.
        return
    if isinstance(outcome, Receipt):
        _published(session, answer, appeal, outcome, now)
    else:
        _failed(session, answer, appeal, outcome, now)


def resend(session: Session, appeal: Appeal, answer: Answer, person: Person, *, now: datetime) -> None:
    """A person decides that a stopped delivery goes out again; for an unknown one: having looked that it is not there.

    Raises Refused("nothing_to_resend") unless it stopped and has somewhere to go.
    """
    # As it stands now, and held: one that a worker has just taken up must not be put into the outbox once more.
    session.refresh(answer, with_for_update=True)
    stopped = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN, AnswerState.RETRY)
    if answer.state not in stopped or answer.source_id is None:
        raise Refused("nothing_to_resend")
    gate.act(session, appeal, Act.RESEND, person.actor, now=now, data={"answer": answer.id, "was": answer.state})
    answer.state, answer.next_at = AnswerState.APPROVED, now


def resume(session: Session, source: Source, *, now: datetime) -> int:
    """The administrator mended a source's access: everything that waited for it goes out; how many answers."""
    source.paused_reason = None
    waiting = session.scalars(
        update(Answer)
        # Asked once more by the UPDATE itself: what a person placed by hand in this moment must not go out again.
        .where(Answer.source_id == source.id, Answer.state == AnswerState.NEEDS_ADMIN)
        .values(state=AnswerState.RETRY, next_at=now)
        .returning(Answer.id)
    ).all()
    return len(waiting)


def _next(worker: str, now: datetime):  # type: ignore[no-untyped-def]  # a Select of three columns
    is_sendable = or_(Answer.state != AnswerState.SENDING, Source.network.in_(list(REPEATABLE)))
    return (
        select(Answer.id, Source.id, Source.network)
        .join(Source, Source.id == Answer.source_id)
        .where(Answer.state.in_(_WAITING), Answer.next_at <= now, is_sendable, _is_free(worker, now))
        .order_by(Answer.next_at, Answer.id)
        .limit(1)
    )


def _is_free(worker: str, now: datetime):  # type: ignore[no-untyped-def]  # a boolean expression
    return and_(
        Source.is_active,
        Source.paused_reason.is_(None),
        or_(Source.next_send_at.is_(None), Source.next_send_at <= now),
        or_(Source.sender.is_(None), Source.sender == worker, Source.sender_until <= now),
    )


def _published(session: Session, answer: Answer, appeal: Appeal, receipt: Receipt, now: datetime) -> None:
    was_taken_back = answer.state is AnswerState.WITHDRAWN
    answer.state, answer.next_at, answer.error, answer.error_code = AnswerState.PUBLISHED, None, None, None
    answer.external_id, answer.permalink = receipt.external_id, receipt.permalink
    # Two clocks: an answer was never seen before it was approved.
    at = max(receipt.published_at, answer.approved_at or receipt.published_at)
    answer.published_at = at
    # What is being published by now may be another text: it is confirmed, or fails, for itself.
    if was_taken_back or appeal.status is not Status.PUBLISHING:
        _noted(session, answer, appeal, at, now)
        return
    gate.act(
        session,
        appeal,
        PUBLISHED_AS[answer.purpose],
        _network(session, answer),
        now=now,
        happened_at=at,
        data=recording.published(answer, by_hand=False),
        changes={"answered_outside_at": None},
    )
    promises.note(session, appeal, answer, at=at, now=now)


def _noted(session: Session, answer: Answer, appeal: Appeal, at: datetime, now: datetime) -> None:
    """A text that had been taken back reached the citizen all the same: a person must know, and say whether it counts."""
    if appeal.answered_at is None:
        changes, data = {"answered_outside_at": at}, {"answer": answer.id, "permalink": answer.permalink}
        by = _network(session, answer)
        gate.act(session, appeal, Act.ANSWERED_OUTSIDE, by, now=now, happened_at=at, data=data, changes=changes)


def _failed(session: Session, answer: Answer, appeal: Appeal, failure: Failure, now: datetime) -> None:
    answer.error_code, answer.error = failure.code[:40], failure.words[:400] or None
    source = session.get(Source, answer.source_id) if answer.source_id else None
    can_repeat = source is not None and source.network in REPEATABLE
    age = now - (answer.approved_at or now)
    if failure.kind == "retry" or (failure.kind == "unknown" and can_repeat):
        answer.state = AnswerState.RETRY if failure.kind == "retry" else AnswerState.UNKNOWN
        answer.next_at = now + _delay(answer.attempts, failure.retry_after)
        if source is not None and failure.retry_after:
            source.next_send_at = now + timedelta(seconds=failure.retry_after)
        if age < GIVE_UP_AFTER:
            return
    answer.next_at = None
    if failure.kind == "admin" and source is not None:
        answer.state, source.paused_reason = AnswerState.NEEDS_ADMIN, f"{failure.code}: {failure.words}"[:400]
    elif failure.kind == "unknown":
        answer.state = AnswerState.UNKNOWN
    else:
        answer.state = AnswerState.NEEDS_OPERATOR
    if appeal.status is Status.PUBLISHING:
        data = {"answer": answer.id, "code": failure.code[:40], "state": answer.state}
        gate.act(session, appeal, Act.DELIVERY_FAILED, _network(session, answer), now=now, data=data)


def _delay(attempts: int, asked: float | None) -> timedelta:
    """Full jitter over a doubling span, never less than the network asked for."""
    span = min(_LONGEST_DELAY, 2.0 ** min(attempts, 12))
    return timedelta(seconds=(asked or 0.0) + random.uniform(0.5, span))


def _network(session: Session, answer: Answer) -> Actor:
    source = session.get(Source, answer.source_id) if answer.source_id else None
    return Actor(f"network:{source.network}" if source else "machine:outbox")
