"""What every test may ask for by name: the installation here; databases, seals and people in the rooms named below."""

import importlib.util
import os

import hypothesis
import pytest
from cryptography.fernet import Fernet

from incidents.settings import Settings

# How long an example takes says more of the machine than of the program.
hypothesis.settings.register_profile("town", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("town")

#: A room is taken in where it stands: the cast is not needed to test the ground.
ROOMS = ("tests.databases", "tests.seals", "tests.browsers", "tests.cast")
pytest_plugins = [room for room in ROOMS if importlib.util.find_spec(room)]


@pytest.fixture
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A throwaway town on this test's own database; what somebody's shell says about another installation is not heard."""
    for name in [name for name in os.environ if name.startswith("INCIDENTS_")]:
        monkeypatch.delenv(name)
    return Settings(
        town_name="Комсомольск-на-Амуре",
        zone="Asia/Vladivostok",
        database_url=database_url,
        key=Fernet.generate_key().decode(),
    )
