"""The fence of the simulator: it listens on loopback only and speaks to loopback only.

A program that sends invented citizens' words to any address, or lets any page of the internet press its buttons, would be a danger on a server. Everything that
opens a socket or takes an address passes here first.
"""

import ipaddress
from urllib.parse import urlsplit

BINDABLE = ("127.0.0.1", "::1")


class NotLoopback(ValueError):
    """An address outside this machine was named; the sentence says which."""


def bindable(host: str) -> str:
    """The address to listen on, or NotLoopback."""
    if host not in BINDABLE:
        raise NotLoopback(f"the simulator listens on 127.0.0.1 or ::1 only, not on {host!r}")
    return host


def hook_url(url: str) -> str:
    """The hook's address if it leads to this machine ("" means: no hook yet), or NotLoopback."""
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not is_loopback(parts.hostname or ""):
        raise NotLoopback(f"the simulator delivers to loopback addresses only, not to {url!r}")
    return url


def is_loopback(host: str) -> bool:
    """Is this name or address the machine itself?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
