"""The jobs of a worker that ask a network for what its event left out: authors' names, the pictures they attached.

Nothing is held while a network is asked, and no appeal waits for the answer.
"""

from datetime import UTC, datetime

import structlog
from sqlalchemy import select

from incidents.flow import cleaning, naming, picturing, vault
from incidents.flow.cleaning import Cleaned
from incidents.jobs import Workshop
from incidents.networks import vk_sending
from incidents.networks.events import Failure
from incidents.records.sources import Source
from incidents.rules.acts import Refused
from incidents.rules.places import Network

log = structlog.get_logger("incidents.worker")

#: The most that one run fetches.
MOST_PICTURES = 20


def name_authors(shop: Workshop) -> int:
    """Ask VK for the names behind ids; how many were written. Nothing is held while the network is asked."""
    with shop.sessions() as session:
        asked = naming.nameless(session, Network.VK)
        source = session.scalar(select(Source).where(Source.network == Network.VK, Source.is_active).limit(1))
        if not asked or source is None:
            return 0
        token = vault.unseal(shop.settings.key, source.sealed_token)
    names = vk_sending.names(shop.client, shop.settings.vk_api_url, token, asked)
    if not names:
        return 0
    with shop.sessions() as session:
        written = naming.name(session, Network.VK, names, asked)
        session.commit()
    return written


def fetch_pictures(shop: Workshop) -> int:
    """Fetch pictures that citizens attached until none waits; how many were asked for."""
    for done in range(MOST_PICTURES):
        with shop.sessions() as session:
            picture_id = picturing.claim(session, now=datetime.now(UTC))
            session.commit()
        if picture_id is None:
            return done
        found = _fetched(shop, picture_id)
        if isinstance(found, Failure):
            log.warning("picture not fetched", picture=picture_id, kind=found.kind, code=found.code)
        with shop.sessions() as session:
            picturing.record(session, picture_id, found, now=datetime.now(UTC))
            session.commit()
    return MOST_PICTURES


def _fetched(shop: Workshop, picture_id: int) -> Cleaned | Failure:
    try:
        with shop.sessions() as session:
            order, network, token = picturing.order_of(session, picture_id, shop.settings)
        data = picturing.fetch(shop.client, order, network, token, shop.settings)
        return data if isinstance(data, Failure) else cleaning.clean(data)
    except Refused as refused:
        return Failure("operator", refused.code)
    except Exception as error:
        # A stranger's file may break a decoder in ways of its own: it must neither come back for ever nor stop the others.
        log.error("picture stumbled", picture=picture_id, error=type(error).__name__)
        return Failure("operator", "stumbled", type(error).__name__)
