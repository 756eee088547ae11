"""How long an answer may be where it is to stand, in the units in which that network counts."""

from dataclasses import dataclass

from incidents.networks import telegram_sending, vk_sending
from incidents.rules.places import Network


@dataclass(frozen=True, slots=True)
class Limit:
    """So many code points, or, where `is_utf16`, UTF-16 units: there an emoji is two of them, a flag four."""

    longest: int
    is_utf16: bool = False

    def size(self, text: str) -> int:
        """The length of a text as the network counts it; blanks round it do not travel."""
        text = text.strip()
        return len(text.encode("utf-16-le", "surrogatepass")) // 2 if self.is_utf16 else len(text)


#: Not sent by us yet: what a person copies there must fit all the same. 4,000 is from the network's own documents.
_MAX = Limit(4_000)
_TELEGRAM = Limit(telegram_sending.LONGEST_MESSAGE, is_utf16=True)
_VK_COMMENT, _VK_MESSAGE = Limit(vk_sending.LONGEST_COMMENT), Limit(vk_sending.LONGEST_MESSAGE)


def limit(network: Network, *, is_dialog: bool) -> Limit | None:
    """The limit of a comment, or of a message where the citizen wrote one; None where the network names none."""
    if network is Network.VK:
        return _VK_MESSAGE if is_dialog else _VK_COMMENT
    return {Network.TELEGRAM: _TELEGRAM, Network.MAX: _MAX}.get(network)
