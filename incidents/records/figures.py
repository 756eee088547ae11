"""Figures that are kept: yearly totals from before the program, of which nothing but the number is known, and months and
days that are over, counted once (`statistics.kept`)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
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


class _Kept:
    """A stretch of the town's time that is over, as it was counted at `counted_at`. Its ends are plain moments, so that a town
    that changes its zone finds none of its own here."""

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    #: The first moment after it.
    ends_at: Mapped[datetime]
    #: What was meant by all this when it was counted.
    definition: Mapped[str] = mapped_column(String(16))
    counted_at: Mapped[datetime]
    #: Its appeals as a few numbers each (`statistics.facts`), of which ranks are asked.
    facts: Mapped[bytes]


class KeptMonth(_Kept, Base):
    """A month, and what the years add up: measures by their names in `statistics.measures`."""

    __tablename__ = "kept_months"

    received: Mapped[int]
    in_time: Mapped[int]
    late: Mapped[int]
    waiting: Mapped[int]
    without_norm: Mapped[int]
    rejected: Mapped[int]
    duplicates: Mapped[int]
    other_kinds: Mapped[int]
    #: The last of the first answers to what was received in it, in seconds since 1970; 0 where there is none.
    last_answer: Mapped[int] = mapped_column(BigInteger)
    #: Open still, and without an answer.
    unanswered: Mapped[int]


class KeptDay(_Kept, Base):
    """A day: what the ends of a period, and a month that is not over, are made of."""

    __tablename__ = "kept_days"


class ChangedAppeal(Base):
    """A mark that the database makes where an appeal that is older than a day comes, changes or goes (migration 0034): the
    day and month it was received in must be counted again. No key of the appeal: a mark is only ever added, so nobody waits."""

    __tablename__ = "changed_appeals"

    id: Mapped[big_identity]
    received_at: Mapped[datetime] = mapped_column(index=True)
