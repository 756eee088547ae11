"""The first setup: who may begin it, its first administrator, and which of its steps are done.

Nobody is in the database yet, so nobody can sign in: the one who may begin is the one who reads the console of the server.
The code that stands there is derived from the installation's key. It opens the setup only while no person exists, and
since people are never deleted, that is once.
"""

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import accounts, throttling
from incidents.flow.journalling import Draft, append, hold
from incidents.records.journal import Entry
from incidents.records.people import Person
from incidents.rules.acts import Actor, Refused, Role

STREAM = "system"
BEGUN, STEP, DONE = "setup_begun", "setup_step", "setup_done"
STEPS = ("town", "day", "norms", "departments", "people", "topics", "source", "check")
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 16
#: By what failed attempts are counted, beside the address they come from.
_ATTEMPTS = "first setup"


def is_open(session: Session) -> bool:
    """Does nobody exist yet?"""
    return session.scalar(select(Person.id).limit(1)) is None


def code_of(key: str) -> str:
    """The code for the console: four groups of four signs that are not mistaken for each other."""
    digest = hmac.new(key.encode(), b"incidents: first setup", sha256).digest()
    signs = "".join(_SIGNS[byte % len(_SIGNS)] for byte in digest[:_LENGTH])
    return "-".join(signs[start : start + 4] for start in range(0, _LENGTH, 4))


def invitation(public_url: str, key: str) -> str:
    """What the console says while nobody exists."""
    return f"nobody works here yet: open {public_url}/start and enter the code {code_of(key)}"


def begin(
    session: Session, key: str, code: str, address: str, *, now: datetime, login: str, name: str, password: str
) -> Person:
    """Make the first administrator. The caller commits in every case but success too: a failure must be remembered.

    Raises Throttled while the delay after wrong codes runs, and Refused: `setup_over`, `wrong_code`, and what a new
    person may be refused for.
    """
    # Of two who begin at once the second waits here, and then finds somebody.
    hold(session, STREAM)
    if not is_open(session):
        raise Refused("setup_over")
    keys = throttling.keys_of(_ATTEMPTS, address)
    attempts = throttling.lock(session, list(keys), now)
    wait = max((attempt.next_allowed_at - now).total_seconds() for attempt in attempts)
    if wait > 0:
        raise accounts.Throttled(wait)
    if not hmac.compare_digest(_plain(code), _plain(code_of(key))):
        for attempt in attempts:
            throttling.count_failure(attempt, keys[attempt.key], now)
        raise Refused("wrong_code")
    by = Actor("machine:setup")
    person, _ = accounts.add_person(session, login, Role.ADMIN, by, now=now, name=name, password=password)
    person.signed_in_at = now
    append(session, Draft(STREAM, BEGUN, person.actor.name, now), now=now)
    return person


def note(session: Session, step: str, by: Actor, *, now: datetime, is_skipped: bool = False) -> None:
    """A step is done, or passed over. Raises Refused("no_such_step")."""
    if step not in STEPS:
        raise Refused("no_such_step", step=step)
    append(session, Draft(STREAM, STEP, by.name, now, {"step": step, "skipped": is_skipped}), now=now)


def finish(session: Session, by: Actor, *, now: datetime) -> None:
    """The setup is over; its pages can still be opened, and nothing asks for it any more."""
    append(session, Draft(STREAM, DONE, by.name, now), now=now)


def progress(session: Session) -> tuple[bool, dict[str, bool]]:
    """Whether a setup was begun and waits for its end, and its steps so far: True for done, False for passed over."""
    query = (
        select(Entry.act, Entry.data)
        .where(Entry.stream == STREAM, Entry.act.in_((BEGUN, STEP, DONE)))
        .order_by(Entry.seq)
    )
    is_waiting, steps = False, {}
    for act, data in session.execute(query):
        if act == STEP:
            steps[data["step"]] = not data["skipped"]
        else:
            is_waiting = act == BEGUN
    return is_waiting, steps


def _plain(code: str) -> bytes:
    return "".join(sign for sign in code.lower() if sign.isalnum()).encode()
