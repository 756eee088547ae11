"""A town with the norms of the laws, and appeals of every kind registered by hand, for the tests of complying."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from incidents.flow import founding, intake
from incidents.records.appeals import Appeal
from incidents.records.norms import NormRow
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast

#: The town's Monday noon, on which the worked example of the law is registered.
MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 5, 29, 2, 0, tzinfo=UTC)


def enact_laws(session: Session) -> None:
    """Every kind but the posts and comments gets the norms of a new town."""
    session.execute(delete(NormRow).where(NormRow.kind != Kind.SOCIAL))
    founding.first_norms(session, now=FRIDAY)
    session.commit()


def file(session: Session, cast: Cast, settings: Settings, kind: Kind, **fields: Any) -> Appeal:
    """An appeal of a kind that came on Friday and was registered on Monday, entered by Anna then."""
    given: dict[str, Any] = {
        "network": Network.OTHER,
        "place": Place.ELSEWHERE,
        "kind": kind,
        "text": "Прошу сообщить, когда отремонтируют двор",
        "received_at": FRIDAY,
        "registered_at": MONDAY,
        "document_number": "А-17",
    } | fields
    by_hand = settings.model_copy(update={"machine_routing": False})
    appeal = intake.register(session, intake.Incoming(**given), cast.anna.actor, by_hand, now=MONDAY)
    session.commit()
    return appeal


def end_of(day: date) -> datetime:
    """24:00 of a date in the town (UTC+10)."""
    return datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
