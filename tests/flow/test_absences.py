"""Who is away, who is told instead, and who may be."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import absences, accounts, routing
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Refused, Role
from incidents.rules.alarms import Level
from incidents.rules.substitutes import stand_in
from incidents.settings import Settings
from tests.cast import FOUNDER, NOW, Cast, Town
from tests.flow.alarms import TODAY, add, away, raised, spread, told, with_housing


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return with_housing(session, cast, settings)


def test_who_is_away_is_told_through_the_substitute_and_the_notice_says_for_whom(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    routing.take(session, appeal, cast.dmitry, now=NOW)
    absence = away(session, cast.dmitry, cast.anna)
    call = raised(session, appeal)
    spread(session, call)
    (notice,) = told(session, call).values()
    assert (notice.person_id, notice.level, notice.stands_in_for) == (cast.anna.id, Level.RESPONDER, cast.dmitry.id)
    assert notice.instead_of is None
    absences.end(session, absence, cast.dmitry.actor, now=NOW)
    later = raised(session, appeal, late=True)
    spread(session, later)
    assert set(told(session, later)) == {"dmitry"}


def test_a_chain_of_substitutes_is_followed_and_a_circle_leads_on(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    fedor = add(session, "fedor", Role.RESPONDER, cast.housing)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    away(session, cast.dmitry, fedor)
    away(session, fedor, cast.boris)
    chained = raised(session, appeal)
    spread(session, chained)
    assert {login: n.stands_in_for for login, n in told(session, chained).items()} == {"boris": cast.dmitry.id}
    away(session, cast.boris, cast.dmitry)
    circle = raised(session, appeal, late=True)
    spread(session, circle)
    assert {login: n.instead_of for login, n in told(session, circle).items()} == {"galina": "responder"}


@pytest.mark.parametrize(
    ("away_with", "here"),
    [({}, 1), ({1: 2}, 2), ({1: None}, None), ({1: 2, 2: 3}, 3), ({1: 2, 2: 1}, None), ({1: 1}, None), ({2: 1}, 1)],
)
def test_a_chain_ends_with_who_is_here(away_with: dict[int, int | None], here: int | None) -> None:
    assert stand_in(1, away_with) == here


def test_a_substitute_who_may_no_longer_see_the_appeal_is_not_told(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    fedor = add(session, "fedor", Role.RESPONDER, cast.housing)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    away(session, cast.dmitry, fedor)
    accounts.change_person(
        session, fedor, FOUNDER, now=NOW, name="Фёдор", role=Role.RESPONDER, department=cast.roads, is_active=True
    )
    call = raised(session, appeal)
    spread(session, call)
    assert set(told(session, call)) == {"boris"}


def test_who_cannot_see_the_same_is_refused_as_a_substitute(session: Session, cast: Cast, settings: Settings) -> None:
    for person, other in (
        (cast.dmitry, cast.vera),
        (cast.dmitry, cast.elena),
        (cast.dmitry, cast.dmitry),
        (cast.anna, cast.dmitry),
        (cast.anna, cast.galina),
        (cast.galina, cast.boris),
    ):
        with pytest.raises(Refused, match="substitute_unfit"):
            away(session, person, other)
    cast.boris.is_active = False
    with pytest.raises(Refused, match="substitute_unfit"):
        away(session, cast.dmitry, cast.boris)
    names = [person.login for person in absences.substitutes_for(session, cast.dmitry)]
    assert names == ["anna", "zoya"]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(0, -1, "absence_backwards"), (-9, -1, "absence_over"), (0, 500, "absence_too_long"), (1, 2, "absence_twice")],
)
def test_days_that_cannot_be_are_refused(
    session: Session, cast: Cast, settings: Settings, first: int, last: int, code: str
) -> None:
    absences.enter(
        session,
        cast.dmitry,
        cast.dmitry.actor,
        now=NOW,
        from_on=TODAY + timedelta(days=2),
        to_on=TODAY + timedelta(days=9),
    )
    with pytest.raises(Refused, match=code):
        absences.enter(
            session,
            cast.dmitry,
            cast.dmitry.actor,
            now=NOW,
            from_on=TODAY + timedelta(days=first),
            to_on=TODAY + timedelta(days=last),
        )


def test_an_absence_counts_by_the_towns_date_and_stands_in_the_journal(
    session: Session, cast: Cast, settings: Settings
) -> None:
    absence = away(session, cast.dmitry, cast.boris)
    # 23:59 and 0:01 of the town, which is ten hours ahead of UTC.
    before_midnight = NOW.replace(hour=13, minute=59)
    zone = settings.town_zone
    assert absences.away_on(session, before_midnight.astimezone(zone).date()) == {cast.dmitry.id: cast.boris.id}
    assert absences.away_on(session, (before_midnight + timedelta(minutes=2)).astimezone(zone).date()) == {}
    entry = session.scalars(select(Entry).where(Entry.act == "enter_absence")).one()
    assert entry.data == {
        "absence": absence.id,
        "person": cast.dmitry.id,
        "from": "2026-10-28",
        "to": "2026-10-28",
        "substitute": cast.boris.id,
    }
    with pytest.raises(Refused, match="absence_over"):
        absences.end(session, absence, cast.dmitry.actor, now=NOW + timedelta(days=1))


def test_a_head_enters_the_absences_of_the_own_people_only(session: Session, cast: Cast) -> None:
    assert absences.may_enter(cast.dmitry, cast.dmitry)
    assert absences.may_enter(cast.boris, cast.dmitry)
    assert absences.may_enter(cast.elena, cast.dmitry)
    assert not absences.may_enter(cast.vera, cast.dmitry)
    assert not absences.may_enter(cast.dmitry, cast.boris)
    assert not absences.may_enter(cast.anna, cast.zoya)
    assert {person.login for person in absences.people_of(session, cast.boris)} == {"boris", "dmitry"}
    assert {person.login for person in absences.people_of(session, cast.anna)} == {"anna"}
