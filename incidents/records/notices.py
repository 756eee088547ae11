"""What people are told of alarms and of colleagues' news: the notices, the letters they go out in, and who stands in for whom.

A notice stands on the person's page at once. By mail and Telegram it goes in a letter: one for all notices that wait for
a person on a channel. A letter holds numbers, moments and links; a citizen's word is never written here.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.clocks import Alarm
from incidents.records.database import Base, big_identity, coded, identity, uncoded
from incidents.records.people import Person
from incidents.rules.alarms import Level


class Channel(StrEnum):
    """How a letter reaches a person."""

    EMAIL = "email"
    TELEGRAM = "telegram"


class LetterState(StrEnum):
    """Where a letter stands. `failed` and `unknown` (sent, and nothing was heard) wait for the administrator, who sends
    them again or gives them up (`dropped`)."""

    WAITING = "waiting"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class About(StrEnum):
    """What a notice tells of: an alarm, or what a colleague did that concerns its person."""

    ALARM = "alarm"
    #: Named in a note.
    MENTION = "mention"
    #: An appeal under the person's control has its final answer, or is closed.
    DONE = "done"
    #: The approver changed a text that the person had handed in.
    MENDED = "mended"
    #: The person's department is asked for its part.
    ASKED = "asked"
    #: A department gave the part that the person had asked for.
    GIVEN = "given"
    #: An appeal was given to the person's department.
    ASSIGNED = "assigned"
    #: An appeal was given to the person.
    HANDED = "handed"
    #: A text that the person wrote a part of came back from approval.
    SENT_BACK = "sent_back"


#: News until somebody works on the appeal.
ARRIVALS = (About.ASSIGNED, About.HANDED)


class Notice(Base):
    """One alarm, or one piece of news, as one person is told of it: never twice, however often it is spread."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "alarm_id"),
        UniqueConstraint("person_id", "about", "appeal_number", "mark", name="uq_notices_news"),
        # What still has to be put onto its ways by mail and Telegram.
        Index(
            "ix_notices_new", "id", sqlite_where=text("posted_at IS NULL"), postgresql_where=text("posted_at IS NULL")
        ),
        # The bell asks this with every page.
        Index(
            "ix_notices_unseen",
            "person_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[big_identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    #: No CHECK: what is told of grows with the program.
    about: Mapped[About] = mapped_column(uncoded(About), default=About.ALARM)
    alarm_id: Mapped[int | None] = mapped_column(ForeignKey("alarms.id", ondelete="RESTRICT"), index=True)
    alarm: Mapped[Alarm | None] = relationship()
    #: Of news: what makes it this one and no other, such as the journal's entry it tells of.
    mark: Mapped[str | None] = mapped_column(String(40))
    #: Of news: the colleague it comes from.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    #: As what the person is told.
    level: Mapped[Level] = mapped_column(coded(Level))
    #: The level that was to be told and had nobody, so that the alarm went on to this one.
    instead_of: Mapped[str | None] = mapped_column(String(24))
    #: Whose place the person takes today.
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    #: When its ways were chosen.
    posted_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class Letter(Base):
    """The outbox of messages to people: one message to one person on one channel. Its words are made when it is sent."""

    __tablename__ = "letters"
    __table_args__ = (
        Index(
            "ix_letters_outbox",
            "next_at",
            sqlite_where=text("state IN ('waiting', 'sending', 'retry')"),
            postgresql_where=text("state IN ('waiting', 'sending', 'retry')"),
        ),
        Index(
            "ix_letters_stopped",
            "id",
            sqlite_where=text("state IN ('retry', 'failed', 'unknown')"),
            postgresql_where=text("state IN ('retry', 'failed', 'unknown')"),
        ),
    )

    id: Mapped[big_identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    channel: Mapped[Channel] = mapped_column(coded(Channel))
    state: Mapped[LetterState] = mapped_column(coded(LetterState), default=LetterState.WAITING)
    #: Our own name for it, random: the left half of the mail's Message-ID, the same however often it is sent.
    key: Mapped[str] = mapped_column(String(32), unique=True)
    #: Asked for by somebody who wants to see whether letters arrive; it tells of no appeal.
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    #: When it was put into the outbox, for the first time or anew by the administrator.
    queued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this moment is it tried (again); also the end of a worker's claim.
    next_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(400))


class NoticeWay(Base):
    """One notice on its way to its person by one channel; without a letter it waits for the next one."""

    __tablename__ = "notice_ways"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        Index(
            "ix_notice_ways_waiting",
            "ready_at",
            sqlite_where=text("letter_id IS NULL"),
            postgresql_where=text("letter_id IS NULL"),
        ),
    )

    id: Mapped[big_identity]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="RESTRICT"))
    notice: Mapped[Notice] = relationship()
    channel: Mapped[Channel] = mapped_column(coded(Channel))
    #: When a letter may be made of it: after the gathering time, and not before work begins.
    ready_at: Mapped[datetime]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"), index=True)


class Absence(Base):
    """Days of the town, both included, on which a person is away, and who is told instead."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="order"),
        Index("ix_absences_days", "to_on", "from_on"),
    )

    id: Mapped[identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    from_on: Mapped[date]
    to_on: Mapped[date]
    #: Empty: nobody in particular; the others of the level are told.
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
    note: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]


class LinkCode(Base):
    """A one-time code by which a person shows the bot who they are; only its digest is kept."""

    __tablename__ = "link_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), primary_key=True)
    #: SHA-256 in hex.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
