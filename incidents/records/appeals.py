"""The appeal, its author, the citizen's messages it is made of, and the conversation they stand in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.database import Base, big_identity, coded, words
from incidents.records.norms import NormRow
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.records.topics import Topic
from incidents.rules.acts import Outcome, Reject, Status
from incidents.rules.clock import is_late, is_overdue
from incidents.rules.norms import ClockName, Kind
from incidents.rules.places import Network, Place

#: What may be closed after a quiet time: the words of a partial index, to be repeated to the letter by the question.
QUIETABLE = "status IN ('answered', 'awaiting_author') AND NOT is_imported"


class Author(Base):
    """Who writes: a person or a community in one network. The name is as it was when we last heard it."""

    __tablename__ = "authors"
    __table_args__ = (UniqueConstraint("network", "external_id"),)

    id: Mapped[big_identity]
    network: Mapped[Network] = mapped_column(coded(Network))
    #: The network's own id of the account; for words entered by hand, the link to the account or nothing.
    external_id: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str | None] = mapped_column(String(1000))


class Conversation(Base):
    """One author in one place: what the quick messages of one person have in common. Its row is the lock under which
    two workers decide whether a message joins an appeal or opens one."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("source_id", "key"),)

    id: Mapped[big_identity]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    #: `wall:-1_22:7` (author 7 under a post), `dm:7`, `chat:-100_5:7`.
    key: Mapped[str] = mapped_column(String(120))


class Appeal(Base):
    """One request of a citizen, from the first word to the answer. `number` is its name everywhere: № 27349."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("token_id", "external_id"),
        # Every figure of "now" and the queue itself: the open appeals by the deadline that presses most.
        Index(
            "ix_appeals_open",
            "next_due_at",
            # What the queue is ordered and counted by besides, and the board of now, so that none reads the appeals themselves.
            *("status", "kind", "department_id", "assignee_id", "number"),
            *("due_at", "answered_at", "next_clock", "received_at"),
            sqlite_where=text("status NOT IN ('answered', 'closed', 'rejected')"),
            postgresql_where=text("status NOT IN ('answered', 'closed', 'rejected')"),
        ),
        # The history by arrival; with the topics of the last days, which the board counts.
        Index("ix_appeals_received_at", "received_at", "number", "topic_id", "kind", "status"),
        Index("ix_appeals_external_id", "external_id"),
        Index("ix_appeals_permalink", "permalink"),
        # The key of imported history; bringing the same file in again finds its rows.
        Index(
            "uq_appeals_imported",
            "network",
            "external_id",
            unique=True,
            sqlite_where=text("is_imported"),
            postgresql_where=text("is_imported"),
        ),
        # Without the waiting ones: SQLite would take it for the alarms' question, and meet all of them.
        Index(
            "ix_appeals_answered_at",
            "answered_at",
            # What the backlog of a moment asks of whatever was answered after it, which may be nearly all.
            *("received_at", "status", "kind"),
            sqlite_where=text("answered_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        # The clock first: of two indexes by the answer SQLite, which knows no statistics, takes whichever was made last.
        Index(
            "ix_appeals_quiet",
            "next_clock",
            "answered_at",
            sqlite_where=text(QUIETABLE),
            postgresql_where=text(QUIETABLE),
        ),
        Index("ix_appeals_department", "department_id", "received_at"),
        Index("ix_appeals_topic", "topic_id", "received_at"),
        Index("ix_appeals_conversation", "conversation_id"),
        Index("ix_appeals_author", "author_id"),
        Index("ix_appeals_branch", "branch"),
        # Asked by every card: is there a formal appeal made from this one, a duplicate of it? Few appeals have any.
        *(
            Index(
                f"ix_appeals_{name}",
                name,
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("document_number", "origin_number", "duplicate_of", "address_key")
        ),
        Index(
            "ix_appeals_controlled",
            "next_due_at",
            sqlite_where=text("is_controlled"),
            postgresql_where=text("is_controlled"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[big_identity]
    kind: Mapped[Kind] = mapped_column(coded(Kind))
    network: Mapped[Network] = mapped_column(coded(Network))
    place: Mapped[Place] = mapped_column(coded(Place))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    source: Mapped[Source | None] = relationship()
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="RESTRICT"))
    #: The branch of comments it stands in, so that a reply to our answer finds it.
    branch: Mapped[str | None] = mapped_column(String(120))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id", ondelete="RESTRICT"))
    author: Mapped[Author | None] = relationship()
    text: Mapped[words]
    permalink: Mapped[str | None] = mapped_column(String(1000))
    #: The one name of the first message, as in `Message.object_key`; imported history has no messages of its own.
    object_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    address: Mapped[str | None] = mapped_column(String(300))
    #: What is one place however it is written (`rules.addresses`).
    address_key: Mapped[str | None] = mapped_column(String(120))
    #: The key under which another program knows it, with that program's token; for imported history the network's name.
    external_id: Mapped[str | None] = mapped_column(String(120))
    #: Its own number in the document system or on the portal.
    document_number: Mapped[str | None] = mapped_column(String(60))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id", ondelete="RESTRICT"))
    posted_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    status: Mapped[Status] = mapped_column(coded(Status))
    outcome: Mapped[Outcome | None] = mapped_column(coded(Outcome))
    reject_reason: Mapped[Reject | None] = mapped_column(coded(Reject))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="RESTRICT"))
    topic: Mapped[Topic | None] = relationship()
    #: The three best topics as the program saw them at intake: [{topic_id, score, words}], best first.
    suggestions: Mapped[list[Any]] = mapped_column(default=list)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    department: Mapped[Department | None] = relationship()
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    assignee: Mapped[Person | None] = relationship()
    norm_id: Mapped[int | None] = mapped_column(ForeignKey("norms.id", ondelete="RESTRICT"))
    norm: Mapped[NormRow | None] = relationship()
    clock_started_at: Mapped[datetime | None]
    #: Empty without a norm: then there is no verdict.
    due_at: Mapped[datetime | None]
    #: When the citizen could first see our answer.
    answered_at: Mapped[datetime | None]
    #: The running clock that is due first, and when: what the queue goes by. Empty while nothing runs.
    next_clock: Mapped[ClockName | None] = mapped_column(coded(ClockName))
    next_due_at: Mapped[datetime | None]
    #: Times it was reopened, plus one; each cycle has clocks of its own (`records.clocks`), the first one's verdict stays.
    cycle: Mapped[int] = mapped_column(default=1)
    #: Waiting for the author since then.
    paused_at: Mapped[datetime | None]
    #: Times "not ours" was said.
    returns: Mapped[int] = mapped_column(default=0)
    #: Brought in as history: never raises an alarm.
    is_imported: Mapped[bool] = mapped_column(default=False)
    #: The citizen deleted the words in the network; the appeal stays.
    source_deleted_at: Mapped[datetime | None]
    #: Somebody answered in the network past this program, and nobody has yet said whether it counts.
    answered_outside_at: Mapped[datetime | None]
    #: The social appeal that this formal one was made from, at somebody's decision.
    origin_number: Mapped[int | None] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    #: An earlier appeal of the same author in the same conversation that was already answered.
    previous_number: Mapped[int | None] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    #: The appeal that asks the same; it is answered there, and here with the same words or not at all.
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    #: Somebody keeps it under personal control (`records.controls`).
    is_controlled: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    messages: Mapped[list["Message"]] = relationship(back_populates="appeal", order_by="Message.posted_at, Message.id")

    __mapper_args__ = {"version_id_col": version}

    def is_overdue(self, now: datetime) -> bool:
        """No first response yet and the deadline has passed; an appeal that is no incident is never overdue."""
        return self.status is not Status.REJECTED and is_overdue(self.due_at, self.answered_at, now)

    def is_late(self, now: datetime) -> bool:
        """Answered after the deadline, or overdue."""
        return self.status is not Status.REJECTED and is_late(self.due_at, self.answered_at, now)


class Message(Base):
    """One message of a citizen as it stood when it first reached us; an appeal may be made of several."""

    __tablename__ = "messages"

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"), index=True)
    appeal: Mapped[Appeal] = relationship(back_populates="messages")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    #: The one name of these words in their network, as `networks.links` reads it from a link too: `vk:wall-1:r345`.
    object_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    text: Mapped[words]
    #: The last wording, where the author changed it.
    edited_text: Mapped[words | None]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    posted_at: Mapped[datetime]
    permalink: Mapped[str | None] = mapped_column(String(1000))
    #: What is needed to answer right under it: {post_id, comment_id} or {chat_id, message_id}.
    reply_to: Mapped[dict[str, Any]]
    attachments: Mapped[list[Any]] = mapped_column(default=list)
