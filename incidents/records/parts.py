"""What departments bring to one appeal: the substance in their own words, and photos of before and after.

The department that an appeal lies with brings its part unasked; others are asked for theirs and see the appeal while they
are. The words stand in the journal too, entry by entry; here is what holds now.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from incidents.records.appeals import Appeal
from incidents.records.database import Base, big_identity, coded, words
from incidents.records.people import Department, Person


class Part(Base):
    """One department's part in one appeal."""

    __tablename__ = "parts"
    __table_args__ = (
        UniqueConstraint("appeal_number", "department_id"),
        # What a department was asked for: its page, and the sight of every list of its people.
        Index("ix_parts_department", "department_id", "excused_at", "given_at", "appeal_number"),
    )

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    appeal: Mapped[Appeal] = relationship()
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    department: Mapped[Department] = relationship()
    #: Empty where the department answers for the appeal itself and nobody had to ask.
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    asker: Mapped[Person | None] = relationship(foreign_keys=[asked_by])
    ask: Mapped[words] = mapped_column(default="")
    #: By when it was asked for; no clock of the citizen's.
    due_at: Mapped[datetime | None]
    text: Mapped[words] = mapped_column(default="")
    given_at: Mapped[datetime | None]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    giver: Mapped[Person | None] = relationship(foreign_keys=[given_by])
    #: Not needed after all; the department does not see the appeal any more.
    excused_at: Mapped[datetime | None]


class PhotoKind(StrEnum):
    """What a photo shows: the place as the citizen saw it, or as the work left it."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class Photo(Base):
    """A photo of ours, cleaned of everything but the picture: made anew, without place, time or device in it."""

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("appeal_number", "digest"),)

    id: Mapped[big_identity]
    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="RESTRICT"))
    kind: Mapped[PhotoKind] = mapped_column(coded(PhotoKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship()
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    #: SHA-256 of the stored picture, in hex.
    digest: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    #: JPEG, 1600 px at most; read only where it is sent.
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def involved(session: Session, number: int) -> frozenset[int]:
    """The departments that were asked for a part of this appeal, and were not excused."""
    query = select(Part.department_id).where(
        Part.appeal_number == number, Part.asked_at.is_not(None), Part.excused_at.is_(None)
    )
    return frozenset(session.scalars(query))


def involved_in(session: Session, numbers: Iterable[int]) -> dict[int, frozenset[int]]:
    """The same for many appeals in one question; an appeal of which nobody was asked is missing."""
    query = select(Part.appeal_number, Part.department_id).where(
        Part.appeal_number.in_(list(numbers)), Part.asked_at.is_not(None), Part.excused_at.is_(None)
    )
    found: dict[int, frozenset[int]] = {}
    for number, department_id in session.execute(query):
        found[number] = found.get(number, frozenset()) | {department_id}
    return found


def asked_of(departments: frozenset[int]) -> ColumnElement[bool]:
    """The appeal is one of which any of these departments was asked for a part."""
    query = select(Part.appeal_number).where(
        Part.department_id.in_(sorted(departments)), Part.asked_at.is_not(None), Part.excused_at.is_(None)
    )
    return _Among(Appeal.number, query.scalar_subquery())


class _Among(FunctionElement[bool]):
    """A number among those of a question that is asked once, before the rows are looked for."""

    inherit_cache = True
    type = Boolean()


@compiles(_Among)
def _among(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    number, query = (compiler.process(each, **options) for each in element.clauses)
    return f"{number} IN {query}"


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    # Beside an OR it makes a list that indexes are asked by; of IN it makes a filter, and walks the town's whole history.
    number, query = (compiler.process(each, **options) for each in element.clauses)
    return f"{number} = ANY (ARRAY{query})"
