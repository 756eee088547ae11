"""The second step: what is this appeal about? The program suggests; a person's or another program's word is taken as it is."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import Appeal
from incidents.records.journal import Stream
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Actor
from incidents.rules.topics import Matcher, Suggestion, TopicWords

MACHINE = Actor("machine:topics")
#: The journal stream that every change of the classifier is written to; its head tells when a matcher is stale.
STREAM = "topics"


@dataclass(frozen=True, slots=True)
class _Known:
    database: str
    version: int
    matcher: Matcher


_known: dict[str, _Known] = {}
_lock = Lock()


def suggest(session: Session, text: str) -> list[Suggestion]:
    """The three best topics for a text, best first."""
    return matcher(session).suggest(text)


def matcher(session: Session) -> Matcher:
    """The matcher of the classifier as it stands; made once for each version of it and process."""
    database = str(session.get_bind().engine.url)
    version = session.scalar(select(Stream.head_seq).where(Stream.name == STREAM)) or 0
    with _lock:
        known = _known.get(database)
        if known is None or known.version != version:
            known = _known[database] = _Known(database, version, _build(session))
    return known.matcher


def classify(
    session: Session,
    appeal: Appeal,
    topic: Topic,
    by: Actor,
    *,
    now: datetime,
    words: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Give an appeal its topic; the norm is selected again among those in force at the start.

    `words` says why, when the program chose: the matched words, kept where they can be erased.
    """
    gate.act(
        session,
        appeal,
        Act.CLASSIFY,
        by,
        now=now,
        reason=words,
        seen_version=seen_version,
        changes={"topic_id": topic.id, "topic": topic},
        data={"topic": topic.id, "from_topic": appeal.topic_id},
    )


def _build(session: Session) -> Matcher:
    rows = session.execute(select(Topic.id, Topic.group_id, Topic.keywords).where(Topic.is_active).order_by(Topic.id))
    return Matcher(TopicWords(topic, group, tuple(keywords)) for topic, group, keywords in rows)
