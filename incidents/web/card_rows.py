"""The rows beside an appeal that its card shows: the text being worked on, who keeps it under control, what to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from incidents.flow import agreeing, controlling
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import eyes
from incidents.web import current


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


def topics() -> dict[str, list[Topic]]:
    """The topics in use under the names of their groups."""
    query = (
        select(Topic, TopicGroup.name)
        .join(TopicGroup, TopicGroup.id == Topic.group_id)
        .where(Topic.is_active)
        .order_by(TopicGroup.position, TopicGroup.name, Topic.name)
    )
    found: dict[str, list[Topic]] = {}
    for topic, group in current.session().execute(query):
        found.setdefault(group, []).append(topic)
    return found


def departments() -> Sequence[Department]:
    """The departments that may be given an appeal."""
    return list(current.session().scalars(select(Department).where(Department.is_active).order_by(Department.name)))
