"""How a person is reached: the address, the wishes, and the private chat with the town's bot, linked by a one-time code."""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.notices import LinkCode
from incidents.records.people import Person
from incidents.rules.acts import Actor, Refused

STREAM = "people"
CODE_LASTS = timedelta(minutes=30)
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12
#: What every mail server takes; nothing that could end a header line.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}"
)


def change_ways(
    session: Session,
    person: Person,
    by: Actor,
    *,
    now: datetime,
    email: str,
    wants_email: bool,
    wants_telegram: bool,
    at_night: bool,
) -> None:
    """Change how a person is told of alarms. Raises Refused("bad_email")."""
    email = check_address(email)
    person.email, person.wants_email = email, wants_email
    person.wants_telegram, person.at_night = wants_telegram, at_night
    # The address itself is nobody's business in ten years' time.
    data = {"person": person.id, "email": bool(email) and wants_email, "telegram": wants_telegram, "night": at_night}
    append(session, Draft(STREAM, "change_ways", by.name, now, data), now=now)


def set_address(session: Session, person: Person, email: str, by: Actor, *, now: datetime) -> None:
    """Enter where somebody's letters go; what they wish stays theirs. Raises Refused("bad_email")."""
    email = check_address(email)
    if email != person.email:
        person.email = email
        append(
            session, Draft(STREAM, "set_address", by.name, now, {"person": person.id, "email": bool(email)}), now=now
        )


def check_address(email: str) -> str:
    """The address as it is kept, or empty. Raises Refused("bad_email")."""
    email = email.strip()
    if email and (len(email) > 254 or not _ADDRESS.fullmatch(email)):
        raise Refused("bad_email")
    return email


def offer_code(session: Session, person: Person, *, now: datetime) -> str:
    """A fresh code for this person to send to the bot, returned once; an earlier one counts no more."""
    code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))
    session.merge(LinkCode(person_id=person.id, digest=_digest(code), expires_at=now + CODE_LASTS))
    session.flush()
    return code


def is_awaited(session: Session, *, now: datetime) -> bool:
    """Is there anybody who might just now be writing to the bot?"""
    return session.scalar(select(LinkCode.person_id).where(LinkCode.expires_at > now).limit(1)) is not None


def link(session: Session, code: str, chat_id: int, *, now: datetime) -> Person | None:
    """Whoever sends the code from this chat is its person: linked, and the code is used up. None: no such code (now)."""
    found = session.scalar(
        delete(LinkCode)
        .where(LinkCode.digest == _digest(code), LinkCode.expires_at > now)
        .returning(LinkCode.person_id)
        .execution_options(synchronize_session=False)
    )
    person = session.get(Person, found) if found is not None else None
    if person is None or not person.is_active:
        return None
    person.telegram_chat_id, person.wants_telegram = chat_id, True
    append(session, Draft(STREAM, "link_telegram", person.actor.name, now), now=now)
    return person


def unlink(session: Session, person: Person, *, now: datetime) -> None:
    """The chat is forgotten, and a code that was not used yet with it."""
    session.execute(delete(LinkCode).where(LinkCode.person_id == person.id))
    person.telegram_chat_id = None
    append(session, Draft(STREAM, "unlink_telegram", person.actor.name, now), now=now)


def _digest(code: str) -> str:
    return sha256(code.strip().lower().encode(errors="replace")).hexdigest()
