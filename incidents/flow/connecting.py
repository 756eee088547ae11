"""Sources: a town's page or bot is entered once; its secrets are sealed and never shown again."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import vault
from incidents.flow.journalling import Draft, append
from incidents.records.sources import Source
from incidents.rules.acts import Actor, Refused
from incidents.rules.places import Network

#: Networks that the program can receive from and answer in by itself.
CONNECTED = (Network.VK, Network.TELEGRAM)
_TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LONGEST_NAME, LONGEST_CONFIRMATION = 120, 64
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")


def add_source(
    session: Session,
    network: Network,
    name: str,
    external_id: int,
    by: Actor,
    sealing_key: str,
    *,
    now: datetime,
    secret: str,
    token: str,
    confirmation: str = "",
    account: str | None = None,
    key: str | None = None,
) -> Source:
    """Enter a source. Its `key`, the last part of the webhook's address, is made if none is given.

    Raises Refused: `not_connected`, `bad_key`, `key_taken`, `source_taken`, `secret_needed`, `token_needed`, `bad_id`.
    """
    if network not in CONNECTED:
        raise Refused("not_connected", network=network)
    if external_id <= 0:
        raise Refused("bad_id")
    key = key or f"{network}-{secrets.token_hex(8)}"
    if not _KEY.fullmatch(key):
        raise Refused("bad_key")
    if session.scalar(select(Source.id).where(Source.key == key)):
        raise Refused("key_taken", key=key)
    if session.scalar(select(Source.id).where(Source.network == network, Source.external_id == external_id)):
        raise Refused("source_taken")
    _check_secret(network, secret)
    if not token:
        raise Refused("token_needed")
    source = Source(
        network=network,
        key=key,
        name=name.strip() or key,
        external_id=external_id,
        account=account,
        sealed_secret=vault.seal(sealing_key, secret),
        sealed_token=vault.seal(sealing_key, token),
        confirmation=confirmation.strip(),
        is_active=True,
    )
    session.add(source)
    session.flush()
    data = {"source": source.id, "network": network, "key": key}
    append(session, Draft("system", "add_source", by.name, now, data), now=now)
    return source


def change_source(
    session: Session,
    source: Source,
    by: Actor,
    sealing_key: str,
    *,
    now: datetime,
    name: str,
    is_active: bool,
    confirmation: str,
    secret: str = "",
    token: str = "",
) -> None:
    """Change a source; an empty secret or token leaves the old one. Raises Refused: `long_name`,
    `confirmation_long`, `bad_secret`."""
    if len(name) > LONGEST_NAME:
        raise Refused("long_name", longest=LONGEST_NAME)
    if len(confirmation) > LONGEST_CONFIRMATION:
        raise Refused("confirmation_long", longest=LONGEST_CONFIRMATION)
    source.name, source.is_active, source.confirmation = name.strip() or source.key, is_active, confirmation.strip()
    if secret:
        _check_secret(source.network, secret)
        source.sealed_secret = vault.seal(sealing_key, secret)
    if token:
        source.sealed_token = vault.seal(sealing_key, token)
    data = {"source": source.id, "active": is_active, "secret": bool(secret), "token": bool(token)}
    append(session, Draft("system", "change_source", by.name, now, data), now=now)


def _check_secret(network: Network, secret: str) -> None:
    if not secret:
        raise Refused("secret_needed")
    if network is Network.TELEGRAM and not _TELEGRAM_SECRET.fullmatch(secret):
        raise Refused("bad_secret")
