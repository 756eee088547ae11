"""The trial of a source: the network itself says whose token it is, over a real socket to the simulator."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import vault
from incidents.records.sources import Source
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.simulator import Simulator
from tests.cast import Cast, Town
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]
TOKEN = "7000000009:bot"


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """The networks, on loopback, with one bot."""
    with Simulator.running(delays=(0.02, 0.05), timeout=2.0) as simulator:
        simulator.telegram_bot(token=TOKEN, secret="", hook_url="")
        yield simulator


@pytest.fixture
def settings(settings: Settings, sim: Simulator) -> Settings:
    # Nobody listens where VK should be.
    return settings.model_copy(update={"telegram_api_url": sim.telegram_url, "vk_api_url": "http://127.0.0.1:9"})


def test_the_network_says_whose_token_it_is(
    enter: Enter, cast: Cast, town: Town, sessions: Sessions, settings: Settings
) -> None:
    def tried(network: Network, number: int, token: str) -> str:
        with sessions() as session:
            source = session.scalars(select(Source).where(Source.network == network)).one()
            source.external_id, source.sealed_token = number, vault.seal(settings.key, token)
            session.commit()
            path = f"/sources/{source.id}"
        assert send(elena, f"{path}/trial", page=path).location == path
        return elena.get(path).text

    elena = enter("elena")
    assert "Сеть нас знает: @" in tried(Network.TELEGRAM, 7000000009, TOKEN)
    assert "Это чужой ключ: @" in tried(Network.TELEGRAM, 5, TOKEN)
    refused = tried(Network.TELEGRAM, 5, "1:void")
    assert "Сеть не принимает ключ: «" in refused
    assert "1:void" not in refused
    assert "До сети с этого сервера не достучаться." in tried(Network.VK, 5, "vk1.secret")
