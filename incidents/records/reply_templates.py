"""Reply templates: the town's own words for what is asked again and again, with every wording they had."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from incidents.records.database import Base, identity, words
from incidents.records.people import Department, Person
from incidents.records.revisions import kept
from incidents.records.topics import Topic, TopicGroup


class ReplyTemplate(Base):
    """One template as it stands; archived, never deleted. It is for a topic, a group, a department, or for all."""

    __tablename__ = "reply_templates"
    __table_args__ = (
        CheckConstraint(
            "(topic_id IS NULL OR group_id IS NULL) AND (topic_id IS NULL OR department_id IS NULL)"
            " AND (group_id IS NULL OR department_id IS NULL)",
            name="owner",
        ),
    )

    id: Mapped[identity]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    #: With places in braces (`rules.reply_templates`).
    text: Mapped[words]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="RESTRICT"))
    topic: Mapped[Topic | None] = relationship()
    group_id: Mapped[int | None] = mapped_column(ForeignKey("topic_groups.id", ondelete="RESTRICT"))
    group: Mapped[TopicGroup | None] = relationship()
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    department: Mapped[Department | None] = relationship()
    is_active: Mapped[bool] = mapped_column(default=True)
    #: How often it was put into an answer.
    used: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    changer: Mapped[Person] = relationship()


class ReplyTemplateVersion(Base):
    """A wording that a template had, and whose it was."""

    __tablename__ = "reply_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "version"),)

    id: Mapped[identity]
    template_id: Mapped[int] = mapped_column(ForeignKey("reply_templates.id", ondelete="RESTRICT"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    text: Mapped[words]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    saved_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class InUse:
    """One template that is in use."""

    id: int
    name: str
    text: str
    topic_id: int | None
    group_id: int | None
    department_id: int | None
    used: int


@kept("reply_templates")
def in_use(session: Session) -> Sequence[InUse]:
    """Every template that is in use."""
    columns = (getattr(ReplyTemplate, field.name) for field in fields(InUse))
    return tuple(InUse(*row) for row in session.execute(select(*columns).where(ReplyTemplate.is_active)))
