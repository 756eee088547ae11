"""Departments: nothing is left behind that nobody answers for."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import accounts, intake, organising, routing
from incidents.flow.journalling import Draft, append
from incidents.flow.minding import note_resumed, retry_events
from incidents.flow.sealing import verify
from incidents.records.journal import Entry
from incidents.records.people import Department
from incidents.records.sources import InboxEvent, InboxState
from incidents.rules.acts import Actor, Refused, Role
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town


def journalled(session: Session, act: str) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.act == act).order_by(Entry.seq)))


def refusal(code: str, *args: object, **named: object) -> Refused:
    with pytest.raises(Refused) as refused:
        organising.retire_department(*args, **named)  # type: ignore[arg-type]
    assert refused.value.code == code
    return refused.value


def test_a_department_is_added_changed_and_journalled_in_the_stream_of_people(session: Session, cast: Cast) -> None:
    by = cast.elena.actor
    parks = organising.add_department(session, " Parks ", "Парки  города", by, now=NOW, is_external=True)
    assert (parks.code, parks.name, parks.is_external, parks.is_active) == ("parks", "Парки города", True, True)
    organising.change_department(
        session, parks, by, now=NOW, code="parks", name="Парки", is_external=False, is_press=False
    )
    session.commit()
    added, changed = journalled(session, "add_department")[-1], journalled(session, "change_department")[-1]
    assert (added.stream, added.by, added.data["department"]) == ("people", by.name, parks.id)
    assert changed.data["external"] is False
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("code", "name", "refused"),
    [
        ("Дороги", "Новый отдел", "bad_code"),
        ("7roads", "Новый отдел", "bad_code"),
        ("roads", "Новый отдел", "code_taken"),
        ("new", "  ", "name_needed"),
        ("new", "x" * 201, "name_needed"),
        ("new", "управление ДОРОГ", "name_taken"),
    ],
)
def test_a_department_needs_a_code_and_a_name_of_its_own(
    session: Session, cast: Cast, code: str, name: str, refused: str
) -> None:
    with pytest.raises(Refused, match=refused):
        organising.add_department(session, code, name, cast.elena.actor, now=NOW)


def test_a_department_may_keep_its_own_code_and_name(session: Session, cast: Cast) -> None:
    organising.change_department(
        session,
        cast.roads,
        cast.elena.actor,
        now=NOW,
        code="roads",
        name="Управление дорог",
        is_external=True,
        is_press=False,
    )
    assert cast.roads.is_external


def test_a_department_that_topics_lead_to_is_closed_only_with_an_heir(session: Session, cast: Cast, town: Town) -> None:
    by = cast.elena.actor
    accounts.change_person(
        session, cast.vera, by, now=NOW, name="Вера", role=Role.HEAD, department=cast.housing, is_active=True
    )
    assert refusal("topics_lead_here", session, cast.roads, by, now=NOW).details["count"] == 2
    refusal("heir_unfit", session, cast.roads, by, now=NOW, heir=cast.roads)
    assert organising.retire_department(session, cast.roads, by, now=NOW, heir=cast.housing) == 2
    session.commit()
    assert not cast.roads.is_active
    assert town.potholes.department_id == town.lamps.department_id == cast.housing.id
    assert journalled(session, "retire_department")[0].data["heir"] == cast.housing.id
    assert journalled(session, "move_topics")[0].data["topics"] == [town.potholes.id, town.lamps.id]
    refusal("heir_unfit", session, cast.housing, by, now=NOW, heir=cast.roads)


def test_a_department_where_people_work_is_not_closed(session: Session, cast: Cast) -> None:
    assert refusal("people_work_here", session, cast.housing, cast.elena.actor, now=NOW).details["count"] == 2
    assert cast.housing.is_active


def test_a_department_where_appeals_lie_is_not_closed(
    session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    words = intake.Incoming(Network.VK, Place.COMMENT, "Когда починят?", NOW)
    appeal = intake.register(session, words, Actor("network:vk"), settings, now=NOW)
    routing.assign(session, appeal, cast.roads, cast.anna.actor, now=NOW)
    session.flush()
    refused = refusal("appeals_lie_here", session, cast.roads, cast.elena.actor, now=NOW, heir=cast.housing)
    assert refused.details["count"] == 1
    assert town.potholes.department_id == cast.roads.id


def test_a_closed_department_is_opened_again(session: Session, cast: Cast) -> None:
    organising.retire_department(session, cast.press, cast.elena.actor, now=NOW)
    assert not cast.press.is_active
    organising.restore_department(session, cast.press, cast.elena.actor, now=NOW)
    session.commit()
    assert session.scalars(select(Department).where(Department.code == "press")).one().is_active
    assert [entry.act for entry in journalled(session, "restore_department")] == ["restore_department"]


def test_failed_events_are_tried_again_and_it_is_written_who_asked(session: Session, cast: Cast, town: Town) -> None:
    events = [
        InboxEvent(
            source_id=town.vk.id,
            dedupe_key=f"id:{number}",
            received_at=NOW,
            raw="{}",
            state=state,
            attempts=8,
            next_at=NOW,
        )
        for number, state in enumerate((InboxState.FAILED, InboxState.FAILED, InboxState.PROCESSED))
    ]
    session.add_all(events)
    session.flush()
    assert retry_events(session, cast.elena.actor, now=NOW, event_id=events[0].id) == 1
    with pytest.raises(Refused, match="nothing_to_retry"):
        retry_events(session, cast.elena.actor, now=NOW, event_id=events[2].id)
    assert retry_events(session, cast.elena.actor, now=NOW) == 1
    session.commit()
    session.expire_all()
    assert [event.state for event in events] == [InboxState.PENDING, InboxState.PENDING, InboxState.PROCESSED]
    assert [event.attempts for event in events] == [0, 0, 8]
    assert [entry.data["events"] for entry in journalled(session, "retry_events")] == [[events[0].id], [events[1].id]]


def test_who_let_a_source_send_again_stands_in_the_journal(session: Session, cast: Cast, town: Town) -> None:
    note_resumed(session, town.vk, 3, cast.elena.actor, now=NOW)
    assert journalled(session, "resume_source")[0].data == {"source": town.vk.id, "answers": 3}
    append(session, Draft("system", "seen", cast.elena.actor.name, NOW), now=NOW)
    assert list(verify(session)) == []
