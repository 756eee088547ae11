"""What is it about, and whose is it: by machine where it is clear, else by one click; a change moves no deadline of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import classifying, enacting, intake, routing, topic_changes
from incidents.records.clocks import Alarm
from incidents.rules.acts import Actor, Refused, Status
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, two_hours
from tests.flow.deliveries import acts, entries, incoming, register

POTHOLES = "Ямы, разбит асфальт"
TOKEN = Actor("token:3")


def test_a_clear_case_goes_by_machine_and_the_journal_says_why(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    appeal = register(session, rules_of_the_town, POTHOLES)
    assert (appeal.topic, appeal.department, appeal.status) == (town.potholes, cast.roads, Status.ASSIGNED)
    assert acts(session, appeal.number) == ["register", "classify", "assign"]
    (chosen,) = entries(session, appeal.number, "classify")
    assert chosen.by == "machine:topics"
    assert chosen.note
    assert chosen.note.text == "ямы, асфальт"
    assert appeal.suggestions[0] | {"score": 0} == {
        "topic_id": town.potholes.id,
        "score": 0,
        "words": ["ямы", "асфальт"],
    }


def test_the_thresholds_decide_to_the_hair(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    score = classifying.suggest(session, POTHOLES)[0].score
    for wanted, goes in ((score, True), (score + 0.001, False)):
        settings = rules_of_the_town.model_copy(update={"machine_score": wanted})
        assert (register(session, settings, POTHOLES).department is not None) is goes
    both = "Ямы, асфальт, снег"
    first, second = classifying.suggest(session, both)[:2]
    margin = first.score - second.score
    for wanted, goes in ((margin, True), (margin + 0.001, False)):
        settings = rules_of_the_town.model_copy(update={"machine_margin": wanted})
        assert (register(session, settings, both).department is not None) is goes


def test_what_the_machine_is_unsure_of_waits_with_its_suggestions(
    session: Session, town: Town, rules_of_the_town: Settings
) -> None:
    appeal = register(session, rules_of_the_town, "Снег и ямы")
    assert (appeal.topic, appeal.status) == (None, Status.NEW)
    assert {suggestion["topic_id"] for suggestion in appeal.suggestions} == {town.snow.id, town.potholes.id}
    assert appeal.department_id is None


def test_a_topic_may_want_a_click_and_the_town_may_want_one_for_all(
    session: Session, town: Town, rules_of_the_town: Settings
) -> None:
    lamps = register(session, rules_of_the_town, "Темно, фонари, освещения нет")
    assert (lamps.topic, lamps.status) == (None, Status.NEW)
    manual = rules_of_the_town.model_copy(update={"machine_routing": False})
    assert register(session, manual, POTHOLES).status is Status.NEW
    given = register(session, manual, "Что-то", topic=town.potholes)
    assert (given.topic, given.status) == (town.potholes, Status.NEW)


def test_the_topic_of_another_program_is_taken_as_it_is(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    words = incoming(POTHOLES, topic=town.snow)
    appeal = intake.register(session, words, TOKEN, rules_of_the_town, now=NOW)
    assert (appeal.topic, appeal.department, appeal.suggestions) == (town.snow, cast.housing, [])
    (chosen,) = entries(session, appeal.number, "classify")
    assert chosen.by == "token:3"


def test_a_changed_classifier_is_seen_by_the_next_appeal(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    assert classifying.suggest(session, "кошка на дереве") == []
    topic_changes.change_topic(
        session,
        town.snow,
        cast.elena.actor,
        now=NOW,
        name=town.snow.name,
        department=cast.housing,
        keywords=["кошк"],
        hint="",
        needs_click=False,
        confused_with="",
        is_fast_track=False,
        is_active=True,
    )
    session.commit()
    assert [s.topic for s in classifying.suggest(session, "кошка на дереве")] == [town.snow.id]


def test_not_ours_needs_a_reason_and_says_whose_it_is(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    appeal = register(session, rules_of_the_town, POTHOLES)
    due_at = appeal.due_at
    for reason in ("", "   "):
        with pytest.raises(Refused, match="reason_needed"):
            routing.give_back(session, appeal, cast.vera.actor, now=NOW, reason=reason, whose=cast.housing)
    with pytest.raises(Refused, match="whose_own"):
        routing.give_back(session, appeal, cast.vera.actor, now=NOW, reason="нет", whose=cast.roads)
    with pytest.raises(Refused, match="not_allowed"):
        routing.give_back(session, appeal, cast.boris.actor, now=NOW, reason="нет", whose=cast.housing)
    routing.give_back(session, appeal, cast.vera.actor, now=NOW, reason="двор, не дорога", whose=cast.housing)
    assert (appeal.status, appeal.department_id, appeal.returns, appeal.due_at) == (Status.NEW, None, 1, due_at)
    (entry,) = entries(session, appeal.number, "return")
    assert entry.data == {"from_department": cast.roads.id, "whose": cast.housing.id}
    assert entry.note
    assert entry.note.text == "двор, не дорога"


def test_another_department_needs_a_reason_and_moves_no_deadline(
    session: Session, town: Town, cast: Cast, rules_of_the_town: Settings
) -> None:
    appeal = register(session, rules_of_the_town, POTHOLES)
    routing.take(session, appeal, cast.vera, now=NOW)
    due_at = appeal.due_at
    with pytest.raises(Refused, match="reason_needed"):
        routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    later = NOW + timedelta(hours=1)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=later, reason="двор")
    assert (appeal.department, appeal.assignee_id, appeal.due_at) == (cast.housing, None, due_at)
    assert appeal.status is Status.ASSIGNED
    with pytest.raises(Refused, match="not_allowed"):
        routing.take(session, appeal, cast.vera, now=later)
    cast.roads.is_active = False
    with pytest.raises(Refused, match="department_gone"):
        routing.assign(session, appeal, cast.roads, cast.anna.actor, now=later, reason="назад")


def test_correcting_a_topic_selects_the_norm_in_force_at_the_start_again(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = register(session, settings, "Что-то")
    assert appeal.due_at == NOW + TERM
    norm = replace(two_hours(), term=60, topic_id=town.snow.id)
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    later = NOW + timedelta(hours=1)
    classifying.classify(session, appeal, town.snow, cast.anna.actor, now=later)
    assert appeal.due_at == NOW + timedelta(minutes=60)
    planned = session.scalars(select(Alarm)).all()
    assert {alarm.due_at for alarm in planned} == {appeal.due_at}
    (entry,) = entries(session, appeal.number, "classify")
    assert (entry.data["norm"], entry.data["due_at"]) == (appeal.norm_id, appeal.due_at.isoformat())
    classifying.classify(session, appeal, town.potholes, cast.anna.actor, now=later)
    assert appeal.due_at == NOW + TERM


def test_a_topic_of_the_same_norm_leaves_deadline_and_alarms(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = register(session, settings, "Что-то")
    planned = set(session.scalars(select(Alarm.id)))
    classifying.classify(session, appeal, town.snow, cast.anna.actor, now=NOW)
    assert appeal.due_at == NOW + TERM
    assert set(session.scalars(select(Alarm.id))) == planned


def test_who_was_slower_changes_nothing(session: Session, town: Town, cast: Cast, settings: Settings) -> None:
    appeal = register(session, settings, "Что-то")
    seen = appeal.version
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW, seen_version=seen)
    session.commit()
    with pytest.raises(Refused, match="changed_meanwhile"):
        routing.assign(session, appeal, cast.roads, cast.zoya.actor, now=NOW, reason="x", seen_version=seen)
    session.rollback()
    assert appeal.department == cast.housing
