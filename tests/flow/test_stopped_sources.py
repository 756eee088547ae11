"""A source that stands still: nothing is lost, nothing is said to go out that does not."""

import pytest
from sqlalchemy.orm import Session

from incidents.flow import publishing, reading
from incidents.records.answers import AnswerState
from incidents.records.sources import InboxEvent, InboxState
from incidents.rules.acts import Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import GROUP_ID, NOW, Cast, Town
from tests.databases import SQLITE
from tests.flow.deliveries import approved, register

pytestmark = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)


@pytest.mark.parametrize("stop", ["by the network", "by a person"])
def test_an_answer_for_a_stopped_source_waits_for_the_administrator_and_then_goes_out(
    stop: str, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = register(
        session,
        settings,
        network=Network.VK,
        place=Place.COMMENT,
        source_id=town.vk.id,
        reply_to={"owner_id": -GROUP_ID, "post_id": 1, "comment_id": 7},
    )
    if stop == "by a person":
        town.vk.is_active = False
    else:
        town.vk.paused_reason = "vk:5: expired"
    session.commit()
    answer = approved(session, appeal, cast.anna, settings)
    assert (answer.state, appeal.status) == (AnswerState.NEEDS_ADMIN, Status.PUBLISHING)
    assert publishing.claim(session, "w", now=NOW) is None
    town.vk.is_active = True
    assert publishing.resume(session, town.vk, now=NOW) == 1
    session.commit()
    assert publishing.claim(session, "w", now=NOW) == answer.id


def test_an_event_that_no_worker_survives_is_left_to_a_person(session: Session, town: Town, settings: Settings) -> None:
    deadly = InboxEvent(
        source_id=town.vk.id,
        dedupe_key="id:1",
        received_at=NOW,
        raw="{}",
        state=InboxState.PENDING,
        attempts=reading.MOST_ATTEMPTS,
        next_at=NOW,
    )
    session.add(deadly)
    session.commit()
    event_id = reading.claim(session, now=NOW)
    assert event_id == deadly.id
    assert reading.process(session, deadly.id, settings, now=NOW) is InboxState.FAILED
