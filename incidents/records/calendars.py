"""The working calendars, the town's and those of departments: whole snapshots that are entered and never edited."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, identity


class CalendarVersion(Base):
    """The week and every single day that differs, as they count from one moment on until the next version of the same owner."""

    __tablename__ = "calendar_versions"

    id: Mapped[identity]
    #: Empty: the town's, by which public clocks are counted.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    valid_from: Mapped[date] = mapped_column(Date)
    #: Entered for the day itself, it counts from this instant, so that no clock already begun changes; else from the
    #: town's midnight of `valid_from`.
    effective_at: Mapped[datetime | None]
    #: A department that gives up its own calendar: from here on the town's counts, and week and days are empty.
    follows_town: Mapped[bool] = mapped_column(default=False)
    #: Seven lists of [opens, closes] in minutes from midnight, Monday first.
    week: Mapped[list[Any]]
    #: ISO date -> kind, name, shorter_by, like, intervals (`rules.days.as_json`).
    days: Mapped[dict[str, Any]]
    #: SHA-256 of week and days; the journal holds it too. Equal contents are read once.
    digest: Mapped[str] = mapped_column(String(64))
    #: Why it was entered: the order it follows.
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
