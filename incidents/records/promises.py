"""What our answers promised: one row for each promised day of a published answer, until it is kept, moved or dropped."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.database import Base, big_identity, coded
from incidents.records.people import Department
from incidents.rules.promise_clock import PromiseState

#: The words of two partial indexes, to be repeated to the letter by the questions.
IS_OWED = "state = 'open'"
HAS_VOICE = "next_at IS NOT NULL"


class Promise(Base):
    """One day that the citizen was told. The words lie in the answer; here is where they stand in it."""

    __tablename__ = "promises"
    __table_args__ = (
        # An answer that is confirmed twice promises once.
        UniqueConstraint("answer_id", "due_on"),
        CheckConstraint("(span_start IS NULL) = (span_end IS NULL)", name="span"),
        CheckConstraint("(state = 'kept') = (kept_on IS NOT NULL)", name="kept"),
        # The page, its counts, the shift: what is still owed, the nearest day first.
        Index("ix_promises_owed", "due_on", sqlite_where=text(IS_OWED), postgresql_where=text(IS_OWED)),
        # The watch: what raises its voice next.
        Index("ix_promises_voice", "next_at", sqlite_where=text(HAS_VOICE), postgresql_where=text(HAS_VOICE)),
        Index("ix_promises_appeal", "appeal_number"),
        # Kept and broken by department in a period.
        Index("ix_promises_department", "department_id", "due_on"),
    )

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    appeal: Mapped[Appeal] = relationship()
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="RESTRICT"))
    answer: Mapped[Answer] = relationship(foreign_keys=[answer_id])
    #: Whose promise it is: where the appeal lay when the citizen was told.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    department: Mapped[Department | None] = relationship()
    #: The date of a deferral, which has a clock of its own; else a day that the text names.
    is_decision: Mapped[bool] = mapped_column(default=False)
    #: Found by the program and looked at by nobody.
    is_machine: Mapped[bool] = mapped_column(default=False)
    #: When the citizen could first read it.
    made_at: Mapped[datetime]
    #: The last day on which it is still kept.
    due_on: Mapped[date] = mapped_column(Date)
    #: Where the answer's text names the day, in code points.
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    state: Mapped[PromiseState] = mapped_column(coded(PromiseState), default=PromiseState.OPEN)
    kept_on: Mapped[date | None] = mapped_column(Date)
    #: The answer that says that it was kept, if one does.
    kept_answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id", ondelete="RESTRICT"))
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("promises.id", ondelete="RESTRICT"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    #: The next voice (`rules.promise_clock.Reminder`) and when it comes; empty once nothing more is to be said.
    next_voice: Mapped[str | None] = mapped_column(String(24))
    next_at: Mapped[datetime | None]
