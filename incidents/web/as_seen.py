"""A text of ours as the citizen sees it in the network: its lines, and its links as that network makes them.

Drawn by our own markup; nothing is fetched. What a network does not turn into a link stays plain here too.
"""

import re

from flask import Flask
from markupsafe import Markup, escape

from incidents.rules.places import Network

#: Addresses that every network turns into links, and bare names of sites that most of them do.
_ADDRESS = r"https?://[^\s<>\"»]+[^\s<>\"».,;:!?)]"
_SITE = r"(?<![\w@./-])(?:[\w-]+\.)+(?:ru|рф|com|org|net|info|su)(?:/[^\s<>\"»]*[^\s<>\"».,;:!?)])?(?![\w-])"
#: VKontakte shows `[club1|Words]` as the words alone, Telegram a name after @ as a link.
_MENTION = r"\[(?:id|club|public)\d+\|(?P<shown>[^\]\n]+)\]"
_NAME = r"(?<![\w@])@\w{5,32}"
_LINKS = {
    Network.VK: re.compile(f"{_MENTION}|{_ADDRESS}|{_SITE}", re.IGNORECASE),
    Network.TELEGRAM: re.compile(f"{_ADDRESS}|{_SITE}|{_NAME}", re.IGNORECASE),
}
_OTHERS = re.compile(_ADDRESS, re.IGNORECASE)


def as_seen(text: str, network: str) -> Markup:
    """The text with what becomes a link marked; lines are kept by the sheet (`white-space`)."""
    links = _LINKS.get(Network(network), _OTHERS) if network in set(Network) else _OTHERS
    found, last = Markup(""), 0
    for match in links.finditer(text):
        shown = match.groupdict().get("shown") or match[0]
        found += escape(text[last : match.start()]) + Markup('<span class="seen-link">{}</span>').format(shown)
        last = match.end()
    return found + escape(text[last:])


def register(app: Flask) -> None:
    app.add_template_filter(as_seen)
