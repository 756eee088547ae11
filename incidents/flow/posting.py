"""The outbox of messages to people: claim a letter, write down what became of it, put a stopped one back.

A letter is handed over with no transaction open. A mail whose outcome is unknown goes out again: its Message-ID is the
same, so that a repeat is recognised, and twice is better than not at all. Telegram has no such name: what may have been
sent is never sent again by itself.
"""

import random
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.flow.receiving import clean
from incidents.networks.events import Failure, Outcome, Receipt
from incidents.records.notices import Channel, Letter, LetterState
from incidents.rules.acts import Actor, Refused

#: A worker that holds a letter longer than this is taken for dead; well beyond the time-outs of a whole mail.
CLAIM = timedelta(seconds=180)
GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_DELAY = 900.0
#: What the administrator may put back into the outbox.
STOPPED = (LetterState.FAILED, LetterState.UNKNOWN, LetterState.RETRY)
WAITING = (LetterState.WAITING, LetterState.RETRY, LetterState.SENDING)


def claim(session: Session, way: Channel, worker: str, *, now: datetime, letter_id: int | None = None) -> int | None:
    """Claim the next letter of a channel (or the one named) that may go out now: its id, or None. The caller commits.

    A conditional UPDATE decides: of several workers one gets the row back. A mail that a dead worker was sending is taken
    up again, a Telegram message never (`give_up_on_the_dead`).
    """
    states = WAITING if way is Channel.EMAIL else WAITING[:2]
    conditions = [Letter.channel == way, Letter.state.in_(states), Letter.next_at <= now]
    if letter_id is not None:
        conditions.append(Letter.id == letter_id)
    waiting = (
        select(Letter.id)
        .where(*conditions)
        .order_by(Letter.next_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        # A plain subquery PostgreSQL may run anew for every row, and so claim them all; a locking CTE runs once.
        .cte("waiting")
    )
    return session.scalar(
        update(Letter)
        .where(Letter.id.in_(select(waiting.c.id)), *conditions)
        .values(state=LetterState.SENDING, claimed_by=worker, next_at=now + CLAIM, attempts=Letter.attempts + 1)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )


def give_up_on_the_dead(session: Session, *, now: datetime) -> int:
    """Telegram messages whose worker died in the middle: sent or not, nobody knows. How many."""
    dead = session.scalars(
        update(Letter)
        .where(Letter.channel == Channel.TELEGRAM, Letter.state == LetterState.SENDING, Letter.next_at <= now)
        .values(state=LetterState.UNKNOWN, next_at=None, error_code="worker_died", error=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(dead)


def record(session: Session, letter_id: int, outcome: Outcome, worker: str, *, now: datetime) -> LetterState:
    """Write down what became of a letter that this worker sent. A slow worker's last word changes nothing that another
    one has taken up meanwhile, except that what arrived has arrived."""
    letter = session.get_one(Letter, letter_id, with_for_update=True, populate_existing=True)
    if isinstance(outcome, Receipt):
        letter.state, letter.sent_at, letter.next_at = LetterState.SENT, now, None
        letter.error_code = letter.error = None
    elif letter.state is LetterState.SENDING and letter.claimed_by == worker:
        _failed(letter, outcome, now)
    return letter.state


def retry(session: Session, by: Actor, *, now: datetime, letter_id: int | None = None) -> int:
    """Put stopped letters, or one of them, back into the outbox; how many.

    Raises Refused("no_letter_stopped") when none is (any more).
    """
    stopped = Letter.state.in_(STOPPED)
    queued = session.scalars(
        update(Letter)
        .where(stopped if letter_id is None else stopped & (Letter.id == letter_id))
        .values(state=LetterState.WAITING, attempts=0, queued_at=now, next_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not queued:
        raise Refused("no_letter_stopped")
    append(session, Draft("system", "retry_letters", by.name, now, {"letters": sorted(queued)}), now=now)
    return len(queued)


def drop(session: Session, by: Actor, *, now: datetime, reason: str, letter_id: int | None = None) -> int:
    """Give stopped letters, or one of them, up: they never go out; how many. The alarms stay on their people's pages.

    Raises Refused: `reason_needed`, `no_letter_stopped` when none is stopped (any more).
    """
    if not reason.strip():
        raise Refused("reason_needed")
    stopped = Letter.state.in_(STOPPED)
    dropped = session.scalars(
        update(Letter)
        .where(stopped if letter_id is None else stopped & (Letter.id == letter_id))
        .values(state=LetterState.DROPPED, next_at=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not dropped:
        raise Refused("no_letter_stopped")
    data = {"letters": sorted(dropped)}
    append(session, Draft("system", "drop_letters", by.name, now, data, reason.strip()), now=now)
    return len(dropped)


def _failed(letter: Letter, failure: Failure, now: datetime) -> None:
    letter.error_code, letter.error = failure.code[:40], clean(failure.words)[:400] or None
    is_repeatable = failure.kind in ("retry", "admin") or (
        failure.kind == "unknown" and letter.channel is Channel.EMAIL
    )
    if is_repeatable and now - letter.queued_at < GIVE_UP_AFTER:
        # Also while the administrator must mend the access: when it is mended, the letters go out by themselves.
        letter.state, letter.next_at = LetterState.RETRY, now + _delay(letter.attempts, failure.retry_after)
        return
    letter.next_at = None
    letter.state = LetterState.UNKNOWN if failure.kind == "unknown" and not is_repeatable else LetterState.FAILED


def _delay(attempts: int, asked: float | None) -> timedelta:
    """Full jitter over a doubling span from two seconds, never less than was asked for."""
    span = min(LONGEST_DELAY, 2.0 ** min(attempts, 12))
    return timedelta(seconds=(asked or 0.0) + random.uniform(0.5, span))
