"""Where words come from: the town's official pages and accounts, and the inbox of what networks sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, big_identity, coded, identity, words
from incidents.rules.places import Network


class InboxState(StrEnum):
    """What became of an event: `pending` waits for a worker, `ignored` was understood and is nothing to us,
    `unknown` is of a kind we do not read, `failed` needs a person."""

    PENDING = "pending"
    PROCESSED = "processed"
    IGNORED = "ignored"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Source(Base):
    """An official page or account in a network. Its secrets are sealed (`flow.secrets`) and never shown again."""

    __tablename__ = "sources"

    id: Mapped[identity]
    network: Mapped[Network] = mapped_column(coded(Network))
    #: The last part of the webhook's address.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: VK: the community's id, positive. Telegram: the bot's id.
    external_id: Mapped[int] = mapped_column(BigInteger)
    #: Telegram: the bot's user name, to recognise what it wrote itself.
    account: Mapped[str | None] = mapped_column(String(64))
    #: What the network proves itself with, sealed.
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    #: What we prove ourselves with, sealed.
    sealed_token: Mapped[bytes] = mapped_column(LargeBinary)
    #: VK's confirmation string; no secret, but the network's own.
    confirmation: Mapped[str] = mapped_column(String(64), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Why nothing is sent until an administrator has looked (an expired token, a ban), in the network's words.
    paused_reason: Mapped[str | None] = mapped_column(String(400))
    last_event_at: Mapped[datetime | None]
    #: Not before this moment may the next answer go out: the rate bucket, shared by all workers.
    next_send_at: Mapped[datetime | None]
    #: One sender a source: the worker that holds it, and until when.
    sender: Mapped[str | None] = mapped_column(String(80))
    sender_until: Mapped[datetime | None]


#: The words of partial indexes, to be repeated to the letter by the question (`IS_WAITING`, `IS_STOPPED`).
_WAITING, _STOPPED = "state = 'pending'", "state IN ('failed', 'unknown')"


class InboxEvent(Base):
    """A delivery of a network, as it came. It is on disk before the network gets its 200."""

    __tablename__ = "inbox_events"
    __table_args__ = (
        UniqueConstraint("source_id", "dedupe_key"),
        Index(
            "ix_inbox_events_waiting",
            "next_at",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        Index("ix_inbox_events_stopped", "state", "id", sqlite_where=text(_STOPPED), postgresql_where=text(_STOPPED)),
    )

    id: Mapped[big_identity]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    #: The network's own id of the event, or the digest of its body.
    dedupe_key: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime]
    #: The body as JSON text without the network's secret. Text, not JSON: PostgreSQL refuses characters a network may send.
    raw: Mapped[words]
    state: Mapped[InboxState] = mapped_column(coded(InboxState), default=InboxState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this moment is it tried (again); also the end of a worker's claim.
    next_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(String(400))


#: It waits to be read; it stopped on its way, or is of a kind that nobody knows: each by its index alone.
IS_WAITING: ColumnElement[bool] = literal_column(f"(inbox_events.{_WAITING})")
IS_STOPPED: ColumnElement[bool] = literal_column(f"(inbox_events.{_STOPPED})")


class Post(Base):
    """What the town's page published: citizens' comments stand under it. Kept from the day the program hears of posts."""

    __tablename__ = "posts"

    #: `networks.posts.key_of` reads it from where a comment stands.
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    #: Its beginning.
    text: Mapped[words]
    posted_at: Mapped[datetime]
    permalink: Mapped[str | None] = mapped_column(String(1000))
