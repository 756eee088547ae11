"""What a worker does for the house itself: copies of the database, its size by months, the look at the certificate."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import structlog

from incidents.flow import keeping
from incidents.jobs import Workshop
from incidents.networks import certificates
from incidents.records import copying

log = structlog.get_logger("incidents.worker")


def make_backup(shop: Workshop) -> int:
    """Write the copy of the database that was asked for, if one was; nothing is locked while it is written."""
    settings = shop.settings
    with shop.sessions() as session:
        session.connection(execution_options={"readonly": True})
        if not keeping.is_asked(session):
            return 0
    with shop.sessions() as session:
        backup = keeping.claim(session, settings.town_zone, session.get_bind().dialect.name, now=datetime.now(UTC))
        session.commit()
    if backup is None:
        return 0
    size, error = 0, ""
    try:
        size = copying.copy(settings.database_url, Path(settings.backup_folder) / backup.file)
    except (copying.NotCopied, OSError, sqlite3.Error) as why:
        error = (why.strerror if isinstance(why, OSError) else str(why)) or type(why).__name__
        log.error("backup failed", error=error)
    with shop.sessions() as session:
        keeping.record(session, backup.id, size, error, now=datetime.now(UTC))
        session.commit()
    return 1


def measure(shop: Workshop) -> int:
    """Keep the size of the database under its month; megabytes."""
    with shop.sessions() as session:
        size = keeping.measure(session, shop.settings.town_zone, now=datetime.now(UTC))
        session.commit()
    return size // 10**6


def look_at_certificate(shop: Workshop) -> str:
    """Until when the certificate of the program's own address is good, as an ISO date; `none` without https."""
    return certificates.ends_on(shop.settings.public_url) or "none"
