"""How long an answer may be, and that it is counted as its network counts."""

import pytest

from incidents.networks.lengths import Limit, limit
from incidents.rules.places import Network


@pytest.mark.parametrize(
    ("text", "code_points", "units"),
    [("Добрый день", 11, 11), ("Спасибо 🙂", 9, 10), ("🇷🇺", 2, 4), ("  слово \n", 5, 5), ("👨‍👩‍👧", 5, 8)],
)
def test_vk_counts_code_points_and_telegram_utf16_units(text: str, code_points: int, units: int) -> None:
    vk, telegram = limit(Network.VK, is_dialog=False), limit(Network.TELEGRAM, is_dialog=True)
    assert vk is not None
    assert telegram is not None
    assert (vk.size(text), telegram.size(text)) == (code_points, units)


def test_a_private_message_may_be_longer_than_a_comment_and_some_networks_name_no_limit() -> None:
    assert limit(Network.VK, is_dialog=False) == Limit(4_096)
    assert limit(Network.VK, is_dialog=True) == Limit(9_000)
    assert limit(Network.TELEGRAM, is_dialog=False) == Limit(4_096, is_utf16=True)
    assert limit(Network.MAX, is_dialog=False) == Limit(4_000)
    assert limit(Network.OK, is_dialog=False) is None
