"""What if: with nothing changed it says what is recorded; with something changed, what a whole new count would say."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, classifying, enacting, gate, routing, timing
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Purpose, Reject
from incidents.rules.calendar import Calendar
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, Unit
from incidents.rules.reckoning import reckon
from incidents.rules.whatif import ENDED, IN_TIME, LATE, WAITING, WITHOUT_NORM, Answer, Question
from incidents.settings import Settings
from incidents.statistics import measures, whatif
from tests.cast import NOW, Cast, Town, here, two_hours
from tests.flow.deliveries import NETWORK, register

FIRST, AFTER = NOW - timedelta(days=40), NOW + timedelta(days=1)
HOUR = timedelta(hours=1)
OFFICE = (((9 * 60, 18 * 60),),) * 5 + ((), ())
NAMES = {IN_TIME: "in_time", LATE: "late", WAITING: "waiting", WITHOUT_NORM: "without_norm"}


@pytest.fixture
def life(session: Session, town: Town, cast: Cast, settings: Settings) -> list[Appeal]:
    """Three dozen appeals of forty days under four norms: answered early, late, exactly then, not at all, rejected."""
    for norm in (
        replace(two_hours(), hours=Hours.WORKING, valid_from=date(2026, 10, 10)),
        replace(two_hours(), term=1, unit=Unit.WORKING_DAY_END, hours=Hours.WORKING, topic_id=town.snow.id),
        Norm(0, Kind.SOCIAL, 2, Hours.WORKING, Start.ANSWERED, date(2018, 8, 1), Unit.DAYS, ClockName.FINAL),
        replace(two_hours(), starts_at=Start.ANSWERED, clock=ClockName.NEXT),
    ):
        enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    chance = random.Random(5)
    anna = here(session, cast.anna)
    appeals = []
    for number in range(36):
        at = FIRST + chance.random() * (NOW - FIRST)
        appeal = register(session, settings, received_at=at, posted_at=at)
        topic = session.get_one(Topic, chance.choice([town.snow.id, town.lamps.id]))
        classifying.classify(session, appeal, topic, anna.actor, now=at)
        routing.assign(session, appeal, session.get_one(Department, cast.roads.id), anna.actor, now=at)
        appeals.append(appeal)
        if number % 10 == 0:
            changes = {"reject_reason": Reject.SPAM}
            gate.act(session, appeal, Act.REJECT, anna.actor, now=at + HOUR, reason="спам", changes=changes)
        elif number % 4:
            due = appeal.due_at or at
            answered = chance.choice([due, due + timedelta(microseconds=1), at + chance.random() * 70 * HOUR])
            _say(session, appeal, anna, max(at, min(answered, NOW)), Intent(Purpose.FINAL))
    session.commit()
    return appeals


def _say(session: Session, appeal: Appeal, person: Any, at: datetime, intent: Intent) -> None:
    link = f"https://vk.com/wall-1_2?reply={appeal.number}"
    approving.confirm_by_hand(session, appeal, person, now=max(NOW, at), link=link, at=at, intent=intent)


def asked(session: Session, settings: Settings, question: Question, **more: Any) -> Answer:
    rules = timing.rules(session)
    return whatif.read(
        session,
        question,
        (FIRST, AFTER),
        norms=rules.norms,
        calendars=rules.calendars,
        zone=settings.town_zone,
        now=NOW,
        **more,
    )


def test_under_the_real_norms_it_reproduces_the_recorded_verdicts(
    session: Session, life: list[Appeal], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatif, "BATCH", 7)
    answer = asked(session, settings, Question(), most_flips=9)
    query = select(*measures.counting(NOW, *NAMES.values())).where(measures.received_within(FIRST, AFTER))
    recorded = session.execute(query).one()
    assert {name: answer.before(code) for code, name in NAMES.items()} == dict(recorded._mapping)
    assert {name: answer.after(code) for code, name in NAMES.items()} == dict(recorded._mapping)
    assert (answer.flipped, answer.flips, answer.to_late, answer.from_late) == (0, [], 0, 0)
    assert min(recorded.late, recorded.in_time, recorded.waiting + recorded.late) > 3
    assert answer.cases == sum(each.cases for each in answer.hours) == 32


CALENDAR = Calendar(ZoneInfo("Asia/Vladivostok"), OFFICE)
QUESTIONS = [
    Question(limit=60),
    Question(limit=480, hours=Hours.WORKING),
    Question(hours=Hours.CALENDAR),
    Question(limit=120, hours=Hours.WORKING, calendar=CALENDAR),
]


def test_under_another_norm_it_says_what_a_whole_new_count_says(
    session: Session, life: list[Appeal], settings: Settings
) -> None:
    for question in QUESTIONS:
        _compare(session, life, settings, question)


def _compare(session: Session, life: list[Appeal], settings: Settings, question: Question) -> None:
    answer = asked(session, settings, question, most_flips=100)
    late = dict(_anew(session, settings, question, [appeal.number for appeal in life]))
    assert answer.after(LATE) == sum(late.values())
    for flip in answer.flips:
        assert late[flip.number] is (flip.after == LATE), flip
    assert len(answer.flips) == answer.flipped
    assert [flip.number for flip in answer.flips] == sorted((flip.number for flip in answer.flips), reverse=True)
    for tallies in (answer.departments.values(), answer.topics.values(), answer.hours):
        assert sum(each.after for each in tallies) == answer.after(LATE)
        assert sum(each.before for each in tallies) == answer.before(LATE)


def _anew(session: Session, settings: Settings, question: Question, numbers: list[int]) -> Iterator[tuple[int, bool]]:
    """Every appeal reckoned from its journal under norms that are all changed: whether its first answer is late."""
    rules = timing.rules(session)
    norms = [question.norm(norm) for norm in rules.norms]
    calendars = rules.calendars
    if question.calendar:
        calendars = replace(calendars, entries=((datetime.min.replace(tzinfo=UTC), question.calendar),))
    for number in numbers:
        events = timing.events_of(session, gate.stream(number))
        headline = reckon(events, norms, calendars, settings.town_zone, now=NOW).headline
        if headline is not None and not headline.is_void:
            yield number, headline.verdict(NOW) in ("late", "overdue")


def test_the_answer_is_kept_by_number_where_more_flip_than_are_wanted(
    session: Session, life: list[Appeal], settings: Settings
) -> None:
    every = asked(session, settings, Question(limit=1), most_flips=100).flips
    newest = asked(session, settings, Question(limit=1), most_flips=3)
    assert newest.flips == every[:3]
    assert newest.flipped == len(every) > 6
    older = asked(session, settings, Question(limit=1), most_flips=3, before_number=newest.flips[-1].number)
    assert older.flips == every[3:6]
    assert all((flip.before != LATE, flip.after) == (True, LATE) for flip in every)


def test_waiting_for_the_author_is_not_counted_in_the_last_word(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = Norm(0, Kind.SOCIAL, 10 * 60, Hours.CALENDAR, Start.ANSWERED, date(2018, 8, 1), clock=ClockName.FINAL)
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    anna, start = here(session, cast.anna), NOW - timedelta(days=3)
    appeal = register(session, settings, received_at=start, posted_at=start)
    _say(session, appeal, anna, start + HOUR, Intent(Purpose.QUESTION))
    gate.act(session, appeal, Act.FOLLOW_UP, NETWORK, now=NOW, happened_at=start + 31 * HOUR)
    # Thirty hours of waiting, then ten: the last word is in time to the second.
    _say(session, appeal, anna, start + 41 * HOUR, Intent(Purpose.FINAL))
    session.commit()
    for minutes, verdict in ((600, IN_TIME), (599, LATE)):
        answer = asked(session, settings, Question(limit=minutes), clock=ClockName.FINAL)
        assert (answer.cases, answer.before(IN_TIME), answer.after(verdict)) == (1, 1, 1), minutes


def test_one_that_still_waits_for_the_author_is_never_late(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = Norm(0, Kind.SOCIAL, 60, Hours.CALENDAR, Start.ANSWERED, date(2018, 8, 1), clock=ClockName.FINAL)
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    start = NOW - timedelta(days=3)
    appeal = register(session, settings, received_at=start, posted_at=start)
    _say(session, appeal, here(session, cast.anna), start + HOUR, Intent(Purpose.QUESTION))
    session.commit()
    answer = asked(session, settings, Question(limit=1), clock=ClockName.FINAL)
    assert (answer.cases, answer.before(WAITING), answer.after(WAITING), answer.flipped) == (1, 1, 1, 0)
    assert answer.after(ENDED) == 0


def test_where_no_norm_was_in_force_no_limit_makes_a_verdict(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    at = datetime(2018, 7, 1, tzinfo=UTC)
    register(session, settings, received_at=at, posted_at=at)
    rules = timing.rules(session)
    period = (at, at + HOUR)
    answer = whatif.read(
        session,
        Question(limit=1),
        period,
        norms=rules.norms,
        calendars=rules.calendars,
        zone=settings.town_zone,
        now=NOW,
    )
    assert (answer.cases, answer.after(WITHOUT_NORM)) == (1, 1)
    assert whatif.size(session, period, NOW) == 1
