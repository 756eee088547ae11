"""The clocks of appeals as they were last counted, and their alarms. Both follow from the journal, the norms and the
calendars (`rules.reckoning`); they are kept so that lists can be sorted and sweeps stay as cheap as what is due."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.appeals import Appeal
from incidents.records.database import Base, big_identity, coded
from incidents.rules.clock import Verdict, verdict
from incidents.rules.norms import ClockName

#: Which alarms have still to be raised: the words of the partial index, to be repeated to the letter by the question.
UNRAISED = "raised_at IS NULL"


class ClockRow(Base):
    """One clock of a cycle of an appeal (`rules.reckoning.Clock`); `turn` tells the next-response clocks apart."""

    __tablename__ = "clocks"
    __table_args__ = (UniqueConstraint("appeal_number", "cycle", "name", "turn"),)

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    cycle: Mapped[int]
    name: Mapped[ClockName] = mapped_column(coded(ClockName))
    turn: Mapped[int]
    #: None for a promise: its date was given to the citizen.
    norm_id: Mapped[int | None] = mapped_column(ForeignKey("norms.id", ondelete="RESTRICT"))
    #: The version of the town's calendar it is counted by (`records.calendars`), 0 for none.
    calendar_version: Mapped[int]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    #: The visible answer that met it.
    stopped_at: Mapped[datetime | None]
    #: Nothing more is counted from here on.
    ended_at: Mapped[datetime | None]
    #: Waiting for the author since then.
    paused_at: Mapped[datetime | None]
    #: Ended pauses within the clock, as the norm counts them, in whole seconds.
    paused_seconds: Mapped[int] = mapped_column(default=0)

    def verdict(self, now: datetime, *, is_void: bool = False) -> Verdict:
        """What can be said of it at a moment, as `rules.clock` says it; `is_void` for what is no incident."""
        return verdict(
            now, self.due_at, self.stopped_at, self.ended_at, is_paused=self.paused_at is not None, is_void=is_void
        )


class Alarm(Base):
    """One moment of one clock, planned until it is raised. Its identity contains the deadline: a changed deadline plans
    anew, an unchanged one never alarms twice."""

    __tablename__ = "alarms"
    __table_args__ = (
        UniqueConstraint("appeal_number", "cycle", "clock", "turn", "step", "due_at"),
        Index("ix_alarms_unraised", "happens_at", sqlite_where=text(UNRAISED), postgresql_where=text(UNRAISED)),
    )

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    appeal: Mapped[Appeal] = relationship()
    cycle: Mapped[int]
    clock: Mapped[ClockName] = mapped_column(coded(ClockName))
    turn: Mapped[int]
    #: `warn:75%`, `warn:15`, `overdue`, `escalate:head:15` (`rules.alarms`).
    step: Mapped[str] = mapped_column(String(40))
    #: Who is to hear of it: responder, head, deputy, manager.
    level: Mapped[str] = mapped_column(String(24))
    due_at: Mapped[datetime]
    #: When it is, or was, due to be raised: what the journal dates it by.
    happens_at: Mapped[datetime]
    raised_at: Mapped[datetime | None]
    #: The answer turned out to have been in time: the journal has a correction.
    corrected_at: Mapped[datetime | None]
