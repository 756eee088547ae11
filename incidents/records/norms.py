"""The effective-dated norms: retired, never edited in place."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from incidents.records.database import Base, coded, identity
from incidents.records.revisions import kept
from incidents.rules.norms import ClockName, Hours, Kind, Norm, OnDayOff, Start, Unit


class NormRow(Base):
    """One norm of the first response, in force from `valid_from` until a later row of the same fields."""

    __tablename__ = "norms"
    __table_args__ = (CheckConstraint("term > 0", name="term"),)

    id: Mapped[identity]
    kind: Mapped[Kind] = mapped_column(coded(Kind))
    clock: Mapped[ClockName] = mapped_column(coded(ClockName), default=ClockName.FIRST)
    network: Mapped[str | None] = mapped_column(String(24))
    importance: Mapped[str | None] = mapped_column(String(24))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="RESTRICT"))
    term: Mapped[int]
    unit: Mapped[Unit] = mapped_column(coded(Unit), default=Unit.MINUTES)
    hours: Mapped[Hours] = mapped_column(coded(Hours))
    starts_at: Mapped[Start] = mapped_column(coded(Start))
    valid_from: Mapped[date] = mapped_column(Date)
    retired_on: Mapped[date | None] = mapped_column(Date)
    #: Entered on its own first day: it counts from this moment, so that no clock already begun changes.
    effective_at: Mapped[datetime | None]
    on_day_off: Mapped[OnDayOff] = mapped_column(coded(OnDayOff), default=OnDayOff.KEEP)
    #: Where the term stands written: an order, or an article of a law.
    article: Mapped[str] = mapped_column(String(200), default="")
    #: Why it was entered: the order it follows.
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    @property
    def rule(self) -> Norm:
        """This row as the pure rules read it."""
        return Norm(
            id=self.id,
            kind=self.kind,
            clock=self.clock,
            term=self.term,
            unit=self.unit,
            hours=self.hours,
            starts_at=self.starts_at,
            valid_from=self.valid_from,
            network=self.network,
            importance=self.importance,
            topic_id=self.topic_id,
            retired_on=self.retired_on,
            effective_at=self.effective_at,
            on_day_off=self.on_day_off,
            article=self.article,
        )


@kept("norms")
def all_norms(session: Session) -> Sequence[Norm]:
    """Every norm there ever was, as the rules read them."""
    return tuple(row.rule for row in session.scalars(select(NormRow)))
