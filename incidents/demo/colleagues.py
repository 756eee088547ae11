"""The colleagues of the town's life: one act at a time, by the flow's own verbs, in a transaction of its own.

They leave alone what a visitor has in hand, and of everything the newest few, so that there is always something to do.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from incidents.demo import townsfolk, voices
from incidents.flow import answering, approving, classifying, gate, routing
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.acts import WAITING, Act, Refused, Reject, Role, Status
from incidents.settings import Settings

#: Of each kind of work the newest so many are left to the visitor.
_LEFT = {Status.NEW: 4, Status.ASSIGNED: 3, Status.ON_APPROVAL: 3}
#: Seconds a colleague thinks before the next act on an appeal; less when much is waiting.
_THINKING = (12.0, 45.0)
_HURRYING = (2.0, 8.0)
_MANY = 45
_RETURNED, _SENT_BACK = 0.05, 0.05


class Colleagues:
    """Everybody who works beside the visitor. `said`: what citizens said lately, by their words."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        settings: Settings,
        chance: random.Random,
        said: Mapping[str, voices.Complaint],
    ) -> None:
        self._sessions, self._settings, self._chance, self._said = sessions, settings, chance, said
        self._ready: dict[tuple[int, Status], float] = {}
        cast = {member.login for member in townsfolk.MEMBERS if member.is_cast}
        known = {member.login for member in townsfolk.MEMBERS}
        with sessions() as session:
            people = list(session.scalars(select(Person).where(Person.login.in_(known))))
        #: Whoever is not a colleague is a visitor, also a person who was added on the people page.
        self._ids = {person.id for person in people if person.login not in cast}
        self._press = [person.id for person in people if person.id in self._ids and person.role is Role.PRESS]
        self._responders: defaultdict[int | None, list[int]] = defaultdict(list)
        for person in people:
            if person.id in self._ids and person.role is Role.RESPONDER:
                self._responders[person.department_id].append(person.id)
        self._cast_departments = {person.department_id for person in people if person.login in cast}

    def open_now(self) -> int:
        """How many appeals wait for an answer."""
        with self._sessions() as session:
            return len(session.scalars(select(Appeal.number).where(Appeal.status.in_(WAITING))).all())

    def step(self) -> bool:
        """One colleague does one thing if anything is ready; False if not."""
        with self._sessions() as session:
            number = self._choose(session)
            if number is None:
                return False
            try:
                self._act(session, session.get_one(Appeal, number), datetime.now(UTC))
                session.commit()
            except (Refused, StaleDataError):
                # Somebody was faster: the visitor, or the network.
                session.rollback()
        return True

    def _choose(self, session: Session) -> int | None:
        appeals = session.scalars(
            select(Appeal)
            .where(Appeal.status.in_(WAITING - {Status.PUBLISHING}), Appeal.source_id.is_not(None))
            .order_by(Appeal.number.desc())
        ).all()
        now = time.monotonic()
        thinking = _HURRYING if len(appeals) > _MANY else _THINKING
        left = [appeal for appeal in self._not_left(appeals) if self._is_ours(session, appeal)]
        seen = {(appeal.number, appeal.status) for appeal in left}
        self._ready = {key: at for key, at in self._ready.items() if key in seen}
        for key in seen - self._ready.keys():
            self._ready[key] = now + self._chance.uniform(*thinking)
        ready = [number for (number, _), at in self._ready.items() if at <= now]
        return min(ready, default=None)

    def _not_left(self, appeals: Iterable[Appeal]) -> Iterable[Appeal]:
        """All but the newest few of each kind of work; the visitor's departments have their own few."""
        counts: defaultdict[tuple[Status, int | None], int] = defaultdict(int)
        for appeal in appeals:
            key = (appeal.status, appeal.department_id if appeal.status is Status.ASSIGNED else None)
            if appeal.status is Status.ASSIGNED and appeal.department_id not in self._cast_departments:
                yield appeal
                continue
            counts[key] += 1
            if counts[key] > _LEFT.get(appeal.status, 0):
                yield appeal

    def _is_ours(self, session: Session, appeal: Appeal) -> bool:
        if appeal.assignee_id is not None and appeal.assignee_id not in self._ids:
            return False
        answer = answering.current(session, appeal)
        return answer is None or answering.writers(session, answer) <= self._ids

    def _act(self, session: Session, appeal: Appeal, now: datetime) -> None:
        if appeal.status is Status.NEW:
            self._sort(session, appeal, now)
        elif appeal.status is Status.ASSIGNED:
            self._take(session, appeal, now)
        elif appeal.status is Status.IN_PROGRESS:
            self._write(session, appeal, now)
        elif appeal.status is Status.ON_APPROVAL:
            self._approve(session, appeal, now)

    def _sort(self, session: Session, appeal: Appeal, now: datetime) -> None:
        press = self._one(session, self._press)
        reason = _no_incident(appeal.text)
        if reason is not None:
            approving.reject(session, appeal, press, reason, now=now)
            return
        topic = appeal.topic or self._topic(session, appeal)
        department = _whose(session, appeal) or (topic.department if topic else None)
        if topic is None or department is None:
            routing.take(session, appeal, press, now=now)
            return
        if appeal.topic_id is None:
            classifying.classify(session, appeal, topic, press.actor, now=now)
        routing.assign(session, appeal, department, press.actor, now=now)

    def _take(self, session: Session, appeal: Appeal, now: datetime) -> None:
        responders = self._responders.get(appeal.department_id)
        person = self._one(session, responders or self._press)
        if responders and not appeal.returns and self._chance.random() < _RETURNED:
            others = session.scalars(select(Department).where(Department.id.in_(self._responders)))
            whose = self._chance.choice([other for other in others if other.id != appeal.department_id])
            reason = self._chance.choice(voices.phrases().lists["return_reasons"])
            routing.give_back(session, appeal, person.actor, now=now, reason=reason, whose=whose)
            return
        routing.take(session, appeal, person, now=now)

    def _write(self, session: Session, appeal: Appeal, now: datetime) -> None:
        responders = self._responders.get(appeal.department_id)
        ids = [appeal.assignee_id] if appeal.assignee_id is not None else responders or self._press
        said = self._said.get(appeal.text)
        name = appeal.author.name if appeal.author else ""
        today = now.astimezone(self._settings.town_zone).date()
        text = voices.answer(self._chance, said.topic if said else None, name, said.slots if said else {}, today)
        draft = answering.current(session, appeal)
        seen = draft.version if draft else None
        answering.submit(session, appeal, self._one(session, ids), text, now=now, seen=seen)

    def _approve(self, session: Session, appeal: Appeal, now: datetime) -> None:
        answer = answering.current(session, appeal)
        if answer is None:
            return
        writers = answering.writers(session, answer)
        person = self._one(session, [identity for identity in self._press if identity not in writers])
        if answer.version == 1 and self._chance.random() < _SENT_BACK:
            answering.send_back(session, appeal, person, now=now, reason="Добавьте, кто и когда это сделает.")
            return
        approving.approve(session, appeal, person, self._settings, now=now, version=answer.version)

    def _topic(self, session: Session, appeal: Appeal) -> Topic | None:
        said = self._said.get(appeal.text)
        if said is not None:
            return session.scalar(select(Topic).where(Topic.name == said.topic.name).limit(1))
        return session.get(Topic, appeal.suggestions[0]["topic_id"]) if appeal.suggestions else None

    def _one(self, session: Session, ids: list[int]) -> Person:
        return session.get_one(Person, self._chance.choice(ids))


def _no_incident(text: str) -> Reject | None:
    lists = voices.phrases().lists
    if text in lists["spam"]:
        return Reject.SPAM
    return Reject.THANKS if text in lists["thanks"] else None


def _whose(session: Session, appeal: Appeal) -> Department | None:
    """The department that the last "not ours" named."""
    query = select(Entry.data).where(Entry.stream == gate.stream(appeal.number), Entry.act == Act.RETURN)
    data = session.scalar(query.order_by(Entry.seq.desc()).limit(1))
    return session.get(Department, data["whose"]) if data and data.get("whose") else None
