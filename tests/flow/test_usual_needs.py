"""What a department usually needs is counted from what really happened, by its own calendar."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, intake, routing, usual_needs
from incidents.records.needs import TOWN, UsualNeed
from incidents.rules.acts import Actor
from incidents.rules.budgets import DEFAULT
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town


def test_five_texts_make_a_figure_and_fewer_the_share_of_the_norm(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    # 12:30 of a Wednesday in the town: a working hour.
    for minutes in (10, 20, 30, 40, 50):
        at = NOW
        words = intake.Incoming(Network.VK, Place.COMMENT, "Просто вопрос", at)
        appeal = intake.register(session, words, Actor("network:vk"), settings, now=at)
        routing.assign(session, appeal, cast.housing, cast.anna.actor, now=at)
        routing.take(session, appeal, cast.dmitry, now=at + timedelta(minutes=5))
        answering.submit(session, appeal, cast.dmitry, "Уберём.", now=at + timedelta(minutes=5 + minutes), seen=None)
    session.commit()
    later = NOW + timedelta(hours=2)
    assert usual_needs.refresh(session, now=later) == 2
    rows = {row.department_id: (row.minutes, row.cases) for row in session.scalars(select(UsualNeed))}
    assert rows[cast.housing.id] == rows[TOWN] == (30, 5)
    assert rows[cast.roads.id] == (DEFAULT.department, 0)
    # A month later nothing of it is recent, and a department that was closed has no figure.
    cast.roads.is_active = False
    assert usual_needs.refresh(session, now=NOW + timedelta(days=40)) == 0
    rows = {row.department_id: (row.minutes, row.cases) for row in session.scalars(select(UsualNeed))}
    assert rows[cast.housing.id] == (DEFAULT.department, 0)
    assert cast.roads.id not in rows
