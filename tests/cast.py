"""The cast: the people every test knows, and a small town they work in.

Anna and Zoya are of the press sector, Boris heads housing and Dmitry works there, Vera heads roads and is the stranger to
what lies with housing, Galina manages, Elena administers. Everything here is really in the database, and committed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import accounts, calendar_changes, connecting, enacting
from incidents.flow.journalling import Draft, append
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor, Role
from incidents.rules.norms import INCIDENTS, Hours, Kind, Norm, Start
from incidents.rules.places import Network
from incidents.settings import Settings

#: A Wednesday in the town, half past twelve; the default norm of the town is two hours around the clock.
NOW = datetime(2026, 10, 28, 2, 30, tzinfo=UTC)
TERM = timedelta(hours=2)
PASSWORD = "correct horse battery"
FOUNDER = Actor("machine:founding")
GROUP_ID = 1234
BOT_ID = 4242
OFFICE = [[(9 * 60, 18 * 60)]] * 5 + [[]] * 2


@dataclass(frozen=True)
class Cast:
    """The people and their departments."""

    anna: Person
    zoya: Person
    boris: Person
    dmitry: Person
    vera: Person
    galina: Person
    elena: Person
    housing: Department
    roads: Department
    press: Department


@dataclass(frozen=True)
class Town:
    """What the people work with. `potholes` goes to roads and `snow` to housing by itself, `lamps` wants a click."""

    potholes: Topic
    snow: Topic
    lamps: Topic
    vk: Source
    telegram: Source


@pytest.fixture
def cast(session: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    # The real parameters cost half a second on purpose; what is tested is the door, not the steel of the lock.
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "HASHER", hasher)
    monkeypatch.setattr(accounts, "_NOBODY", hasher.hash("nobody"))
    housing = Department(code="housing", name="Управление ЖКХ")
    roads = Department(code="roads", name="Управление дорог")
    press = Department(code="press", name="Пресс-сектор", is_press=True)
    session.add_all([housing, roads, press])
    session.flush()

    def person(login: str, role: Role, name: str, department: Department | None = None) -> Person:
        added, _ = accounts.add_person(
            session, login, role, FOUNDER, now=NOW, name=name, department=department, password=PASSWORD
        )
        return added

    everybody = Cast(
        anna=person("anna", Role.PRESS, "Анна"),
        zoya=person("zoya", Role.PRESS, "Зоя"),
        boris=person("boris", Role.HEAD, "Борис", housing),
        dmitry=person("dmitry", Role.RESPONDER, "Дмитрий", housing),
        vera=person("vera", Role.HEAD, "Вера", roads),
        galina=person("galina", Role.MANAGER, "Галина"),
        elena=person("elena", Role.ADMIN, "Елена"),
        housing=housing,
        roads=roads,
        press=press,
    )
    session.commit()
    return everybody


@pytest.fixture
def town(session: Session, cast: Cast, settings: Settings) -> Town:
    by = cast.elena.actor
    calendar_changes.set_week(session, OFFICE, date(2018, 8, 1), by, now=NOW, zone=settings.town_zone)
    for kind in sorted(INCIDENTS):
        enacting.put(session, two_hours(kind), by, now=NOW, note="")
    group = TopicGroup(name="Город")
    session.add(group)
    session.flush()
    potholes = _topic(group, "Ямы", cast.roads, "ямы", "асфальт", "ям дорог")
    snow = _topic(group, "Снег во дворах", cast.housing, "снег", "сугроб", "двор не убр")
    lamps = _topic(group, "Фонари", cast.roads, "фонар", "темно", "освещени")
    lamps.needs_click = True
    others = [_topic(group, name, None, name.lower()) for name in ("Автобусы", "Школы", "Парки")]
    session.add_all([potholes, snow, lamps, *others])
    append(session, Draft("topics", "load_topics", by.name, NOW), now=NOW)
    key = settings.key
    vk = connecting.add_source(
        session, Network.VK, "ВК", GROUP_ID, by, key, now=NOW, secret="vk-secret", token="group-token", key="town"
    )
    telegram = connecting.add_source(
        session, Network.TELEGRAM, "ТГ", BOT_ID, by, key, now=NOW, secret="tg", token="4242:letters", key="bot"
    )
    session.commit()
    return Town(potholes, snow, lamps, vk, telegram)


@pytest.fixture
def rules_of_the_town(settings: Settings) -> Settings:
    """The settings for a classifier of six topics, whose weights are small."""
    return settings.model_copy(update={"machine_score": 2.0, "machine_margin": 1.0})


def two_hours(kind: Kind = Kind.SOCIAL) -> Norm:
    """The town's default norm."""
    return Norm(0, kind, 120, Hours.CALENDAR, Start.RECEIVED, date(2018, 8, 1))


def here(session: Session, person: Person) -> Person:
    """The same person as another session knows him."""
    return session.scalars(select(Person).where(Person.id == person.id)).one()


def _topic(group: TopicGroup, name: str, department: Department | None, *keywords: str) -> Topic:
    return Topic(group_id=group.id, name=name, department=department, keywords=list(keywords))
