"""What appeals are about: groups of topics, topics, their keywords and the department that answers for each."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.database import Base, Json, identity, words
from incidents.records.people import Department


class TopicGroup(Base):
    """A chapter of the classifier: roads, snow, yards."""

    __tablename__ = "topic_groups"

    id: Mapped[identity]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)


class Topic(Base):
    """What an appeal is about, in the words of the classifier. A topic is retired, never deleted."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("group_id", "name"),)

    id: Mapped[identity]
    group_id: Mapped[int] = mapped_column(ForeignKey("topic_groups.id", ondelete="RESTRICT"))
    group: Mapped[TopicGroup] = relationship()
    name: Mapped[str] = mapped_column(String(200))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)
    department: Mapped[Department | None] = relationship()
    #: Beginnings of words, as `rules.topics` reads them.
    keywords: Mapped[list[str]] = mapped_column(Json)
    #: What belongs here, for the person who chooses.
    hint: Mapped[words] = mapped_column(default="")
    #: What is easily taken for it and belongs elsewhere.
    confused_with: Mapped[words] = mapped_column(default="")
    #: The town wants a person's click before an appeal of this topic goes to its department.
    needs_click: Mapped[bool] = mapped_column(default=False)
    #: What troubles the town most and is to be solved quickly, not only answered: its appeals carry a mark.
    is_fast_track: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
