"""Whole lives of appeals through the real verbs, one act after another as Hypothesis chooses them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from incidents.flow import (
    answering,
    approving,
    classifying,
    closing,
    enacting,
    overdue,
    publishing,
    reading,
    receiving,
    routing,
    timing,
)
from incidents.flow.answering import Intent
from incidents.networks.events import Failure, Outcome, Receipt
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.acts import Purpose, Refused, Reject
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, Unit
from incidents.rules.reckoning import Reckoning
from incidents.settings import Settings
from tests.cast import FOUNDER, NOW, Cast, Town
from tests.databases import TOWN
from tests.networks.payloads import vk_comment

MINUTE = timedelta(minutes=1)
LINK = "https://vk.com/wall-1234_6?reply="
BACK = st.sampled_from([0, 0, 1, 45, 600, 4000])
PURPOSE = st.sampled_from(list(Purpose))
WHICH = st.integers(0, 5)


class Acts(RuleBasedStateMachine):
    """`engine`, `cast`, `town`, `settings` are set by the test that runs it; each life is taken back at its end."""

    engine: Engine
    cast: Cast
    town: Town
    settings: Settings

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.whole = self.connection.begin()
        self.session = Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info={"town": TOWN}
        )
        self.now, self.said = NOW, 100
        self.verdicts: dict[int, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        self.session.close()
        self.whole.rollback()
        self.connection.close()

    # What people, networks and time do.

    @initialize()
    def it_begins(self) -> None:
        self.a_citizen_writes(1, "Яма у дома", 0)

    @rule(author=st.integers(1, 2), text=st.sampled_from(["Яма у дома", "А когда?", "Спасибо большое!"]), late=BACK)
    def a_citizen_writes(self, author: int, text: str, late: int) -> None:
        self.said += 1
        received = max(NOW, self.now - min(late, 45) * MINUTE)
        payload = vk_comment(self.said, text, received, author=author, event_id=str(self.said))
        key, source = receiving.dedupe_key(self.town.vk.network, payload, str(self.said).encode()), self.town.vk.id
        assert receiving.keep(self.session.connection(), source, key, payload, received)
        event_id = reading.claim(self.session, now=self.now)
        assert event_id
        reading.process(self.session, event_id, self.settings, now=self.now)
        self.session.commit()

    @rule(which=WHICH, topic=st.sampled_from(["potholes", "snow", "lamps"]))
    def somebody_names_the_topic(self, which: int, topic: str) -> None:
        known = self.session.get_one(Topic, getattr(self.town, topic).id)
        self.try_(which, lambda a: classifying.classify(self.session, a, known, self.anna.actor, now=self.now))

    @rule(which=WHICH, to=st.sampled_from(["housing", "roads"]))
    def the_press_assigns(self, which: int, to: str) -> None:
        department = self.session.get_one(Department, getattr(self.cast, to).id)
        by = self.anna.actor
        self.try_(which, lambda a: routing.assign(self.session, a, department, by, now=self.now, reason="их"))

    @rule(which=WHICH, who=st.sampled_from(["dmitry", "vera", "anna"]))
    def somebody_takes_it(self, which: int, who: str) -> None:
        self.try_(which, lambda a: routing.take(self.session, a, self.person(who), now=self.now))

    @rule(which=WHICH, who=st.sampled_from(["dmitry", "vera"]))
    def a_department_returns_it(self, which: int, who: str) -> None:
        by = self.person(who).actor
        self.try_(which, lambda a: routing.give_back(self.session, a, by, now=self.now, reason="нет", whose=None))

    @rule(which=WHICH, who=st.sampled_from(["dmitry", "vera", "anna"]), purpose=PURPOSE)
    def somebody_submits(self, which: int, who: str, purpose: Purpose) -> None:
        def submit(appeal: Appeal) -> None:
            draft = answering.current(self.session, appeal)
            seen, person = draft.version if draft else None, self.person(who)
            text, intent = f"Ответ {self.now}", self.intent(purpose, self.now)
            answering.submit(self.session, appeal, person, text, now=self.now, seen=seen, intent=intent)

        self.try_(which, submit)

    @rule(which=WHICH)
    def it_is_sent_back(self, which: int) -> None:
        self.try_(which, lambda a: answering.send_back(self.session, a, self.anna, now=self.now, reason="не так"))

    @rule(which=WHICH)
    def it_is_approved(self, which: int) -> None:
        def approve(appeal: Appeal) -> None:
            draft = answering.current(self.session, appeal)
            version, how = draft.version if draft else 0, self.settings
            approving.approve(self.session, appeal, self.anna, how, now=self.now, version=version, override="одна")

        self.try_(which, approve)

    @rule(is_there=st.booleans())
    def the_network_answers(self, is_there: bool) -> None:
        answer_id = publishing.claim(self.session, "worker", now=self.now)
        if answer_id is not None:
            self.said += 1
            told: Outcome = Receipt(str(self.said), None, self.now) if is_there else Failure("operator", "vk:7", "")
            publishing.record(self.session, answer_id, told, now=self.now)
        self.session.commit()

    @rule(which=WHICH, purpose=PURPOSE, back=BACK)
    def somebody_records_an_answer(self, which: int, purpose: Purpose, back: int) -> None:
        self.said += 1
        at, link = self.now - back * MINUTE, f"{LINK}{self.said}"
        intent, who = self.intent(purpose, at), self.anna
        self.try_(
            which,
            lambda a: approving.confirm_by_hand(self.session, a, who, now=self.now, link=link, at=at, intent=intent),
        )

    @rule(which=WHICH)
    def it_is_closed(self, which: int) -> None:
        self.try_(which, lambda a: closing.close(self.session, a, self.anna, now=self.now, reason="всё"))

    @rule(which=WHICH)
    def it_is_reopened(self, which: int) -> None:
        self.try_(which, lambda a: closing.reopen(self.session, a, self.anna, now=self.now, reason="не убрали"))

    @rule(which=WHICH)
    def it_is_no_incident(self, which: int) -> None:
        self.try_(which, lambda a: approving.reject(self.session, a, self.anna, Reject.SPAM, now=self.now))

    @rule(which=WHICH)
    def it_is_an_incident_after_all(self, which: int) -> None:
        self.try_(which, lambda a: approving.restore(self.session, a, self.anna, now=self.now))

    @rule(days=st.sampled_from([1, 14]))
    def what_is_quiet_closes(self, days: int) -> None:
        closing.close_quiet(self.session, now=self.now, after=timedelta(days=days))
        self.session.commit()

    @rule()
    def a_worker_sweeps(self) -> None:
        while overdue.raise_alarms(self.session, now=self.now).alarms:
            pass
        self.session.commit()

    @rule(
        clock=st.sampled_from([ClockName.FIRST, ClockName.NEXT, ClockName.FINAL]),
        term=st.integers(1, 300),
        hours=st.sampled_from(list(Hours)),
        unit=st.sampled_from(list(Unit)),
        start=st.sampled_from(list(Start)),
        is_for_topic=st.booleans(),
        tomorrow=st.booleans(),
    )
    def a_norm_is_enacted(
        self, clock: ClockName, term: int, hours: Hours, unit: Unit, start: Start, is_for_topic: bool, tomorrow: bool
    ) -> None:
        # What begins in the very microsecond of the enactment would be counted by the one or the other.
        self.now += MINUTE
        today = self.now.astimezone(TOWN.zone).date()
        valid = today + timedelta(days=tomorrow)
        term = term if unit is Unit.MINUTES else 1 + term % 9
        topic = self.town.snow.id if is_for_topic else None
        norm = Norm(0, Kind.SOCIAL, term, hours, start, valid, unit, clock, topic_id=topic)
        try:
            enacting.enact(self.session, norm, FOUNDER, now=self.now, today=today)
        except Refused:
            self.session.rollback()
        self.session.commit()

    @rule(minutes=st.sampled_from([1, 30, 120, 121, 600, 1440, 8000]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    # What they need.

    @property
    def anna(self) -> Person:
        return self.person("anna")

    def person(self, name: str) -> Person:
        return self.session.get_one(Person, getattr(self.cast, name).id)

    def intent(self, purpose: Purpose, at: datetime) -> Intent:
        day: date = at.astimezone(TOWN.zone).date()
        return Intent(purpose, day + timedelta(days=5) if purpose is Purpose.DEFERRAL else None)

    def appeals(self) -> list[Appeal]:
        return list(self.session.scalars(select(Appeal).order_by(Appeal.number)))

    def counted(self) -> list[tuple[Appeal, Reckoning]]:
        by = timing.rules(self.session)
        return [
            (
                appeal,
                timing.reckoned(
                    by, timing.events_of(self.session, f"appeal:{appeal.number}"), self.session, now=self.now
                ),
            )
            for appeal in self.appeals()
        ]

    def try_(self, which: int, verb: Callable[[Appeal], object]) -> None:
        """Do it to one of the appeals; what is refused leaves nothing behind."""
        known = self.appeals()
        if not known:
            return
        try:
            verb(known[which % len(known)])
            self.session.commit()
        except Refused:
            self.session.rollback()
