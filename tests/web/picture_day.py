"""A few hours of the demonstration's town before its pictures are made: done by the program's own verbs, each at its hour.

The history leaves little in hand; a picture of the approvals or of a shift wants a day that is under way.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.demo import townsfolk, voices
from incidents.flow import (
    answering,
    approving,
    connecting,
    controlling,
    intake,
    overdue,
    routing,
    setting_up,
    shifts,
    tokens,
)
from incidents.flow.intake import Incoming
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.rules.acts import Actor, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings

#: Minutes ago, so that every group of the queue holds something.
_CAME = (150, 141, 133, 126, 118, 112, 107, 104, 98, 91, 85, 78, 70, 63, 57, 49, 44, 38, 33, 27, 22, 17, 12, 9, 6, 4, 2)
_ANSWERED, _HANDED_IN, _MINE = 6, 5, 4
#: A draft with what the check is for: an officialese turn, a private telephone and a promise.
DRAFT = (
    "Здравствуйте! В рамках осуществления уборки трактор будет у вашего дома до конца недели. "
    "Мастер участка — +7 914 123-45-67, звоните."
)
_SAYS = (
    "Добрый день! Снег во дворе дома 12 по улице Дзержинского не чистят пятый день, с коляской не пройти, "
    "скорая не подъехала. Когда приедет трактор?"
)
_NOTE = (
    "Снегопад идёт до вечера: вопросы о дворах — Ольге Ким, она обзванивает участки. Телефон штаба — в шаблоне «Снег»."
)


@dataclass(frozen=True, slots=True)
class Day:
    """What the pictures ask for by name."""

    #: The appeal with the unfinished draft.
    card: int
    #: The token of the big screen.
    wall: str


def connect(session: Session, settings: Settings, *, now: datetime) -> None:
    """The town's pages in two networks, to which nothing is ever sent from here; the first setup has come to its people."""
    for step in ("town", "day", "norms", "departments"):
        setting_up.note(session, step, townsfolk.FOUNDER, now=now)
    for network, name, number, account in (
        (Network.VK, "Комсомольск-на-Амуре. Официально", 210000001, ""),
        (Network.TELEGRAM, "Комсомольск в Telegram", 710000001, "gorod_bot"),
    ):
        connecting.add_source(
            session,
            network,
            name,
            number,
            townsfolk.FOUNDER,
            settings.key,
            now=now,
            secret="picture",
            token="picture",
            confirmation="picture" if network is Network.VK else "",
            account=account,
        )


def live(session: Session, settings: Settings, *, now: datetime) -> Day:
    """Citizens write, colleagues answer, ask for approval, keep something under control and leave a note."""
    chance = random.Random(4)
    people = {person.login: person for person in session.scalars(select(Person))}
    came = [_arrive(session, settings, chance, now - timedelta(minutes=ago)) for ago in _CAME]
    session.flush()
    sorted_ = [(appeal, said) for appeal, said in came if appeal.status is Status.ASSIGNED]
    todo = iter(sorted_)
    for (appeal, said), _ in zip(todo, range(_ANSWERED), strict=False):
        _answer(session, settings, chance, people, appeal, said, now)
    for (appeal, said), _ in zip(todo, range(_HANDED_IN), strict=False):
        writer = _writer(session, people, appeal)
        routing.take(session, appeal, writer, now=now - timedelta(minutes=9))
        answering.submit(
            session, appeal, writer, _says(settings, chance, said, now), now=now - timedelta(minutes=3), seen=None
        )
    for (appeal, _said), _ in zip(todo, range(_MINE), strict=False):
        routing.take(session, appeal, people["anna"], now=now - timedelta(minutes=2))
        controlling.control(
            session, appeal, people["galina"], now=now - timedelta(minutes=1), comment="Прошу сообщить."
        )
    card = _drafted(session, settings, people["anna"], now)
    shifts.write(session, people["zoya"], _NOTE, now=now - timedelta(hours=3))
    overdue.raise_alarms(session, now=now)
    for source in session.scalars(select(Source)):
        source.last_event_at = now - timedelta(minutes=_CAME[-1])
    wall = tokens.add_token(session, "screen", ["wall"], people["elena"].actor, now=now)
    return Day(card.number, wall)


def _arrive(
    session: Session, settings: Settings, chance: random.Random, at: datetime
) -> tuple[Appeal, voices.Complaint]:
    network = chance.choice((Network.VK, Network.VK, Network.VK, Network.TELEGRAM, Network.OK))
    said = voices.complain(chance, at.astimezone(settings.town_zone).month, voices.somebody(chance))
    return _register(session, settings, network, said.text, said.name, at), said


def _register(session: Session, settings: Settings, network: Network, text: str, name: str, at: datetime) -> Appeal:
    source = session.scalar(select(Source.id).where(Source.network == network))
    key = f"{network}:{at.timestamp():.0f}"
    words = Incoming(
        network=network,
        place=Place.COMMENT if source else Place.ELSEWHERE,
        text=text,
        received_at=at,
        posted_at=at - timedelta(seconds=20),
        author_id=f"picture-{key}",
        author_name=name,
        object_key=key,
        source_id=source,
    )
    return intake.register(session, words, Actor(f"network:{network}"), settings, now=at)


def _drafted(session: Session, settings: Settings, anna: Person, now: datetime) -> Appeal:
    appeal = _register(session, settings, Network.VK, _SAYS, "Марина К.", now - timedelta(minutes=31))
    if appeal.status is Status.NEW:
        districts = session.scalars(select(Department).where(Department.code == "districts")).one()
        routing.assign(session, appeal, districts, anna.actor, now=now - timedelta(minutes=29))
    routing.take(session, appeal, anna, now=now - timedelta(minutes=8))
    answering.save(session, appeal, anna, DRAFT, now=now - timedelta(minutes=1), seen=None)
    return appeal


def _answer(
    session: Session,
    settings: Settings,
    chance: random.Random,
    people: dict[str, Person],
    appeal: Appeal,
    said: voices.Complaint,
    now: datetime,
) -> None:
    at = min(appeal.received_at + timedelta(minutes=chance.randint(25, 50)), now - timedelta(minutes=4))
    writer = _writer(session, people, appeal)
    routing.take(session, appeal, writer, now=at - timedelta(minutes=12))
    answering.submit(
        session, appeal, writer, _says(settings, chance, said, now), now=at - timedelta(minutes=4), seen=None
    )
    link = f"https://vk.com/wall-210000001_{appeal.number}?reply={appeal.number + 1}"
    approving.confirm_by_hand(session, appeal, people["ilya"], now=at, link=link, at=at)


def _says(settings: Settings, chance: random.Random, said: voices.Complaint, now: datetime) -> str:
    today = now.astimezone(settings.town_zone).date()
    return voices.answer(chance, said.topic, said.name, said.slots, today)


def _writer(session: Session, people: dict[str, Person], appeal: Appeal) -> Person:
    """Somebody of the department, or of the press sector where it has nobody here."""
    own = select(Person).where(Person.department_id == appeal.department_id, Person.login != "boris")
    return session.scalars(own.order_by(Person.id.desc()).limit(1)).first() or people["zoya"]
