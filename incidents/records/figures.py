"""Yearly totals from before the program: appeals registered elsewhere, of which nothing but the number is known."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base


class YearTotal(Base):
    """A year's number as it was brought in; its answered, in time and late are unknown, never nought."""

    __tablename__ = "year_totals"
    __table_args__ = (CheckConstraint("received >= 0", name="received"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    imported_at: Mapped[datetime]
