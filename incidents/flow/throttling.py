"""Failed sign-ins are counted by login and by address, and the next attempt waits; the delay holds across processes."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.database import insert_missing
from incidents.records.people import SignInAttempt

#: Failures that cost nothing: a typing error, the wrong keyboard layout. An address stands for a whole office.
FREE_LOGIN_FAILURES = 3
FREE_ADDRESS_FAILURES = 15
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def keys_of(login: str, address: str) -> dict[str, int]:
    """What failures are counted by, and how many of them cost nothing."""
    return {f"login:{login}"[:120]: FREE_LOGIN_FAILURES, f"address:{address}"[:120]: FREE_ADDRESS_FAILURES}


def lock(session: Session, keys: list[str], now: datetime) -> list[SignInAttempt]:
    """The rows of these attempts, locked, so that parallel guesses are counted one after the other."""
    insert_missing(
        session, SignInAttempt, [{"key": key, "failures": 0, "next_allowed_at": now} for key in sorted(keys)]
    )
    query = select(SignInAttempt).where(SignInAttempt.key.in_(keys)).order_by(SignInAttempt.key).with_for_update()
    return list(session.scalars(query))


def count_failure(attempt: SignInAttempt, free: int, now: datetime) -> None:
    if attempt.failures and now - attempt.next_allowed_at > FORGOTTEN_AFTER:
        attempt.failures = 0
    attempt.failures += 1
    beyond = attempt.failures - free
    delay = min(LONGEST_DELAY, timedelta(seconds=2 ** min(beyond, 20))) if beyond > 0 else timedelta()
    attempt.next_allowed_at = now + delay
