"""What the tests of the queue stand on: appeals as the networks bring them, and the order of the rows of a page."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from incidents.flow import approving, intake, routing
from incidents.records.appeals import Appeal
from incidents.rules.acts import Actor
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town

BY = Actor("network:vk")


class Desk:
    """Registers appeals as the networks do, so many minutes ago; the town's norm is two hours."""

    def __init__(self, session: Session, cast: Cast, town: Town, settings: Settings) -> None:
        self.session, self.cast, self.town, self.settings = session, cast, town, settings
        self.now = datetime.now(UTC)

    def add(self, words: str = "Просто вопрос", *, ago: int = 10, **more: object) -> Appeal:
        at = self.now - timedelta(minutes=ago)
        given: dict[str, object] = {"author_name": "Марина К.", "network": Network.VK, "place": Place.COMMENT, **more}
        appeal = intake.register(
            self.session,
            intake.Incoming(text=words, received_at=at, **given),  # type: ignore[arg-type]
            BY,
            self.settings,
            now=at,
        )
        self.session.commit()
        return appeal

    def answer(self, appeal: Appeal, *, at: datetime | None = None) -> None:
        approving.confirm_by_hand(
            self.session,
            appeal,
            self.cast.anna,
            now=self.now,
            link="https://vk.com/wall-1_2",
            at=at or self.now - timedelta(minutes=1),
        )
        self.session.commit()

    def give(self, appeal: Appeal) -> Appeal:
        routing.assign(self.session, appeal, self.cast.housing, self.cast.anna.actor, now=self.now)
        self.session.commit()
        return appeal


def order(client: FlaskClient, path: str = "/queue") -> list[int]:
    """The numbers of the rows of a page, from above."""
    page = client.get(path)
    assert page.status_code == 200, page.status
    return [int(part.partition('"')[0]) for part in page.text.split('<li id="a')[1:]]
