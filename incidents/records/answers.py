"""What we say: the answer with its versions, and its delivery to the network (the outbox)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.appeals import Appeal
from incidents.records.database import Base, big_identity, coded, words
from incidents.rules.acts import Purpose

#: Being worked on; on their way, or stopped there.
_CURRENT = "state IN ('draft', 'on_approval')"
_UNDER_WAY = "state IN ('approved', 'sending', 'retry', 'needs_operator', 'needs_admin', 'unknown')"


class AnswerState(StrEnum):
    """Where an answer stands; a state derives only from what was attempted."""

    DRAFT = "draft"
    ON_APPROVAL = "on_approval"
    APPROVED = "approved"
    SENDING = "sending"
    PUBLISHED = "published"
    RETRY = "retry"
    NEEDS_OPERATOR = "needs_operator"
    NEEDS_ADMIN = "needs_admin"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


#: The very words of the partial indexes: with bound values neither database would see that the index answers.
IS_CURRENT: ColumnElement[bool] = literal_column(f"(answers.{_CURRENT})")
IS_UNDER_WAY: ColumnElement[bool] = literal_column(f"(answers.{_UNDER_WAY})")


class Alone(StrEnum):
    """Why a text went out that nobody but its writer had agreed to."""

    #: Alone on duty: a reason was written down.
    OVERRIDE = "override"
    #: The approver was silent until the deadline came near.
    SILENCE = "silence"


class Answer(Base):
    """A text of ours to one appeal. Each saved wording is a version; approval names the version it approves."""

    __tablename__ = "answers"
    __table_args__ = (
        # One text is being worked on at a time; two people never write past each other.
        Index(
            "uq_answers_current",
            "appeal_number",
            unique=True,
            sqlite_where=text(_CURRENT),
            postgresql_where=text(_CURRENT),
        ),
        Index("ix_answers_appeal", "appeal_number"),
        # The outbox: what waits to be sent, and what was being sent by a worker that may have died.
        Index(
            "ix_answers_outbox",
            "next_at",
            sqlite_where=text("state IN ('approved', 'retry', 'sending', 'unknown')"),
            postgresql_where=text("state IN ('approved', 'retry', 'sending', 'unknown')"),
        ),
        # What the page of the state and the sources count; all others are published and lie behind.
        Index(
            "ix_answers_under_way",
            "state",
            "source_id",
            "approved_at",
            sqlite_where=text(_UNDER_WAY),
            postgresql_where=text(_UNDER_WAY),
        ),
        Index("ix_answers_external", "source_id", "external_id"),
        # Counted in the figures; few answers are such.
        Index(
            "ix_answers_alone",
            "approved_at",
            sqlite_where=text("alone IS NOT NULL"),
            postgresql_where=text("alone IS NOT NULL"),
        ),
        UniqueConstraint("guid"),
    )

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    appeal: Mapped[Appeal] = relationship()
    state: Mapped[AnswerState] = mapped_column(coded(AnswerState))
    #: The current wording; once approved, the snapshot that is sent.
    text: Mapped[words]
    #: What it is for: the last word, or one before it.
    purpose: Mapped[Purpose] = mapped_column(coded(Purpose), default=Purpose.FINAL)
    #: The date that a deferral promises.
    promised_on: Mapped[date | None] = mapped_column(Date)
    #: Which days that the text names a person follows (true) or dismisses (false), by ISO date; the others nobody looked at.
    followed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    #: The version the head of the department agreed to, where the town asks for that.
    endorsed_version: Mapped[int | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime | None]
    #: Published by its writer without other eyes, and why that was possible: a value of `Alone`.
    alone: Mapped[str | None] = mapped_column(String(16))
    #: Somebody answered in the network by hand, past this program.
    is_outside: Mapped[bool] = mapped_column(default=False)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="RESTRICT"))
    #: Where exactly it goes: the `reply_to` of the message it answers.
    reply_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Our name for this one delivery: VK's guid and random_id. Positive, 31 bits.
    guid: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this moment is it tried (again); also the end of a worker's claim.
    next_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    #: The network's id of what we published.
    external_id: Mapped[str | None] = mapped_column(String(64))
    permalink: Mapped[str | None] = mapped_column(String(1000))
    published_at: Mapped[datetime | None]
    #: What the network said, or what we did not hear: code and words.
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(400))


#: The appeals of which an answer was published by its writer alone; few, with an index of their own.
WENT_ALONE = select(Answer.appeal_number).where(Answer.alone.is_not(None), Answer.state == AnswerState.PUBLISHED)


class AnswerVersion(Base):
    """One saved wording and who wrote it: whoever wrote any part of a version cannot approve it where four eyes are asked."""

    __tablename__ = "answer_versions"
    __table_args__ = (UniqueConstraint("answer_id", "version"),)

    id: Mapped[big_identity]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="RESTRICT"))
    version: Mapped[int]
    text: Mapped[words]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    saved_at: Mapped[datetime]


class Agreement(Base):
    """One of the writers of a text agrees to exactly this version: a wording that two people stand for."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("answer_id", "version", "person_id"),)

    id: Mapped[big_identity]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="RESTRICT"))
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    agreed_at: Mapped[datetime]
