"""What a worker does, each job as one function: it opens sessions, calls the verbs, commits. `scheduler` says how often.

A job never lets one bad row or one silent network stop the rest; what it could not do stands in the database or the log,
in codes.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import (
    closing,
    controlling,
    overdue,
    publishing,
    reading,
    recomputing,
    reminding,
    sealing,
    searching,
    timing,
    usual_needs,
)
from incidents.networks.events import Failure, Letter, Outcome, Page
from incidents.rules.acts import Act, Refused
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.statistics import keeping

log = structlog.get_logger("incidents.worker")

#: The most that one run takes on, so that no job keeps the others of its worker waiting for ever.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every job needs: the settings, sessions, a client for the networks, and the worker's own name."""

    settings: Settings
    sessions: sessionmaker[Session]
    client: httpx2.Client
    worker: str


def sweep(shop: Workshop, now: datetime | None = None) -> dict[str, int]:
    """One sweep to its end: how many alarms warned, flagged a passed deadline, and escalated.

    Each batch is one transaction, so a worker killed in the middle leaves whole alarms only, and the next goes on.
    """
    moment = now or datetime.now(UTC)
    counts, failed = Counter[Act](), frozenset[int]()
    while True:
        with shop.sessions() as session:
            raised = overdue.raise_alarms(session, now=moment, passing=failed)
            session.commit()
        counts.update(act for _, act in raised.alarms)
        for alarm_id in raised.failed:
            log.error("alarm not raised", alarm=alarm_id)
        failed |= frozenset(raised.failed)
        # A batch that was not full was the last one.
        if len(raised.alarms) + len(raised.failed) < overdue.BATCH:
            break
    return {
        "warned": counts[Act.WARN],
        "overdue": counts[Act.OVERDUE],
        "escalated": counts[Act.ESCALATE] + counts[Act.SILENCE],
    }


def settle(sessions: sessionmaker[Session]) -> None:
    """Give clocks and alarms to appeals from before there were any; nothing to do in later years."""
    numbers = [0]
    # From number to number: an appeal whose journal cannot be read stays without clocks, and is not asked again.
    while numbers:
        with sessions() as session:
            numbers = recomputing.unsettled(session, numbers[-1])
            recomputing.settle(session, numbers, timing.rules(session), now=datetime.now(UTC))
            session.commit()


def index_words(sessions: sessionmaker[Session], tell: Callable[[int], None] = lambda done: None) -> int:
    """Let the search know the appeals that it does not, a batch a transaction; `tell` hears how many are done. How many."""
    done, last = 0, 0
    while True:
        with sessions() as session:
            numbers = searching.missing(session, last)
            searching.refresh(session, numbers)
            session.commit()
        if not numbers:
            return done
        done, last = done + len(numbers), numbers[-1]
        tell(done)


def gather_words(shop: Workshop) -> int:
    """Take new words into the vocabulary that misprints are compared with; of how many appeals."""
    done = 0
    while True:
        with shop.sessions() as session:
            rows = searching.gather(session)
            session.commit()
        done += rows
        if rows < searching.BATCH:
            return done


def drain_inbox(shop: Workshop) -> int:
    """Process waiting events until none is left; how many."""
    for done in range(MOST_AT_ONCE):
        with shop.sessions() as session:
            event_id = reading.claim(session, now=datetime.now(UTC))
            session.commit()
        if event_id is None:
            return done
        _process(shop, event_id)
    return MOST_AT_ONCE


def drain_outbox(shop: Workshop) -> int:
    """Send what may go out now until nothing is left; how many were tried."""
    with shop.sessions() as session:
        publishing.give_up_on_the_dead(session, now=datetime.now(UTC))
        session.commit()
    for done in range(MOST_AT_ONCE):
        with shop.sessions() as session:
            answer_id = publishing.claim(session, shop.worker, now=datetime.now(UTC))
            session.commit()
        if answer_id is None:
            return done
        _deliver(shop, answer_id)
    return MOST_AT_ONCE


def seal(shop: Workshop) -> int:
    """Seal the journal's heads once a day of the town; how many moved."""
    now = datetime.now(UTC)
    with shop.sessions() as session:
        if sealing.is_sealed_on(session, now.astimezone(shop.settings.town_zone).date(), shop.settings.town_zone):
            return 0
        heads = sealing.seal(session, now=now)
        session.commit()
    return heads


def close_quiet(shop: Workshop) -> int:
    """Close what was answered and has been quiet for the town's days; how many. 0 days: nobody closes by himself."""
    days = shop.settings.close_after_days
    if not days:
        return 0
    with shop.sessions() as session:
        closed = closing.close_quiet(session, now=datetime.now(UTC), after=timedelta(days=days))
        session.commit()
    return len(closed)


def tell_done(shop: Workshop) -> int:
    """Tell of the end of what is under personal control; how many notices."""
    with shop.sessions() as session:
        told = controlling.tell_done(session, now=datetime.now(UTC))
        session.commit()
    return told


def count_needs(shop: Workshop) -> int:
    """Count anew what each department usually needs; how many have enough answers to say."""
    with shop.sessions() as session:
        known = usual_needs.refresh(session, now=datetime.now(UTC))
        session.commit()
    return known


def keep_months(shop: Workshop) -> int:
    """Count the months that are over and not kept yet, or changed since; how many."""
    with shop.sessions() as session:
        counted = keeping.refresh(session, shop.settings.town_zone, now=datetime.now(UTC))
        session.commit()
    return counted


def mind_promises(shop: Workshop) -> int:
    """Remind of what our answers promised; how many promises spoke. Each batch is one transaction."""
    spoke = 0
    while True:
        with shop.sessions() as session:
            batch = reminding.remind(session, now=datetime.now(UTC))
            session.commit()
        spoke += batch
        if batch < reminding.BATCH:
            return spoke


def _process(shop: Workshop, event_id: int) -> None:
    try:
        with shop.sessions() as session:
            reading.process(session, event_id, shop.settings, now=datetime.now(UTC))
            session.commit()
    except (SQLAlchemyError, Refused, ArithmeticError, LookupError, TypeError, ValueError) as error:
        # The kind of the error only: its message may quote a citizen.
        kind = type(error).__name__
        log.error("event not processed", event_id=event_id, error=kind)
        with shop.sessions() as session:
            reading.fail(session, event_id, kind, now=datetime.now(UTC))
            session.commit()


def _deliver(shop: Workshop, answer_id: int) -> None:
    try:
        with shop.sessions() as session:
            letter, source, page, token = publishing.letter_of(session, answer_id, shop.settings)
            network = source.network
    except Refused as refused:
        outcome: Outcome = Failure("admin", refused.code)
    else:
        outcome = _send(shop, network, letter, page, token)
    if isinstance(outcome, Failure):
        log.warning("delivery failed", answer_id=answer_id, kind=outcome.kind, code=outcome.code)
    with shop.sessions() as session:
        publishing.record(session, answer_id, outcome, now=datetime.now(UTC))
        session.commit()


def _send(shop: Workshop, network: Network, letter: Letter, page: Page, token: str) -> Outcome:
    try:
        return publishing.send(shop.client, network, letter, page, token, shop.settings, now=datetime.now(UTC))
    except Exception as error:
        # Whatever a network's answer breaks in us: the words may stand there, and the others must go out.
        log.error("sender stumbled", error=type(error).__name__)
        return Failure("unknown", "stumbled", type(error).__name__)
