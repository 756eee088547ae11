"""What the tests of letters share: a mail server and the town's bot over real sockets, and a worker's workshop."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from incidents.jobs import Workshop
from incidents.networks.wire import open_client
from incidents.settings import Settings
from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from tests.cast import Cast
from tests.mailboxes import PostOffice, listening

BOT_TOKEN = "777:notices"

Shop = Callable[[Settings], Workshop]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server that takes everything."""
    with listening(PostOffice()) as open_office:
        yield open_office


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """The networks, on loopback."""
    with Simulator.running(delays=(0.02, 0.05), timeout=2.0) as simulator:
        yield simulator


@pytest.fixture
def bot(sim: Simulator) -> Bot:
    """The town's own bot: no webhook."""
    return sim.telegram_bot(token=BOT_TOKEN, secret="", hook_url="")


@pytest.fixture
def by_mail(settings: Settings, office: PostOffice, cast: Cast, session: Session) -> Settings:
    """A town that sends mail; Anna and Dmitry have an address."""
    cast.anna.email, cast.dmitry.email = "anna@town.example", "dmitry@town.example"
    session.commit()
    where = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": "none"}
    names = {"mail_from": "appeals@town.example", "public_url": "https://town.example"}
    return settings.model_copy(update={**where, **names})


@pytest.fixture
def by_bot(settings: Settings, sim: Simulator, bot: Bot) -> Settings:
    """A town that sends by Telegram."""
    return settings.model_copy(update={"notice_bot_token": BOT_TOKEN, "telegram_api_url": sim.telegram_url})


@pytest.fixture
def shop(sessions: sessionmaker[Session]) -> Iterator[Shop]:
    """The workshop of one worker."""
    with open_client() as client:
        yield lambda settings: Workshop(settings, sessions, client, "worker-1")
