"""The department's last texts beside what the citizens saw, on its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from markupsafe import Markup
from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.records.parts import Part
from incidents.records.people import Person
from incidents.web import differing

#: Texts shown as they were published.
PUBLISHED = 3
#: Texts are shown of appeals that came within so many days: on the first of a month too there are some.
RECENT = timedelta(days=45)
#: Two texts with less than this in common are shown without marks.
ALIKE = 0.5


@dataclass(frozen=True)
class Published:
    """A text of the department beside what the citizen saw."""

    number: int
    at: datetime
    #: Marked in each what only it has, where they are near enough.
    written: Markup
    published: Markup
    is_same: bool


def read(session: Session, person: Person, now: datetime) -> list[Published]:
    """The last texts that the department wrote for, beside what was published."""
    found = session.execute(_question(person.departments), {"since": now - RECENT}).all()
    written = _written(session, [row.id for row in found], [row.appeal_number for row in found], person)
    texts = ((row, written.get(row.id) or written.get(-row.appeal_number) or "") for row in found)
    return [
        Published(
            row.appeal_number,
            row.published_at,
            *differing.beside(text, row.text, alike=ALIKE),
            text.split() == row.text.split(),
        )
        for row, text in texts
    ]


@lru_cache(maxsize=64)
def _question(known: frozenset[int]) -> Select[int, int, str, datetime | None]:
    """Written once for all of a department: only the day in it differs."""
    departments = sorted(known)
    wrote = select(AnswerVersion.id).join(Person, Person.id == AnswerVersion.person_id)
    gave = select(Part.id).where(Part.appeal_number == Appeal.number, Part.department_id.in_(departments))
    return (
        select(Answer.id, Answer.appeal_number, Answer.text, Answer.published_at)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(Appeal.department_id.in_(departments), Appeal.received_at >= bindparam("since", type_=UTCDateTime()))
        .where(Answer.state == AnswerState.PUBLISHED, Answer.text != "", Answer.published_at.is_not(None))
        .where(
            or_(
                wrote.where(AnswerVersion.answer_id == Answer.id, Person.department_id.in_(departments)).exists(),
                gave.where(Part.given_at.is_not(None)).exists(),
            )
        )
        .order_by(Answer.published_at.desc())
        .limit(PUBLISHED)
    )


def _written(session: Session, answers: list[int], numbers: list[int], person: Person) -> dict[int, str]:
    """The department's last wording by answer, and its substance by appeal (with a minus): what there is of the two."""
    if not answers:
        return {}
    departments = sorted(person.departments)
    versions = (
        select(AnswerVersion.answer_id, AnswerVersion.text)
        .join(Person, Person.id == AnswerVersion.person_id)
        .where(AnswerVersion.answer_id.in_(answers), Person.department_id.in_(departments))
        .order_by(AnswerVersion.version)
    )
    parts = select(Part.appeal_number, Part.text).where(
        Part.appeal_number.in_(numbers), Part.department_id.in_(departments), Part.given_at.is_not(None)
    )
    substance = {-number: text for number, text in session.execute(parts)}
    return {**substance, **{answer: text for answer, text in session.execute(versions)}}  # noqa: C416 - rows, not pairs
