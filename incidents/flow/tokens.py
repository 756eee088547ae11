"""Tokens of other programs: made once, shown once, kept as a digest, with scopes."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow.journalling import Draft, append
from incidents.records.people import ApiToken
from incidents.rules.acts import Actor, Refused

SCOPES = ("intake", "acts", "read", "history", "metrics", "wall")


def add_token(session: Session, name: str, scopes: list[str], by: Actor, *, now: datetime) -> str:
    """A new API token, returned once; only its digest is kept. Raises Refused: `unknown_scope`, `token_taken`."""
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused("unknown_scope", scope=scope)
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)):
        raise Refused("token_taken", name=name)
    token = "inc_" + secrets.token_urlsafe(32)
    row = ApiToken(name=name, digest=_digest(token), scopes=sorted(set(scopes)), created_at=now)
    session.add(row)
    session.flush()
    append(session, Draft("people", "add_token", by.name, now, {"token": row.id, "scopes": row.scopes}), now=now)
    return token


def token_owner(session: Session, token: str) -> ApiToken | None:
    """The living token of another program, or None."""
    query = select(ApiToken).where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None))
    return session.scalar(query)


def revoke_token(session: Session, token: ApiToken, by: Actor, *, now: datetime) -> None:
    """End a token at once; what it brought in stays."""
    token.revoked_at = token.revoked_at or now
    append(session, Draft("people", "revoke_token", by.name, now, {"token": token.id}), now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
