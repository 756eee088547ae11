"""What each department usually needs for an answer: counted anew from the journal now and then, read by every queue."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base

#: Stands for "no department chosen yet": what all of them together usually need.
TOWN = 0


class UsualNeed(Base):
    """The usual minutes of one department, or of the town (`TOWN`). No foreign key: the town has no row to point at."""

    __tablename__ = "usual_needs"
    __table_args__ = (CheckConstraint("minutes >= 0 AND cases >= 0", name="minutes"),)

    department_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Working minutes from beginning to the text handed in.
    minutes: Mapped[int]
    #: Answers that this is the median of; 0: it is the department's share of the norm.
    cases: Mapped[int]
    counted_at: Mapped[datetime]
