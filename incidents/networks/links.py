"""What a pasted link says: the network, and the one key of the words it leads to, however it was copied.

The keys equal those that the readers make of webhooks (`vk.read`, `telegram.read`), so that a post that was registered
by hand and then arrives by itself stays one appeal.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from incidents.rules.places import Network, Place

_HOSTS = {
    Network.VK: ("vk.com", "vk.ru", "vkontakte.ru"),
    Network.OK: ("ok.ru", "odnoklassniki.ru"),
    Network.TELEGRAM: ("t.me", "telegram.me", "telegram.dog"),
    Network.MAX: ("max.ru",),
    Network.MY_WORLD: ("my.mail.ru",),
}
#: What the columns of links and of keys hold.
LONGEST_LINK, LONGEST_KEY = 1000, 200
#: No network has longer numbers, and no database column holds them.
_LONGEST_NUMBER = 18
_VK_WALL = re.compile(r"wall(-?\d{1,18})_(\d{1,18})(?!\d)")
_TELEGRAM_PRIVATE = re.compile(r"^/c/(\d{1,15})/(?:(\d{1,18})/)?(\d{1,18})$")


class BadLink(ValueError):
    """Not a link that may be kept: no http(s) address."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as we read it. `owner` and `reply_to` are given where we could answer there through a page of ours."""

    network: Network
    place: Place
    key: str
    owner: int | None = None
    reply_to: Mapping[str, Any] = field(default_factory=dict)


def recognise(url: str, own_hosts: Mapping[str, Network] | None = None) -> Link:
    """Read a link. `own_hosts` maps further hosts (of a simulator or mirror) to their network.

    Raises BadLink for anything but an http(s) address with a host.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise BadLink(url) from None
    # What no database column can hold is no link either.
    if len(url) > LONGEST_LINK or not url.strip().isprintable():
        raise BadLink(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadLink(url)
    network = _network(parts.hostname.lower(), parts.netloc.lower() + parts.path, own_hosts or {})
    query = parse_qs(parts.query)
    found = None
    if network is Network.VK:
        found = _vk(parts.path + "?" + parts.query, query)
    elif network is Network.TELEGRAM:
        found = _telegram(parts.path)
    if found and len(found.key) <= LONGEST_KEY:
        return found
    whole = f"url:{_bare(parts.hostname.lower())}{parts.path.rstrip('/')}?{parts.query}"
    if len(whole) > LONGEST_KEY:
        # Two long links that begin alike are still two links.
        digest = hashlib.sha256(whole.encode()).hexdigest()
        whole = whole[: LONGEST_KEY - len(digest)] + digest
    return Link(network, Place.ELSEWHERE, whole)


def _network(host: str, whole: str, own_hosts: Mapping[str, Network]) -> Network:
    for start, network in own_hosts.items():
        if whole.startswith(start):
            return network
    bare = _bare(host)
    return next((network for network, hosts in _HOSTS.items() if bare in hosts), Network.OTHER)


def _bare(host: str) -> str:
    for prefix in ("www.", "m."):
        host = host.removeprefix(prefix)
    return host


def _vk(path: str, query: Mapping[str, list[str]]) -> Link | None:
    # The wall may stand in the path or, over a feed, in `?w=wall-1_2_r3`.
    match = _VK_WALL.search(path)
    if not match:
        return None
    owner, post = int(match[1]), int(match[2])
    reply = query.get("reply", [""])[0] or (re.search(r"_r(\d+)", path) or [None, ""])[1]
    if len(reply or "") > _LONGEST_NUMBER:
        return None
    if reply and reply.isdecimal():
        target = {"owner_id": owner, "post_id": post, "comment_id": int(reply)}
        return Link(Network.VK, Place.COMMENT, f"vk:wall{owner}:r{reply}", owner, target)
    return Link(Network.VK, Place.POST, f"vk:wall{owner}:p{post}", owner, {"owner_id": owner, "post_id": post})


def _telegram(path: str) -> Link | None:
    tail = path[path.find("/c/") :] if "/c/" in path else path
    match = _TELEGRAM_PRIVATE.match(tail)
    if not match:
        return None
    chat, number = int(f"-100{match[1]}"), int(match[3])
    target = {"chat_id": chat, "message_id": number, "chat_type": "supergroup"}
    return Link(Network.TELEGRAM, Place.COMMENT, f"telegram:{chat}:{number}", None, target)
