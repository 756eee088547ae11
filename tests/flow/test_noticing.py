"""Who is told of an alarm: as what, and never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import noticing, routing
from incidents.records.appeals import Appeal
from incidents.records.notices import About, Notice
from incidents.records.people import Department, Deputy
from incidents.rules.acts import Role
from incidents.rules.alarms import Level
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.flow.alarms import add, away, raised, spread, told, with_housing
from tests.flow.deliveries import register


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return with_housing(session, cast, settings)


def test_each_level_tells_its_people_and_nobody_else(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    session.add(Deputy(department_id=cast.housing.id, person_id=cast.galina.id))
    add(session, "oleg", Role.MANAGER)
    for level, logins in (
        (Level.RESPONDER, {"dmitry"}),
        (Level.HEAD, {"boris"}),
        (Level.DEPUTY, {"galina"}),
        (Level.MANAGER, {"galina", "oleg"}),
        (Level.PRESS, {"anna", "zoya"}),
    ):
        call = raised(session, appeal, level)
        spread(session, call)
        found = told(session, call)
        assert set(found) == logins
        assert {notice.level for notice in found.values()} == {level}
        assert {notice.instead_of for notice in found.values()} == {None}


def test_the_one_who_took_it_is_told_alone(session: Session, cast: Cast, appeal: Appeal, settings: Settings) -> None:
    add(session, "fedor", Role.RESPONDER, cast.housing)
    everybody = raised(session, appeal)
    spread(session, everybody)
    assert set(told(session, everybody)) == {"dmitry", "fedor"}
    routing.take(session, appeal, cast.dmitry, now=NOW)
    mine = raised(session, appeal, late=True)
    spread(session, mine)
    assert set(told(session, mine)) == {"dmitry"}


@pytest.mark.parametrize("level", [Level.RESPONDER, Level.HEAD])
def test_what_lies_with_no_department_or_outside_the_administration_is_the_press_sectors(
    session: Session, cast: Cast, town: Town, settings: Settings, level: Level
) -> None:
    nowhere = raised(session, register(session, settings), level)
    spread(session, nowhere)
    assert set(told(session, nowhere)) == {"anna", "zoya"}
    company = Department(code="company", name="Управляющая компания", is_external=True)
    session.add(company)
    session.flush()
    outside = register(session, settings)
    routing.assign(session, outside, company, cast.anna.actor, now=NOW)
    call = raised(session, outside, level)
    spread(session, call)
    assert {login: notice.level for login, notice in told(session, call).items()} == {"anna": level, "zoya": level}


def test_a_level_without_anybody_goes_on_to_the_next_and_the_notice_says_so(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    deputy = raised(session, appeal, Level.DEPUTY)
    spread(session, deputy)
    (notice,) = told(session, deputy).values()
    assert (notice.person_id, notice.level, notice.instead_of) == (cast.galina.id, Level.MANAGER, "deputy")
    away(session, cast.dmitry)
    responder = raised(session, appeal, Level.RESPONDER)
    spread(session, responder)
    assert {login: (n.level, n.instead_of) for login, n in told(session, responder).items()} == {
        "boris": (Level.HEAD, "responder")
    }
    cast.galina.is_active = False
    session.commit()
    manager = raised(session, appeal, Level.MANAGER)
    spread(session, manager)
    assert {login: n.instead_of for login, n in told(session, manager).items()} == {
        "anna": "manager",
        "zoya": "manager",
    }


def test_an_alarm_that_is_spread_twice_tells_nobody_twice(
    session: Session, sessions: sessionmaker[Session], appeal: Appeal, settings: Settings
) -> None:
    call = raised(session, appeal, Level.PRESS)
    spread(session, call)
    with sessions() as another_worker:
        spread(another_worker, call)
    assert session.scalar(select(func.count()).where(Notice.about == About.ALARM)) == 2
    session.commit()
    appeal.due_at = NOW + timedelta(minutes=30)
    anew = raised(session, appeal, Level.PRESS)
    spread(session, anew)
    assert set(told(session, anew)) == {"anna", "zoya"}
    assert session.scalar(select(func.count()).where(Notice.about == About.ALARM)) == 4


def test_many_alarms_cost_as_many_questions_as_one(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeals = [register(session, settings) for _ in range(12)]
    calls = [raised(session, each, Level.PRESS) for each in appeals]
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for part in (calls[:1], calls[1:2], calls[2:]):
        asked.clear()
        spread(session, *part)
        counts.append(len(asked))
    # The first one also reads what a process keeps.
    assert counts[1] == counts[2]


def test_what_was_seen_is_counted_no_more_and_only_by_its_owner(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    first, second = raised(session, appeal, Level.PRESS), raised(session, appeal, Level.PRESS, late=True)
    spread(session, first, second)
    mine = told(session, first)["anna"]
    assert noticing.see(session, cast.zoya, now=NOW, notice_id=mine.id) == 0
    assert noticing.unseen(session, cast.anna.id).number == 2
    assert noticing.see(session, cast.anna, now=NOW, notice_id=mine.id) == 1
    assert noticing.unseen(session, cast.anna.id).number == 1
    assert noticing.see(session, cast.anna, now=NOW, until=mine.id) == 0
    assert noticing.see(session, cast.anna, now=NOW, until=told(session, second)["anna"].id) == 1
    assert noticing.unseen(session, cast.anna.id).number == 0
    assert noticing.unseen(session, cast.zoya.id).number == 2
