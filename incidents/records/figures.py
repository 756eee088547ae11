"""Figures that are kept: yearly totals from before the program, of which nothing but the number is known, and months that
are over, counted once (`statistics.kept`)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, big_identity


class YearTotal(Base):
    """A year's number as it was brought in; its answered, in time and late are unknown, never nought."""

    __tablename__ = "year_totals"
    __table_args__ = (CheckConstraint("received >= 0", name="received"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    imported_at: Mapped[datetime]


class KeptMonth(Base):
    """The measures of one month of the town that is over, as they were counted at `counted_at`; the names are those of
    `statistics.measures`. Its ends are plain moments, so that a town that changes its zone finds none of its months here."""

    __tablename__ = "kept_months"

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    #: The first moment after it.
    ends_at: Mapped[datetime]
    #: What the measures meant when they were counted.
    definition: Mapped[str] = mapped_column(String(16))
    counted_at: Mapped[datetime]
    received: Mapped[int]
    in_time: Mapped[int]
    late: Mapped[int]
    waiting: Mapped[int]
    without_norm: Mapped[int]
    rejected: Mapped[int]
    duplicates: Mapped[int]
    other_kinds: Mapped[int]


class ChangedAppeal(Base):
    """A mark that the database makes where an appeal that is older than a day comes, changes or goes (migration 0034): the
    month it was received in must be counted again. No key of the appeal: a mark is only ever added, so nobody waits."""

    __tablename__ = "changed_appeals"

    id: Mapped[big_identity]
    received_at: Mapped[datetime] = mapped_column(index=True)
