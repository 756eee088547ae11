"""What has come to somebody is told at once, and is news to nobody once it is being worked on."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import post
from incidents.flow import answering, approving, noticing, routing, ways
from incidents.records.appeals import Appeal
from incidents.records.notices import About, Notice
from incidents.records.people import Department, Person
from incidents.rules.acts import Reject, Role
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.flow.alarms import add, away, gather, secret, with_housing
from tests.flow.conftest import Shop
from tests.flow.deliveries import register
from tests.mailboxes import PostOffice

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return with_housing(session, cast, settings)


def news(session: Session, about: About) -> dict[str, Notice]:
    """Who was told of this kind of news: login -> the newest notice."""
    query = select(Person.login, Notice).join(Notice, Notice.person_id == Person.id).where(Notice.about == about)
    found = session.execute(query.order_by(Notice.id).execution_options(populate_existing=True)).all()
    return dict(found)


def test_the_people_of_a_department_are_told_of_what_comes_to_it_and_nobody_else(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    told = news(session, About.ASSIGNED)
    assert set(told) == {"boris", "dmitry"}
    assert {notice.by_id for notice in told.values()} == {cast.anna.id}
    # To the next department it is news, to the first one not any more.
    routing.assign(session, appeal, cast.roads, cast.anna.actor, now=LATER, reason="дорога")
    told = news(session, About.ASSIGNED)
    assert {login: notice.seen_at for login, notice in told.items()} == {"boris": LATER, "dmitry": LATER, "vera": None}


def test_who_stands_in_is_told_and_nobody_above_is_where_all_are_away(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    away(session, cast.boris, cast.dmitry)
    with_housing(session, cast, settings)
    assert set(news(session, About.ASSIGNED)) == {"dmitry"}
    away(session, cast.vera)
    routing.assign(session, register(session, settings), cast.roads, cast.anna.actor, now=NOW)
    assert set(news(session, About.ASSIGNED)) == {"dmitry"}


@pytest.mark.parametrize("kind", ["is_press", "is_external"])
def test_what_the_press_sector_answers_for_is_no_news(
    session: Session, cast: Cast, town: Town, settings: Settings, kind: str
) -> None:
    department = Department(code="other", name="Другой", **{kind: True})
    session.add(department)
    session.flush()
    routing.assign(session, register(session, settings), department, cast.anna.actor, now=NOW)
    assert news(session, About.ASSIGNED) == {}


@pytest.mark.parametrize("act", ["take", "give_back", "withdraw", "reject"])
def test_it_is_over_once_somebody_works_on_it_or_it_goes_elsewhere(
    session: Session, cast: Cast, appeal: Appeal, act: str
) -> None:
    assert noticing.unseen(session, cast.dmitry.id).number == 1
    if act == "take":
        routing.take(session, appeal, cast.boris, now=LATER)
    elif act == "give_back":
        routing.give_back(session, appeal, cast.boris.actor, now=LATER, reason="не наше", whose=None)
    elif act == "withdraw":
        routing.withdraw(session, appeal, cast.anna.actor, now=LATER)
    else:
        approving.reject(session, appeal, cast.anna, Reject.SPAM, now=LATER)
    assert noticing.unseen(session, cast.dmitry.id).number == 0
    assert noticing.unseen(session, cast.boris.id).number == 0


def test_a_colleague_is_told_of_what_is_given_to_him(session: Session, cast: Cast, appeal: Appeal) -> None:
    fedor = add(session, "fedor", Role.RESPONDER, cast.housing)
    routing.hand(session, appeal, cast.dmitry, cast.boris.actor, now=LATER)
    assert set(news(session, About.HANDED)) == {"dmitry"}
    assert noticing.unseen(session, cast.boris.id).number == 0
    routing.hand(session, appeal, fedor, cast.dmitry.actor, now=LATER)
    assert {login: notice.seen_at for login, notice in news(session, About.HANDED).items()} == {
        "dmitry": LATER,
        "fedor": None,
    }
    routing.hand(session, appeal, fedor, fedor.actor, now=LATER)
    assert noticing.unseen(session, fedor.id).number == 0


def test_whoever_wrote_a_text_is_told_that_it_comes_back(session: Session, cast: Cast, appeal: Appeal) -> None:
    answering.submit(session, appeal, cast.dmitry, "Уберём", now=NOW, seen=None)
    answering.send_back(session, appeal, cast.anna, now=LATER, reason="когда?")
    assert set(news(session, About.SENT_BACK)) == {"dmitry"}


def test_the_letter_holds_number_deadline_and_link_and_is_not_sent_once_it_was_taken(
    session: Session, cast: Cast, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    first, second = secret(session, by_mail), secret(session, by_mail)
    for each in (first, second):
        routing.assign(session, each, cast.housing, cast.anna.actor, now=NOW)
    session.commit()
    ways.send_off(session, by_mail, now=NOW)
    routing.take(session, second, cast.boris, now=NOW)
    session.commit()
    assert gather(session, by_mail, NOW + timedelta(minutes=1)) == 1
    assert post.drain_mail(shop(by_mail)) == 1
    (mail,) = office.taken
    assert office.recipients == ["dmitry@town.example"]
    text = mail.get_content()
    assert f"№ {first.number} — пришло вашему отделу, просрочено, срок был 28.10.2026 14:30" in text
    assert f"https://town.example/appeals/{first.number}\n" in text
    assert f"/appeals/{second.number}" not in text
