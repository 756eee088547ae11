"""Taking back what was done a moment ago: by real acts, and refused where somebody acted since."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, classifying, gate, intake, routing, undoing
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Actor, Refused, Reject, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    words = intake.Incoming(Network.VK, Place.COMMENT, "Просто вопрос", NOW)
    made = intake.register(session, words, Actor("network:vk"), settings, now=NOW)
    session.commit()
    return made


def acts_of(session: Session, appeal: Appeal) -> list[str]:
    query = select(Entry.act).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq)
    return list(session.scalars(query))


def test_every_act_of_the_queue_can_be_taken_back_from_wherever_the_appeal_stood(
    session: Session, cast: Cast, town: Town, appeal: Appeal
) -> None:
    anna = cast.anna
    acts: dict[str, Callable[[], object]] = {
        "assign": lambda: routing.assign(session, appeal, cast.roads, anna.actor, now=NOW, reason="дорога"),
        "take": lambda: routing.take(session, appeal, anna, now=NOW),
        "reject": lambda: approving.reject(session, appeal, anna, Reject.SPAM, now=NOW),
        "accept": lambda: classifying.accept(session, appeal, town.lamps, anna.actor, now=NOW),
        "classify": lambda: classifying.classify(session, appeal, town.snow, anna.actor, now=NOW),
    }
    ways: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: routing.assign(session, appeal, cast.housing, anna.actor, now=NOW),
        lambda: routing.take(session, appeal, cast.dmitry, now=NOW),
    )
    for come_there in ways:
        come_there()
        before = undoing.look(appeal)
        for name, act in acts.items():
            act()
            session.commit()
            assert undoing.look(appeal) != before, name
            undoing.take_back(session, appeal, undoing.step(appeal, before), anna, now=LATER)
            session.commit()
            assert undoing.look(appeal) == before, name
    assert before == undoing.Stood(Status.IN_PROGRESS, cast.housing.id, cast.dmitry.id, None)
    assert {"withdraw", "restore", "put_back", "hand"} <= set(acts_of(session, appeal))


def test_a_responder_puts_back_what_he_took_and_what_somebody_changed_stays(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    before = undoing.look(appeal)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    session.commit()
    undo = undoing.remember(session, cast.dmitry, [undoing.step(appeal, before)], now=NOW)
    session.commit()
    (step,) = undoing.open_steps(undo, now=LATER)
    undoing.take_back(session, appeal, step, cast.dmitry, now=LATER)
    session.commit()
    assert (appeal.status, appeal.department_id, appeal.assignee_id) == (Status.ASSIGNED, cast.housing.id, None)
    assert acts_of(session, appeal)[-1] == "put_back"
    with pytest.raises(Refused, match="changed_meanwhile"):
        undoing.take_back(session, appeal, step, cast.dmitry, now=LATER)


def test_after_five_minutes_or_once_undone_there_is_nothing_to_take_back(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    undo = undoing.remember(session, cast.anna, [undoing.step(appeal, undoing.look(appeal))], now=NOW)
    assert undoing.open_steps(undo, now=NOW + undoing.WHILE)
    with pytest.raises(Refused, match="undo_over"):
        undoing.open_steps(undo, now=NOW + undoing.WHILE + timedelta(seconds=1))
    undo.undone_at = LATER
    with pytest.raises(Refused, match="undone_already"):
        undoing.open_steps(undo, now=LATER)
