"""Filters of the queue that somebody saved under a name, for oneself or for all who see the queue; and notes of shifts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.database import Base, identity, words
from incidents.records.people import Person


class SavedView(Base):
    """A question to the queue: the parameters of its address. Who looks sees only what is visible to whoever looks."""

    __tablename__ = "views"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ShiftNote(Base):
    """What one shift tells the next: of the press sector (no department), or of one department."""

    __tablename__ = "shift_notes"
    __table_args__ = (Index("ix_shift_notes_written", "department_id", "written_at"),)

    id: Mapped[identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    text: Mapped[words]
    written_at: Mapped[datetime]
