"""What somebody did a moment ago and may still take back, as each appeal stood before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, big_identity


class Undo(Base):
    """One act, or one act on many appeals, of one person."""

    __tablename__ = "undos"

    id: Mapped[big_identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    #: For each appeal: its number, its version after the act, and where it stood before (codes and ids only).
    steps: Mapped[list[Any]]
    until: Mapped[datetime]
    undone_at: Mapped[datetime | None]
