"""Personal control: who keeps which appeal under their own eyes, since when, and whether they were told of its end."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.appeals import Appeal
from incidents.records.database import Base, big_identity
from incidents.records.people import Person


class Control(Base):
    """One person's mark on one appeal. Their comment stands in the journal, where it can be erased (`flow.controlling`)."""

    __tablename__ = "controls"
    __table_args__ = (
        # One living mark a person and appeal, and the question of every list of them.
        Index(
            "uq_controls_living",
            "appeal_number",
            "person_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_controls_person", "person_id", "since"),
    )

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    appeal: Mapped[Appeal] = relationship()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    since: Mapped[datetime]
    released_at: Mapped[datetime | None]
    #: When the person was told that the final answer is visible, or that the appeal is closed.
    told_at: Mapped[datetime | None]
