"""The acts of a row: they post to the card and come back to the list."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.flow import intake, routing
from incidents.records.appeals import Appeal
from incidents.rules.acts import Actor, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter, token


@pytest.fixture
def appeal(session: Session, town: Town, settings: Settings) -> Appeal:
    """One that waits for a click: the town wants a person's word about lamps."""
    at = datetime.now(UTC) - timedelta(minutes=10)
    words = intake.Incoming(Network.VK, Place.COMMENT, "темно, фонари не горят", at)
    made = intake.register(session, words, Actor("network:vk"), settings, now=at)
    session.commit()
    return made


def test_the_click_on_a_suggestion_sets_topic_and_department_and_returns_to_the_list(
    session: Session, town: Town, cast: Cast, appeal: Appeal, enter: Enter
) -> None:
    client = enter("anna")
    answer = client.post(
        f"/appeals/{appeal.number}/assignment?version={appeal.version}",
        data={"csrf_token": token(client, "/queue"), "suggested": str(town.lamps.id), "next": "/queue?mine=1"},
    )
    assert (answer.status_code, answer.location) == (303, "/queue?mine=1")
    session.refresh(appeal)
    assert (appeal.status, appeal.topic_id, appeal.department_id) == (Status.ASSIGNED, town.lamps.id, cast.roads.id)


def test_the_click_on_an_old_row_changes_nothing(
    session: Session, town: Town, cast: Cast, appeal: Appeal, enter: Enter
) -> None:
    client, seen = enter("anna"), appeal.version
    form = {"csrf_token": token(client, "/queue"), "suggested": str(town.lamps.id)}
    routing.take(session, appeal, cast.zoya, now=datetime.now(UTC))
    session.commit()
    assert client.post(f"/appeals/{appeal.number}/assignment?version={seen}", data=form).status_code == 409
    session.refresh(appeal)
    assert (appeal.status, appeal.topic_id, appeal.assignee_id) == (Status.IN_PROGRESS, None, cast.zoya.id)


def test_taking_from_a_row_makes_it_mine(session: Session, cast: Cast, appeal: Appeal, enter: Enter) -> None:
    client = enter("anna")
    form = {"csrf_token": token(client, "/queue"), "version": str(appeal.version), "next": "/queue"}
    assert client.post(f"/appeals/{appeal.number}/taking", data=form).location == "/queue"
    assert f'id="a{appeal.number}"' in client.get("/queue?mine=1").text


def test_the_stranger_is_told_that_there_is_nothing(appeal: Appeal, enter: Enter) -> None:
    vera = enter("vera")
    form = {"csrf_token": token(vera, "/queue"), "version": str(appeal.version)}
    assert vera.post(f"/appeals/{appeal.number}/taking", data=form).status_code == 404
