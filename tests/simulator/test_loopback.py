"""The simulator stays on this machine, and foreign pages cannot press its buttons."""

import subprocess
import sys

import httpx2
import pytest

from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from incidents.simulator.loopback import NotLoopback
from tests.simulator.conftest import Ear


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "town.example"])
def test_it_refuses_to_listen_anywhere_else(host: str) -> None:
    with pytest.raises(NotLoopback):
        Simulator(host=host)


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.7/hook",
        "https://town.example/hook",
        "file:///etc/passwd",
        "http://127.0.0.1.town.example/",
        "hook",
    ],
)
def test_it_refuses_to_deliver_anywhere_else(sim: Simulator, bot: Bot, url: str) -> None:
    with pytest.raises(NotLoopback):
        sim.vk_community(group_id=7, token="t", hook_url=url)
    with pytest.raises(NotLoopback):
        sim.telegram_bot(token="7:t", hook_url=url)
    wanted = {"url": url}
    answer = httpx2.post(f"{sim.telegram_url}/bot4242:letters/setWebhook", json=wanted, trust_env=False)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_an_address_changed_behind_its_back_is_refused_too(sim: Simulator, ear: Ear) -> None:
    group = sim.vk_community(group_id=7, token="t", hook_url=ear.url)
    group.hook.url = "http://192.0.2.7/hook"
    with pytest.raises(NotLoopback):
        group.post("Снегопад")
    assert sim.settle(0.1)


def test_a_foreign_page_or_name_is_refused(sim: Simulator) -> None:
    storm = f"{sim.url}/control/snowstorm"
    assert httpx2.post(storm, headers={"Origin": "https://town.example"}, trust_env=False).status_code == 403
    assert httpx2.get(sim.url, headers={"Host": "town.example"}, trust_env=False).status_code == 403
    assert httpx2.post(storm, headers={"Origin": sim.url}, trust_env=False).status_code == 303


def test_as_a_process_of_its_own_it_says_where_it_is_and_refuses_other_addresses() -> None:
    command = [sys.executable, "-m", "incidents.simulator"]
    refused = subprocess.run([*command, "--host", "0.0.0.0"], capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 1
    assert "127.0.0.1" in refused.stderr
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert httpx2.get(f"{url}/control/state", trust_env=False).json()["communities"] == []
        finally:
            process.terminate()
