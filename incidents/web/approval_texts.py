"""A text that waits for approval, as a person sees it: who wrote it, what was changed last, what he may do and when.

The list of approvals reads many at once, the card one; both show the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import agreeing, silence
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.people import Person
from incidents.rules import eyes
from incidents.rules.acts import Act
from incidents.rules.lifecycle import acts_for
from incidents.rules.silence import is_silent
from incidents.settings import Settings
from incidents.web import differing

#: A version and its writer's name.
Written = tuple[AnswerVersion, str]


@dataclass(frozen=True)
class Mended:
    """What the last writer changed of the others' words."""

    by: str
    at: datetime
    words: Markup


@dataclass(frozen=True)
class Text:
    """One text that waits, for one person."""

    answer: Answer
    #: Each who wrote a part of it, the last one first.
    names: Sequence[str]
    saved_at: datetime
    acts: frozenset[Act]
    is_writer: bool
    #: The others who stand for exactly this wording, by name.
    agreed: Sequence[str]
    has_agreed: bool
    #: Why this person cannot approve it now: `own`, `head`, or empty.
    obstacle: str
    mended: Mended | None
    #: Since when it waits; when its author may publish it himself, where the town lets him.
    since: datetime | None
    begins: datetime | None
    is_silent: bool

    @property
    def is_endorsed(self) -> bool:
        return self.answer.endorsed_version == self.answer.version

    @property
    def may_endorse(self) -> bool:
        return Act.ENDORSE in self.acts and not self.is_endorsed

    @property
    def may_agree(self) -> bool:
        """One of several writers, who has not yet said that he stands for the wording of the last of them."""
        return Act.AGREE in self.acts and self.is_writer and len(self.names) > 1 and not self.has_agreed

    @property
    def may_go_alone(self) -> bool:
        """Now or later: the button is drawn, and says from when."""
        return Act.OWN_NAME in self.acts and self.is_writer and self.begins is not None


def read(
    session: Session, answers: Sequence[Answer], person: Person, settings: Settings, now: datetime
) -> dict[int, Text]:
    """These answers, by id, in a fixed number of questions. Each has its appeal."""
    wrote, agreed = _written(session, answers), agreeing.agreed(session, answers)
    waits = silence.waits(session, [each.appeal_number for each in answers]) if answers else {}
    return {
        each.id: _describe(
            each,
            wrote.get(each.id, []),
            agreed.get(each.id, frozenset()),
            waits.get(each.appeal_number),
            person,
            settings,
            now,
        )
        for each in answers
    }


def _describe(
    answer: Answer,
    wrote: Sequence[Written],
    agreed: frozenset[int],
    wait: silence.Wait | None,
    person: Person,
    settings: Settings,
    now: datetime,
) -> Text:
    appeal, department = answer.appeal, answer.appeal.department
    names = {version.person_id: name for version, name in wrote}
    is_writer = person.id in names
    begins = wait.begins if wait and settings.publish_on_silence else None
    return Text(
        answer=answer,
        names=list(dict.fromkeys(name for _, name in reversed(wrote))),
        saved_at=max((version.saved_at for version, _ in wrote), default=answer.created_at),
        acts=acts_for(person.actor, appeal.status, appeal.department_id),
        is_writer=is_writer,
        agreed=[names[each] for each in sorted(agreed - {person.id}) if each in names],
        has_agreed=person.id in agreed,
        obstacle=eyes.obstacle(
            settings.four_eyes,
            is_theirs=department is not None and not department.is_press and not department.is_external,
            is_endorsed=answer.endorsed_version == answer.version,
            is_writer=is_writer,
            is_agreed=bool(agreed - {person.id}),
        ),
        mended=_mended(wrote),
        since=wait.since if wait else None,
        begins=begins,
        is_silent=is_silent(begins, now),
    )


def _written(session: Session, answers: Sequence[Answer]) -> Mapping[int, list[Written]]:
    query = (
        select(AnswerVersion, Person.name)
        .join(Person, AnswerVersion.person_id == Person.id)
        .where(AnswerVersion.answer_id.in_([answer.id for answer in answers]))
        .order_by(AnswerVersion.version)
    )
    found: dict[int, list[Written]] = {}
    for version, name in session.execute(query) if answers else ():
        found.setdefault(version.answer_id, []).append((version, name))
    return found


def _mended(wrote: Sequence[Written]) -> Mended | None:
    """From the last wording of somebody else to the present one."""
    if not wrote:
        return None
    last, name = wrote[-1]
    before = next((version for version, _ in reversed(wrote) if version.person_id != last.person_id), None)
    if before is None or before.text == last.text or not before.text:
        return None
    return Mended(name, last.saved_at, differing.merged(before.text, last.text))
