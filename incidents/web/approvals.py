"""What waits for agreement: every text that was handed in, the nearest deadline first.

The press sector sees all of them; a head sees those of the own department where the town asks for the head's word. The
decisions themselves post to the card (`appeal`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from incidents.flow import unread
from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal, Message
from incidents.records.people import Person
from incidents.rules.acts import Act, Role, Status
from incidents.rules.lifecycle import acts_for
from incidents.settings import Settings
from incidents.statistics import measures
from incidents.web import current, filters

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")

#: A day's worth; whoever has more waiting takes the oldest first.
MOST = 50


@dataclass(frozen=True)
class Waiting:
    """One text that waits, with all who wrote a part of it (the last one last) and what this person may do."""

    answer: Answer
    writers: Sequence[AnswerVersion]
    names: Sequence[str]
    acts: frozenset[Act]
    #: Why this person cannot approve it now: `own`, `head`, or empty.
    obstacle: str
    #: What the citizen wrote after the text got its last wording.
    came: Sequence[Message]

    @property
    def appeal(self) -> Appeal:
        return self.answer.appeal

    @property
    def is_endorsed(self) -> bool:
        return self.answer.endorsed_version == self.answer.version

    @property
    def may_endorse(self) -> bool:
        return Act.ENDORSE in self.acts and not self.is_endorsed


@blueprint.get("")
def page() -> str:
    session, person, settings = current.session(), current.person(), current.settings()
    answers = _waiting(session, person, settings)
    wrote = _writers(session, answers[:MOST])
    came = unread.since(session, {each.appeal_number: _written(each, wrote) for each in answers[:MOST]})
    items = [
        _describe(each, wrote.get(each.id, []), came.get(each.appeal_number, []), person, settings)
        for each in answers[:MOST]
    ]
    return render_template(
        "approvals/page.html",
        items=items,
        is_cut=len(answers) > MOST,
        asks_heads=settings.four_eyes == "head_then_press",
        four_eyes=settings.four_eyes,
    )


def _waiting(session: Session, person: Person, settings: Settings) -> list[Answer]:
    if person.role is Role.HEAD and settings.four_eyes != "head_then_press":
        return []
    appeal = contains_eager(Answer.appeal)
    query = (
        select(Answer)
        .join(Answer.appeal)
        .where(measures.IS_OPEN, Appeal.status == Status.ON_APPROVAL, *filters.visible(person))
        .where(Answer.state == AnswerState.ON_APPROVAL)
        .order_by(Appeal.next_due_at.is_(None), Appeal.next_due_at, Appeal.number)
        .limit(MOST + 1)
        .options(appeal.joinedload(Appeal.department), appeal.joinedload(Appeal.topic))
        .options(appeal.joinedload(Appeal.author), appeal.joinedload(Appeal.norm))
    )
    return list(session.scalars(query))


def _writers(session: Session, answers: Sequence[Answer]) -> dict[int, list[tuple[AnswerVersion, str]]]:
    query = (
        select(AnswerVersion, Person.name)
        .join(Person, AnswerVersion.person_id == Person.id)
        .where(AnswerVersion.answer_id.in_([answer.id for answer in answers]))
        .order_by(AnswerVersion.version)
    )
    found: dict[int, list[tuple[AnswerVersion, str]]] = {}
    for version, name in session.execute(query) if answers else ():
        found.setdefault(version.answer_id, []).append((version, name))
    return found


def _written(answer: Answer, wrote: Mapping[int, Sequence[tuple[AnswerVersion, str]]]) -> datetime:
    """When the text got its last wording."""
    return max((version.saved_at for version, _ in wrote.get(answer.id, ())), default=answer.created_at)


def _describe(
    answer: Answer,
    wrote: Sequence[tuple[AnswerVersion, str]],
    came: Sequence[Message],
    person: Person,
    settings: Settings,
) -> Waiting:
    appeal = answer.appeal
    acts = acts_for(person.actor, appeal.status, appeal.department_id)
    versions = [version for version, _ in wrote]
    # In the order of the last word, each once.
    names = list(dict.fromkeys(name for _, name in reversed(wrote)))
    return Waiting(answer, versions, names, acts, _obstacle(answer, versions, person, settings), came)


def _obstacle(answer: Answer, versions: Sequence[AnswerVersion], person: Person, settings: Settings) -> str:
    """What `approving.approve` would refuse, said before the button is pressed."""
    if settings.four_eyes == "off":
        return ""
    department = answer.appeal.department
    is_theirs = department is not None and not department.is_press and not department.is_external
    if settings.four_eyes == "head_then_press" and is_theirs and answer.endorsed_version != answer.version:
        return "head"
    return "own" if any(version.person_id == person.id for version in versions) else ""
