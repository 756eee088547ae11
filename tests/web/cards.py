"""Appeals for the tests of the card, registered by the flow's own hand as a network's event would."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session, object_session
from werkzeug.test import TestResponse

from incidents.flow import intake, routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.rules.acts import Actor
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.web.conftest import token

VK = Actor("network:vk")
WORDS = "Во дворе на Кирова, 40 сугробы по пояс, снег не убирали с понедельника. Когда приедет техника?"
LINK = f"https://vk.com/wall-{GROUP_ID}_1?reply=7"


def arrive(session: Session, town: Town, settings: Settings, **fields: Any) -> Appeal:
    """A comment that came twenty minutes ago, unrouted unless a department is named."""
    now = datetime.now(UTC) - timedelta(minutes=20)
    key = fields.pop("object_key", f"vk:wall-{GROUP_ID}:r7")
    given = {
        "network": Network.VK,
        "place": Place.COMMENT,
        "text": WORDS,
        "received_at": now,
        "posted_at": now,
        "author_id": "7",
        "author_name": "Ирина Б.",
        "author_url": "https://vk.com/id7",
        "permalink": LINK,
        "object_key": key,
        "source_id": town.vk.id,
        "branch": f"vk:wall-{GROUP_ID}_1:7",
        "reply_to": {"owner_id": -GROUP_ID, "post_id": 1, "comment_id": 7},
    } | fields
    by_hand = settings.model_copy(update={"machine_routing": False})
    appeal = intake.register(session, intake.Incoming(**given), VK, by_hand, now=now)
    session.commit()
    return appeal


def lying_with(session: Session, appeal: Appeal, department: Department, cast: Cast) -> Appeal:
    """The appeal, given to a department by Anna."""
    here = session.get_one(Department, department.id)
    routing.assign(session, appeal, here, cast.anna.actor, now=datetime.now(UTC) - timedelta(minutes=15))
    session.commit()
    return appeal


def another(session: Session, town: Town, settings: Settings, cast: Cast, number: int) -> Appeal:
    """One more of housing, by another author."""
    key = f"vk:wall-1:r{number}"
    appeal = arrive(session, town, settings, object_key=key, text=f"Двор {number}", author_id=str(number), branch=key)
    return lying_with(session, appeal, cast.housing, cast)


def anew(appeal: Appeal) -> Appeal:
    """The same appeal as it stands now. The test's session lets go of SQLite's only write lock."""
    session = object_session(appeal)
    assert session is not None
    session.refresh(appeal)
    session.commit()
    return appeal


def do(client: FlaskClient, appeal: Appeal, noun: str, **fields: Any) -> TestResponse:
    """POST an act with the token of the card and the version it shows, unless another one is given."""
    page = f"/appeals/{anew(appeal).number}"
    data = {"csrf_token": token(client, page), "version": appeal.version} | fields
    return client.post(f"{page}/{noun}", data=data)
