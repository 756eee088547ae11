"""Which card is open before whom, as of the last seconds."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base


class Presence(Base):
    """One person at one appeal's card; rows are short-lived (`flow.attending`)."""

    __tablename__ = "presences"

    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), primary_key=True)
    seen_at: Mapped[datetime]
    #: When the person last typed.
    wrote_at: Mapped[datetime | None]
