"""From words to an appeal: registered once however often it arrives, classified, routed, its clock started.

Every door registers here: the inbox (`reading`), other programs (`web.api`), a person's form (`web.registration`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from incidents.flow import classifying, gate, picturing, routing
from incidents.flow.journalling import Draft
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.database import insert_missing
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Actor, Refused, Status
from incidents.rules.addresses import place_of
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.rules.thanks import is_thanks
from incidents.rules.topics import Suggestion, is_clear
from incidents.settings import Settings


@dataclass(frozen=True, slots=True)
class Incoming:
    """Everything a door knows of an appeal before it is one. Times are aware; texts are cleaned (`receiving.clean`)."""

    network: Network
    place: Place
    text: str
    received_at: datetime
    posted_at: datetime | None = None
    kind: Kind = Kind.SOCIAL
    author_id: str | None = None
    author_name: str = ""
    author_url: str | None = None
    permalink: str | None = None
    object_key: str | None = None
    source_id: int | None = None
    conversation_id: int | None = None
    branch: str | None = None
    reply_to: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()
    external_id: str | None = None
    token_id: int | None = None
    address: str | None = None
    topic: Topic | None = None
    previous_number: int | None = None
    #: Where a document system registered it on a day before it was entered here; None: now.
    registered_at: datetime | None = None
    #: Its number there.
    document_number: str | None = None
    #: The social appeal that this formal one was made from.
    origin_number: int | None = None
    #: How it reached the person who entered it, as a code, and the words that belong to the entry in the journal.
    channel: str | None = None
    occasion: str = ""


def register(session: Session, words: Incoming, by: Actor, settings: Settings, *, now: datetime) -> Appeal:
    """Register an appeal: journal, suggestions, topic, deadline, department.

    The caller has made sure that it is new (`find`), or meets the database's own refusal (IntegrityError) and finds it.
    """
    suggestions = [] if words.topic else classifying.suggest(session, words.text)
    appeal = _create(session, words, suggestions, now)
    gate.count_and_append(session, appeal, _registered(appeal, words, by), now=now)
    if words.topic is not None:
        classifying.classify(session, appeal, words.topic, by, now=now)
        if settings.machine_routing:
            routing.route(session, appeal, now=now)
    elif settings.machine_routing and is_clear(suggestions, settings.machine_score, settings.machine_margin):
        _go_by_machine(session, appeal, suggestions[0], settings, now)
    return appeal


def find(session: Session, object_key: str | None, permalink: str | None) -> Appeal | None:
    """The appeal that these words already are, by their key or by the very link."""
    if object_key:
        number = session.scalar(select(Message.appeal_number).where(Message.object_key == object_key))
        if number is not None:
            return session.get(Appeal, number)
        found = session.scalar(select(Appeal).where(Appeal.object_key == object_key))
        if found is not None:
            return found
    if permalink:
        # A dialog has one address for all that was ever written in it: it is nobody's name.
        same = select(Appeal).where(Appeal.permalink == permalink, Appeal.place != Place.MESSAGE)
        return session.scalar(same.order_by(Appeal.number).limit(1))
    return None


def add_message(session: Session, appeal: Appeal, words: Incoming) -> Message:
    """Add a citizen's words to an appeal; they may say where it is."""
    if appeal.address is None:
        appeal.address, appeal.address_key = place_of(None, words.text)
    message = Message(
        appeal_number=appeal.number,
        source_id=words.source_id,
        object_key=words.object_key,
        text=words.text,
        posted_at=words.posted_at or words.received_at,
        permalink=words.permalink,
        reply_to=dict(words.reply_to),
        attachments=[dict(attachment) for attachment in words.attachments],
    )
    session.add(message)
    picturing.want(session, message, now=words.received_at)
    return message


def join(session: Session, appeal: Appeal, words: Incoming, by: Actor, *, now: datetime) -> None:
    """A later message of the same author joins the open appeal; its clock does not start anew."""
    message = add_message(session, appeal, words)
    session.flush()
    happened_at = words.posted_at or words.received_at
    if appeal.status in (Status.ON_APPROVAL, Status.PUBLISHING):
        # Whoever has the text before the eyes must not agree to it without these words: the version moves on.
        flag_modified(appeal, "status")
    gate.act(session, appeal, Act.JOIN, by, now=now, happened_at=happened_at, data={"message": message.id})


def follow_up(session: Session, appeal: Appeal, words: Incoming, by: Actor, *, now: datetime) -> None:
    """The author wrote again after an answer of ours: the appeal is somebody's to answer again, its next clock starts.

    Mere thanks join without a clock; a person may still answer them.
    """
    if is_thanks(words.text):
        join(session, appeal, words, by, now=now)
        return
    message = add_message(session, appeal, words)
    session.flush()
    # From when we had it: a citizen's words that the network kept back must not be late before we could read them.
    gate.act(session, appeal, Act.FOLLOW_UP, by, now=now, happened_at=words.received_at, data={"message": message.id})


def hear_by_hand(session: Session, appeal: Appeal, words: Incoming, by: Actor, *, now: datetime) -> bool:
    """A person brings further words of the author, from a network we do not hear or from a telephone. True if they start
    the next clock: not before our first answer, and not mere thanks.

    Raises Refused: `words_needed`, `words_known`, `future_time`, `words_before`, and what the gate refuses.
    """
    if not words.text.strip():
        raise Refused("words_needed")
    if words.received_at > now:
        raise Refused("future_time")
    if words.received_at < (appeal.posted_at or appeal.received_at):
        raise Refused("words_before")
    known = find(session, words.object_key, None)
    if known is not None:
        raise Refused("words_known", number=known.number)
    if appeal.answered_at is None or words.received_at < appeal.answered_at or is_thanks(words.text):
        join(session, appeal, words, by, now=now)
        return False
    follow_up(session, appeal, words, by, now=now)
    return True


def author_of(session: Session, words: Incoming) -> Author | None:
    """The author's row, made or brought up to date; None where nothing at all is known of the author."""
    key = words.author_id or words.author_url
    if key is None and not words.author_name:
        return None
    if key is not None:
        row = {
            "network": words.network,
            "external_id": key[:200],
            "name": words.author_name[:200],
            "url": words.author_url,
        }
        insert_missing(session, Author, [row])
        author = session.scalars(
            select(Author).where(Author.network == words.network, Author.external_id == key[:200])
        ).one()
        author.name = words.author_name[:200] or author.name
        return author
    author = Author(network=words.network, external_id=None, name=words.author_name[:200], url=None)
    session.add(author)
    return author


def _create(session: Session, words: Incoming, suggestions: list[Suggestion], now: datetime) -> Appeal:
    author = author_of(session, words)
    session.flush()
    address, address_key = place_of(words.address, words.text)
    appeal = Appeal(
        kind=words.kind,
        network=words.network,
        place=words.place,
        source_id=words.source_id,
        conversation_id=words.conversation_id,
        branch=words.branch,
        author_id=author.id if author else None,
        text=words.text,
        permalink=words.permalink,
        object_key=words.object_key,
        address=address,
        address_key=address_key,
        external_id=words.external_id,
        token_id=words.token_id,
        posted_at=words.posted_at,
        received_at=words.received_at,
        registered_at=words.registered_at or now,
        status=Status.NEW,
        suggestions=[{"topic_id": s.topic, "score": s.score, "words": list(s.words)} for s in suggestions],
        previous_number=words.previous_number,
        document_number=words.document_number,
        origin_number=words.origin_number,
        returns=0,
        is_imported=False,
    )
    session.add(appeal)
    session.flush()
    add_message(session, appeal, words)
    return appeal


def _registered(appeal: Appeal, words: Incoming, by: Actor) -> Draft:
    data = {
        "network": appeal.network,
        "place": appeal.place,
        "kind": appeal.kind,
        "posted_at": appeal.posted_at.isoformat() if appeal.posted_at else None,
        "received_at": appeal.received_at.isoformat(),
        "previous": appeal.previous_number,
        "origin": appeal.origin_number,
        "document": appeal.document_number,
    }
    if words.channel:
        data["channel"] = words.channel
    occasion = words.occasion or None
    return Draft(gate.stream(appeal.number), Act.REGISTER, by.name, appeal.registered_at, data, occasion)


def _go_by_machine(session: Session, appeal: Appeal, best: Suggestion, settings: Settings, now: datetime) -> None:
    """A clear case: the program chooses topic and department, marked as its own and with the words that spoke for it."""
    topic = session.get(Topic, best.topic)
    if topic is None or topic.needs_click:
        return
    why = ", ".join(best.words)
    classifying.classify(session, appeal, topic, classifying.MACHINE, now=now, words=why)
    routing.route(session, appeal, now=now)
