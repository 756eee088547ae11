"""The second step: what is this appeal about? The program suggests; a person's or another program's word is taken as it is."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, routing
from incidents.records.appeals import Appeal
from incidents.records.journal import Stream
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Actor, Refused
from incidents.rules.lifecycle import may
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
    topic: Topic | None,
    by: Actor,
    *,
    now: datetime,
    words: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Give an appeal its topic (None: it has none after all); the norm is selected again among those in force at the start.

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
        changes={"topic_id": topic.id if topic else None, "topic": topic},
        data={"topic": topic.id if topic else None, "from_topic": appeal.topic_id},
    )


def accept(
    session: Session, appeal: Appeal, topic: Topic, by: Actor, *, now: datetime, seen_version: int | None = None
) -> Department | None:
    """The suggested topic, and the way to its department while the appeal lies with nobody; the department it went to.

    Raises Refused: `choose_topic`, `changed_meanwhile`, and what the gate refuses.
    """
    if not topic.is_active:
        raise Refused("choose_topic")
    # Asked before anything changes: choosing the norm anew reads, and so writes the topic and moves the version on.
    if seen_version is not None and seen_version != appeal.version:
        raise Refused("changed_meanwhile", number=appeal.number)
    classify(session, appeal, topic, by, now=now)
    department = topic.department
    is_free = appeal.department_id is None and may(by, Act.ASSIGN, appeal.status, None)
    if not is_free or department is None or not department.is_active:
        return None
    routing.assign(session, appeal, department, by, now=now)
    return department


def _build(session: Session) -> Matcher:
    rows = session.execute(select(Topic.id, Topic.group_id, Topic.keywords).where(Topic.is_active).order_by(Topic.id))
    return Matcher(TopicWords(topic, group, tuple(keywords)) for topic, group, keywords in rows)
