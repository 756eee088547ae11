"""The rows beside an appeal that its card shows: the text being worked on, who keeps it under control, what to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlalchemy.orm import aliased

from incidents.flow import agreeing, attaching, controlling, involving
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.clocks import ClockRow
from incidents.records.parts import Part, Photo
from incidents.records.people import Person
from incidents.records.presences import Presence
from incidents.rules import eyes
from incidents.rules.norms import ClockName
from incidents.web import current

_NUMBER: BindParameter[int] = bindparam("number")
_OTHER = aliased(Appeal)
_HAS = select(
    exists().where(Presence.appeal_number == _NUMBER, Presence.person_id != bindparam("person")),
    exists().where(_OTHER.author_id == bindparam("author"), _OTHER.number != _NUMBER),
    exists().where(_OTHER.duplicate_of == _NUMBER),
    exists().where(_OTHER.origin_number == _NUMBER),
    exists().where(Part.appeal_number == _NUMBER),
    exists().where(Photo.appeal_number == _NUMBER),
    exists().where(Answer.appeal_number == _NUMBER),
    exists().where(ClockRow.appeal_number == _NUMBER, ClockRow.name != ClockName.FIRST),
    exists().where(ClockRow.appeal_number == _NUMBER, ClockRow.cycle > 1),
)


@dataclass(frozen=True)
class Has:
    """What stands beside an appeal at all, whoever may see it: what is not there need not be asked for."""

    #: Somebody else's card was open not long ago.
    company: bool
    #: Other appeals of the author, duplicates of this one, formal ones made from it.
    others: bool
    duplicates: bool
    formal: bool
    parts: bool
    photos: bool
    answers: bool
    #: Another clock than the first answer's, or one after a reopening.
    other_clocks: bool
    cycles: bool


@dataclass(frozen=True)
class Watched:
    """A mark of personal control."""

    person_id: int
    name: str
    since: datetime
    comment: str


@dataclass(frozen=True)
class Draft:
    """The text being worked on, and by whom: `writers` are the people whose words are in it."""

    answer: Answer | None = None
    writers: frozenset[int] = frozenset()
    last_writer: str = ""
    saved_at: datetime | None = None
    #: Who of the writers stands for the text exactly as it is.
    agreed: frozenset[int] = frozenset()


def read_draft(answer: Answer | None) -> Draft:
    """Who wrote the text being worked on, and who last."""
    if answer is None:
        return Draft()
    query = (
        select(AnswerVersion.person_id, AnswerVersion.saved_at, Person.name)
        .join(Person, Person.id == AnswerVersion.person_id)
        .where(AnswerVersion.answer_id == answer.id)
        .order_by(AnswerVersion.version)
    )
    rows = current.session().execute(query).all()
    if not rows:
        return Draft(answer)
    writers = frozenset(row.person_id for row in rows)
    agreed = agreeing.agreed(current.session(), [answer]).get(answer.id, frozenset())
    return Draft(answer, writers, rows[-1].name, rows[-1].saved_at, agreed)


def obstacle(appeal: Appeal, draft: Draft, person: Person) -> str:
    """What `approving.approve` would refuse, said before the button is pressed."""
    if draft.answer is None:
        return ""
    department = appeal.department
    return eyes.obstacle(
        current.settings().four_eyes,
        is_theirs=department is not None and not department.is_press and not department.is_external,
        is_endorsed=draft.answer.endorsed_version == draft.answer.version,
        is_writer=person.id in draft.writers,
        is_agreed=bool(draft.agreed - {person.id}),
    )


def watched(appeal: Appeal) -> Sequence[Watched]:
    """Who keeps the appeal under control, and why."""
    if not appeal.is_controlled:
        return ()
    session = current.session()
    marks, words = controlling.living(session, appeal.number), controlling.comments(session, [appeal.number])
    return [
        Watched(mark.person_id, mark.person.name, mark.since, words.get((appeal.number, mark.person_id), ""))
        for mark in marks
    ]


def has(appeal: Appeal, person: Person) -> Has:
    """One question instead of six: of most appeals nothing of all this is there."""
    given = {"number": appeal.number, "person": person.id, "author": appeal.author_id}
    return Has(*current.session().execute(_HAS, given).one())


def parts(appeal: Appeal) -> Sequence[Part]:
    """What departments bring to an appeal, with whose it is."""
    return involving.parts_of(current.session(), appeal.number)


def photos(appeal: Appeal, person: Person) -> Sequence[tuple[Photo, bool]]:
    """The photos of an appeal, each with whether this person may take it away."""
    found = attaching.of(current.session(), appeal.number)
    return [(photo, attaching.may_detach(appeal, photo, person)) for photo in found]
