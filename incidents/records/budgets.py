"""How a norm's minutes are shared out among the stages: effective-dated, entered and never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, identity
from incidents.rules.budgets import Budget


class StageBudget(Base):
    """The shares of one topic, one department, or the town (neither), from `valid_from` until a later row of the same."""

    __tablename__ = "stage_budgets"
    __table_args__ = (
        CheckConstraint("topic_id IS NULL OR department_id IS NULL", name="owner"),
        CheckConstraint("triage >= 0 AND department >= 0 AND approval >= 0 AND publishing >= 0", name="shares"),
        CheckConstraint("triage + department + approval + publishing <= term", name="sum"),
    )

    id: Mapped[identity]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="RESTRICT"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    #: The minutes of the norm that is shared out.
    term: Mapped[int]
    triage: Mapped[int]
    department: Mapped[int]
    approval: Mapped[int]
    publishing: Mapped[int]
    valid_from: Mapped[date] = mapped_column(Date)
    #: Entered on its own first day: it counts from this moment, so that no plan already given changes.
    effective_at: Mapped[datetime | None]
    #: Why it was entered: the order it follows.
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    @property
    def rule(self) -> Budget:
        """This row as the pure rules read it."""
        return Budget(
            id=self.id,
            term=self.term,
            triage=self.triage,
            department=self.department,
            approval=self.approval,
            publishing=self.publishing,
            valid_from=self.valid_from,
            topic_id=self.topic_id,
            department_id=self.department_id,
            effective_at=self.effective_at,
        )
