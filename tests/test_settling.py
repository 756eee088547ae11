"""A town from before there were several clocks: its appeals get clocks and alarms, and nobody is alarmed twice."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from incidents import jobs
from incidents.flow import gate, overdue, recomputing
from incidents.flow.journalling import Draft, append
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.journal import Entry
from incidents.rules.acts import Act, Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, TERM, Town
from tests.flow.deliveries import register

LATER = NOW + TERM + timedelta(minutes=30)


def as_before(session: Session, settings: Settings) -> Appeal:
    """An appeal without clocks, as an earlier version left it."""
    appeal = register(session, settings, received_at=NOW, posted_at=NOW)
    session.execute(delete(Alarm))
    session.execute(delete(ClockRow))
    session.commit()
    return appeal


def test_what_was_alarmed_before_is_not_alarmed_again(
    session: Session, sessions: sessionmaker[Session], town: Town, settings: Settings
) -> None:
    appeal = as_before(session, settings)
    assert appeal.due_at is not None
    data = {"due_at": appeal.due_at.isoformat()}
    append(session, Draft(gate.stream(appeal.number), Act.OVERDUE, "machine:clock", appeal.due_at, data), now=LATER)
    session.commit()
    jobs.settle(sessions)
    raised = overdue.raise_alarms(session, now=LATER)
    session.commit()
    assert raised.alarms
    assert Act.OVERDUE not in {act for _, act in raised.alarms}
    query = select(Entry.id).where(Entry.stream == gate.stream(appeal.number), Entry.act == Act.OVERDUE)
    assert len(session.scalars(query).all()) == 1


def test_a_journal_that_cannot_be_read_does_not_hold_the_upgrade_for_ever(
    session: Session, sessions: sessionmaker[Session], town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 1)
    appeal = as_before(session, settings)
    lost = Appeal(
        number=appeal.number + 1000,
        kind=Kind.SOCIAL,
        network=Network.VK,
        place=Place.COMMENT,
        text="?",
        status=Status.NEW,
        received_at=NOW,
        registered_at=NOW,
        due_at=NOW + TERM,
    )
    session.add(lost)
    session.commit()
    jobs.settle(sessions)
    assert session.scalars(select(ClockRow.appeal_number)).all() == [appeal.number]
