"""Appeals and answers for the tests of the flow: brought in by their real doors, each step in its own transaction."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import answering, approving, intake, reading, receiving, sealing
from incidents.flow.journalling import Draft, append
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import Person
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules.acts import Actor
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, here

Sessions = sessionmaker[Session]
NETWORK = Actor("network:vk")


def keep(sessions: Sessions, source: Source, payload: dict[str, Any], at: datetime = NOW) -> bool:
    """As the hook does: key, row, commit. False when it lay there already."""
    body = json.dumps(payload).encode()
    parsed = receiving.parse(body)
    with sessions() as session:
        kept = receiving.keep(
            session.connection(), source.id, receiving.dedupe_key(source.network, parsed, body), parsed, at
        )
        session.commit()
    return kept


def work(sessions: Sessions, settings: Settings, at: datetime = NOW) -> list[InboxState]:
    """As the worker does, without its safety net: what became of each waiting event."""
    done: list[InboxState] = []
    while True:
        with sessions() as session:
            event_id = reading.claim(session, now=at)
            session.commit()
        if event_id is None:
            return done
        with sessions() as session:
            done.append(reading.process(session, event_id, settings, now=at))
            session.commit()


def deliver(
    sessions: Sessions, source: Source, payload: dict[str, Any], settings: Settings, at: datetime = NOW
) -> list[InboxState]:
    """From the wire to what became of it."""
    keep(sessions, source, payload, at)
    return work(sessions, settings, at)


def incoming(text: str = "Большая яма", **more: Any) -> intake.Incoming:
    """Words entered by a person or another program."""
    fields: dict[str, Any] = {"network": Network.OTHER, "place": Place.ELSEWHERE, "received_at": NOW, "posted_at": NOW}
    return intake.Incoming(**{**fields, "text": text, **more})


def register(session: Session, settings: Settings, text: str = "Что-то случилось", **more: Any) -> Appeal:
    """One appeal, committed."""
    appeal = intake.register(session, incoming(text, **more), NETWORK, settings, now=more.get("received_at", NOW))
    session.commit()
    return appeal


def approved(
    session: Session, appeal: Appeal, person: Person, settings: Settings, text: str = "Убрали", at: datetime = NOW
) -> Answer:
    """An answer that person writes and approves at once, committed: it waits in the outbox."""
    person = here(session, person)
    draft = answering.save(session, appeal, person, text, now=at, seen=None)
    answer = approving.approve(session, appeal, person, settings, now=at, version=draft.version)
    session.commit()
    return answer


def appeals(session: Session) -> list[Appeal]:
    """Every appeal, as it stands in the database now."""
    return list(session.scalars(select(Appeal).order_by(Appeal.number).execution_options(populate_existing=True)))


def only(session: Session) -> Appeal:
    """The one appeal there is."""
    (appeal,) = appeals(session)
    return appeal


def acts(session: Session, number: int) -> list[str]:
    """The journal of an appeal, by the names of its acts."""
    query = select(Entry.act).where(Entry.stream == f"appeal:{number}").order_by(Entry.seq)
    return list(session.scalars(query))


def entries(session: Session, number: int, act: str) -> list[Entry]:
    """The entries of one act in the journal of an appeal."""
    query = select(Entry).where(Entry.stream == f"appeal:{number}", Entry.act == act).order_by(Entry.seq)
    return list(session.scalars(query))


def events(session: Session) -> int:
    """How many events lie in the inbox."""
    return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def write_two_streams(session: Session) -> None:
    """Two streams of three entries each, one with a text, under one seal, committed."""
    for number in range(3):
        reason = "спам и реклама" if number == 1 else None
        append(session, Draft("appeal:1", "assign", "person:7", NOW, {"department": number}, reason), now=NOW)
        append(session, Draft("appeal:2", "take", "person:7", NOW, {"person": 7}), now=NOW)
    sealing.seal(session, now=NOW)
    session.commit()


def faults(session: Session) -> list[str]:
    """What is wrong with the journal."""
    return list(sealing.verify(session))
