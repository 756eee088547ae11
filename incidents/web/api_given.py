"""What another program says of a new appeal, as the flow takes it: its times are possible, its topic has a name."""

from datetime import timedelta

from flask import abort
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from incidents.flow import complying, intake
from incidents.networks import links
from incidents.records.appeals import Appeal
from incidents.records.people import ApiToken
from incidents.rules.places import Place
from incidents.web import api_filters, current, errors, schemas

#: Two clocks may differ by this much before a moment counts as past or future.
CLOCK_SKEW = timedelta(seconds=60)


def check_time(given: schemas.AppealGiven, token: ApiToken) -> None:
    """422 for a time that has not come yet, 403 for the past without the scope for it."""
    now = current.now()
    for name in ("received_at", "posted_at"):
        moment = getattr(given, name)
        if moment is not None and moment > now + CLOCK_SKEW:
            abort(errors.answer(UnprocessableEntity(), gettext("%(name)s: this time has not come yet", name=name)))
    if given.received_at and given.received_at < now - CLOCK_SKEW and "history" not in token.scopes:
        abort(403, gettext("received_at lies in the past: the token needs the scope history"))


def incoming(session: Session, given: schemas.AppealGiven, token: ApiToken) -> intake.Incoming:
    """The words as the intake registers them."""
    now, zone = current.now(), current.settings().town_zone
    received_at = min(given.received_at or now, now)
    link = links.recognise(given.permalink) if given.permalink else None
    author = given.author or schemas.AuthorGiven()
    return intake.Incoming(
        network=given.network,
        place=Place.ELSEWHERE,
        text=given.text,
        received_at=received_at,
        kind=given.kind,
        registered_at=complying.moment_of(given.registered_on, received_at, now, zone) if given.registered_on else None,
        document_number=given.document_number,
        posted_at=min(given.posted_at, now) if given.posted_at else None,
        author_name=author.name,
        author_url=author.url,
        permalink=given.permalink,
        object_key=link.key if link else None,
        external_id=given.external_id,
        token_id=token.id,
        address=given.address,
        topic=api_filters.topic_named(session, given.topic) if given.topic else None,
    )


def known(session: Session, words: intake.Incoming) -> Appeal | None:
    """The appeal that this call, or anybody before it, registered."""
    own = select(Appeal).where(Appeal.token_id == words.token_id, Appeal.external_id == words.external_id)
    return session.scalar(own) or intake.find(session, words.object_key, words.permalink)
