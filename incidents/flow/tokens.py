"""Tokens of other programs: made once, shown once, kept as a digest, with scopes."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.people import ApiToken, Person
from incidents.rules.acts import Actor, Refused

SCOPES = ("intake", "acts", "read", "history", "metrics", "wall")


def add_token(
    session: Session, name: str, scopes: list[str], by: Actor, *, now: datetime, person: Person | None = None
) -> str:
    """A new API token, returned once; only its digest is kept. `person`: whose use it is made for, if one person's.

    Raises Refused: `unknown_scope`, `token_taken`.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused("unknown_scope", scope=scope)
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)):
        raise Refused("token_taken", name=name)
    token = "inc_" + secrets.token_urlsafe(32)
    row = ApiToken(name=name, digest=_digest(token), scopes=sorted(set(scopes)), created_at=now, person=person)
    session.add(row)
    session.flush()
    data = {"token": row.id, "scopes": row.scopes, **({"person": person.id} if person else {})}
    append(session, Draft("people", "add_token", by.name, now, data), now=now)
    return token


def token_owner(session: Session, token: str) -> ApiToken | None:
    """The living token of another program, or None."""
    query = select(ApiToken).where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None))
    return session.scalar(query)


def of_person(session: Session, person: Person) -> list[ApiToken]:
    """The living tokens that were made for this person's use, by name."""
    query = select(ApiToken).where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    return list(session.scalars(query.order_by(ApiToken.name)))


def revoke_token(session: Session, token: ApiToken, by: Actor, *, now: datetime) -> None:
    """End a token at once; what it brought in stays."""
    token.revoked_at = token.revoked_at or now
    append(session, Draft("people", "revoke_token", by.name, now, {"token": token.id}), now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
