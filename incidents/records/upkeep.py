"""What the house keeps of itself: copies of the database that were asked for, and how large it was month by month."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.database import Base, coded, identity
from incidents.records.people import Person


class BackupState(StrEnum):
    """Where a copy stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Backup(Base):
    """One copy of the database, asked for on the page and written by a worker."""

    __tablename__ = "backups"
    __table_args__ = (
        # One that waits and one that runs at most, whoever asks: the database itself says no to the next.
        Index(
            "uq_backups_open",
            "state",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[identity]
    state: Mapped[BackupState] = mapped_column(coded(BackupState), default=BackupState.WAITING)
    asked_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person | None] = relationship()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: The name within the folder of the settings; the folder itself may move.
    file: Mapped[str] = mapped_column(String(80), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Why it failed, in a code or the tool's own words.
    error: Mapped[str] = mapped_column(String(200), default="")


class MonthSize(Base):
    """How large the database was when it was last measured in a month of the town."""

    __tablename__ = "month_sizes"

    #: The first day of the month.
    month: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    measured_at: Mapped[datetime]
