"""The worker processes: who leads, and when each was last heard of."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base


class Lease(Base):
    """The right to run the sweeps and the schedule, held by one worker until a moment of the database's clock."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    #: Raised with each change of owner, so that a worker that slept knows it was replaced.
    epoch: Mapped[int]
    until: Mapped[datetime]


class Heartbeat(Base):
    """The last sign of life of one job of one worker."""

    __tablename__ = "heartbeats"

    #: `worker`, `sweep`, `inbox`, `outbox`, `seal`.
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    beat_at: Mapped[datetime]
    #: What the last run did or why it failed, in a code; never a citizen's word.
    note: Mapped[str] = mapped_column(String(200), default="")
