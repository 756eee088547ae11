"""The town's life: colleagues carry appeals from the first word to approval, and leave the visitor's work alone."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.demo import colleagues, founding, history, townsfolk, voices, walls
from incidents.demo.colleagues import Colleagues
from incidents.demo.folder import Secrets
from incidents.flow import answering, intake, routing
from incidents.flow import founding as towns
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.rules.acts import Actor, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.simulator.world import World
from tests.databases import SQLITE

SECRETS = Secrets({}, "vk-demo", "secret", "token", "c0de", "telegram-demo", "secret", "7000000001:token")


@pytest.fixture
def town(sessions: sessionmaker[Session], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """People, topics and sources, and thoughts that take no time."""
    monkeypatch.setattr(colleagues, "_THINKING", (0.0, 0.0))
    monkeypatch.setattr(colleagues, "_HURRYING", (0.0, 0.0))
    with sessions() as session:
        towns.found(session, now=founding.OPENED_AT)
        townsfolk.settle(session, {}, now=founding.OPENED_AT)
        founding._connect(session, settings.key, SECRETS)
        session.commit()


def write(session: Session, settings: Settings, chance: random.Random, count: int) -> dict[str, voices.Complaint]:
    """So many citizens write on VK's wall."""
    source = session.scalars(select(Source).where(Source.network == Network.VK)).one()
    said, now = {}, datetime.now(UTC)
    for number in range(count):
        complaint = voices.complain(chance, 1, voices.somebody(chance))
        said[complaint.text] = complaint
        words = intake.Incoming(
            network=Network.VK,
            place=Place.COMMENT,
            text=complaint.text,
            received_at=now,
            posted_at=now,
            author_id=str(1000 + number),
            author_name=complaint.name,
            object_key=f"vk:wall-1:r{number}",
            source_id=source.id,
            reply_to={"owner_id": -1, "post_id": 1, "comment_id": number},
        )
        intake.register(session, words, Actor("network:vk"), settings, now=now)
    session.commit()
    return said


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_colleagues_answer_what_comes_and_leave_the_newest_few(
    town: None, sessions: sessionmaker[Session], settings: Settings
) -> None:
    chance = random.Random(11)
    with sessions() as session:
        said = write(session, settings, chance, 40)
    crew = Colleagues(sessions, settings, chance, said)
    acts = 0
    while crew.step():
        acts += 1
        assert acts < 400
    with sessions() as session:
        statuses = Counter(session.scalars(select(Appeal.status)))
        newest = session.scalars(select(Appeal).order_by(Appeal.number.desc()).limit(1)).one()
    assert statuses[Status.PUBLISHING] > 20
    assert statuses[Status.ON_APPROVAL] == 3
    assert statuses[Status.NEW] + statuses[Status.ASSIGNED] >= 4
    assert newest.status in (Status.NEW, Status.ASSIGNED, Status.ON_APPROVAL, Status.PUBLISHING)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_what_a_visitor_took_or_wrote_is_left_to_the_visitor(
    town: None, sessions: sessionmaker[Session], settings: Settings
) -> None:
    chance = random.Random(12)
    with sessions() as session:
        said = write(session, settings, chance, 14)
        anna = session.scalars(select(Person).where(Person.login == "anna")).one()
        mine, written = session.scalars(select(Appeal).order_by(Appeal.number).limit(2)).all()
        now = datetime.now(UTC) + timedelta(seconds=1)
        for appeal in (mine, written):
            routing.take(session, appeal, anna, now=now)
        answering.submit(session, written, anna, "Уберём сегодня.", now=now, seen=None)
        session.commit()
        numbers = (mine.number, written.number)
    crew = Colleagues(sessions, settings, chance, said)
    for _ in range(200):
        if not crew.step():
            break
    with sessions() as session:
        states = [session.get_one(Appeal, number).status for number in numbers]
    assert states == [Status.IN_PROGRESS, Status.ON_APPROVAL]


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_every_colleague_has_a_department_that_the_town_is_founded_with(
    town: None, sessions: sessionmaker[Session], settings: Settings
) -> None:
    with sessions() as session:
        staff = townsfolk.staff(session)
        codes = set(session.scalars(select(Department.code)))
    assert {member.department for member in townsfolk.MEMBERS if member.department} <= codes
    assert len(staff.press) == 3
    assert tuple(sorted(history.WAITING_MINUTES)) == history.WAITING_MINUTES


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_the_walls_stand_again_after_a_restart_and_number_on(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = tmp_path_factory.mktemp("walls") / "walls.state"
    first, second = World(seed=1), World(seed=2)
    try:
        walls.build(first, settings.model_copy(update={"public_url": "http://127.0.0.1:9"}), SECRETS, walls.read(state))
        town = first.community(founding.GROUP_ID)
        comment = town.comment(next(iter(town.posts.values())), "Мария К.", "Не убрали двор")
        channel = first.channels()[0]
        channel.comment(channel.chat.messages[max(channel.copies)], "Олег П.", "Темно")
        walls.save(first, state)
        walls.build(
            second, settings.model_copy(update={"public_url": "http://127.0.0.1:9"}), SECRETS, walls.read(state)
        )
        again = second.community(founding.GROUP_ID)
        assert again.comments[comment.id].text == "Не убрали двор"
        assert again.town.person("Мария К.").id == comment.from_id
        assert [chat.text for chat in second.channels()[0].group.messages.values()][-1] == "Темно"
        assert again.comment(again.posts[comment.post_id], "Олег П.", "И у нас").id > comment.id
        assert walls.snowstorm(second) == 2 * walls.STORM
    finally:
        first.close()
        second.close()


def test_a_state_that_cannot_be_read_means_empty_walls(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("walls") / "walls.state"
    file.write_bytes(b"\x80\x05 no such thing")
    assert walls.read(file) is None
