"""Pictures that citizens attach: wanted with the words, fetched by a worker, cleaned and kept beside the appeal.

Intake only notes them, so that a slow server of pictures delays no clock; the worker claims, asks and records.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

import httpx2
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from incidents.flow import vault
from incidents.flow.cleaning import Cleaned
from incidents.networks import fetching
from incidents.networks.events import Failure
from incidents.networks.fetching import Order
from incidents.records.appeals import Message
from incidents.records.pictures import Picture
from incidents.records.sources import Source
from incidents.rules.acts import Refused
from incidents.rules.places import Network
from incidents.settings import Settings

#: How long one worker may be at it before another asks.
CLAIM = timedelta(minutes=2)
#: How long to wait after each time in vain; after the last of them it is given up.
PAUSES = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
#: Of one message; networks let through ten.
MOST_PICTURES = 10


def want(session: Session, message: Message, *, now: datetime) -> None:
    """Note which attachments of new words are pictures that a network will give us."""
    places = [place for place, each in enumerate(message.attachments) if _order(each) is not None]
    for place in places[:MOST_PICTURES] if message.source_id else ():
        session.add(Picture(message=message, place=place, ask_at=now, asked=0))


def claim(session: Session, *, now: datetime) -> int | None:
    """Claim the picture that waits longest, in its own short transaction: the id, or None when none waits. Caller commits."""
    waiting = (
        select(Picture.id)
        .where(Picture.ask_at <= now)
        .order_by(Picture.ask_at, Picture.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    return session.scalar(
        update(Picture)
        .where(Picture.id.in_(select(waiting.c.id)), Picture.ask_at <= now)
        .values(ask_at=now + CLAIM, asked=Picture.asked + 1)
        .returning(Picture.id)
        .execution_options(synchronize_session=False)
    )


def order_of(session: Session, picture_id: int, settings: Settings) -> tuple[Order, Network, str]:
    """Where a claimed picture is, its network, and the source's token. Raises Refused: `picture_elsewhere`, `wrong_key`."""
    picture = session.get_one(Picture, picture_id, options=[joinedload(Picture.message)])
    order = _order(picture.message.attachments[picture.place])
    source = session.get(Source, picture.message.source_id)
    if order is None or source is None:
        raise Refused("picture_elsewhere")
    # Only Telegram's files are asked for in the bot's name.
    token = vault.unseal(settings.key, source.sealed_token) if order.file_id else ""
    return order, source.network, token


def fetch(client: httpx2.Client, order: Order, network: Network, token: str, settings: Settings) -> bytes | Failure:
    """Ask the network: no database, no lock."""
    if network is Network.TELEGRAM:
        return fetching.fetch_telegram(client, order, settings.telegram_api_url, token)
    return fetching.fetch_public(client, order, settings.hosts_of_pictures, settings.vk_api_url)


def record(session: Session, picture_id: int, found: Cleaned | Failure, *, now: datetime) -> None:
    """Write down what came of asking; what may come later is asked for again."""
    picture = session.get_one(Picture, picture_id, with_for_update=True, populate_existing=True)
    if picture.digest is not None:
        return
    if isinstance(found, Cleaned):
        picture.ask_at, picture.code = None, None
        picture.digest, picture.width, picture.height = sha256(found.full).hexdigest(), found.width, found.height
        picture.picture, picture.thumbnail = found.full, found.small
        return
    is_over = found.kind != "retry" or picture.asked > len(PAUSES)
    pause = timedelta() if is_over else PAUSES[picture.asked - 1]
    picture.ask_at = None if is_over else now + max(pause, timedelta(seconds=found.retry_after or 0))
    picture.code = found.code


def of(session: Session, messages: Iterable[Message]) -> dict[tuple[int, int], Picture]:
    """The pictures that are kept of some messages, by message and place, without their points."""
    with_pictures = [each.id for each in messages if any(_order(attached) for attached in each.attachments)]
    if not with_pictures:
        return {}
    query = select(Picture).where(Picture.message_id.in_(with_pictures), Picture.digest.is_not(None))
    return {(picture.message_id, picture.place): picture for picture in session.scalars(query)}


def _order(attached: dict[str, object]) -> Order | None:
    """Where an attachment's picture is, if it is a picture and has a place."""
    url, file_id = (str(attached.get(name) or "") for name in ("url", "file_id"))
    if attached.get("type") != "photo" or not (url or file_id):
        return None
    return Order(url=url or None, file_id=file_id or None)
