"""Texts of a department that wait for its head's word, on the department's page; there it is given, else on the approvals'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from incidents.flow import checking
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.rules.acts import Role, Status
from incidents.settings import Settings
from incidents.statistics import measures
from incidents.web import approval_texts
from incidents.web.answer_words import Remark, remarks_on

#: Shown in full; the others stand on their own page.
MOST_TEXTS = 3


@dataclass(frozen=True)
class ToAgree:
    """One text of the department that waits for its head's word, with what the check finds in it."""

    text: approval_texts.Text
    remarks: Sequence[Remark]


def to_agree(session: Session, person: Person, settings: Settings, now: datetime) -> tuple[list[ToAgree], int]:
    """Texts that wait for this head's agreement, where the town asks for it: the nearest deadlines, and how many in all."""
    if person.role is not Role.HEAD or settings.four_eyes != "head_then_press":
        return [], 0
    wanted = (
        measures.IS_OPEN,
        Appeal.status == Status.ON_APPROVAL,
        Answer.state == AnswerState.ON_APPROVAL,
        Appeal.department_id.in_(sorted(person.departments)),
        Answer.endorsed_version.is_distinct_from(Answer.version),
    )
    count = session.scalar(select(func.count()).select_from(Answer).join(Answer.appeal).where(*wanted)) or 0
    appeal = contains_eager(Answer.appeal)
    query = (
        select(Answer)
        .join(Answer.appeal)
        .where(*wanted)
        .order_by(Appeal.next_due_at.is_(None), Appeal.next_due_at, Appeal.number)
        .limit(MOST_TEXTS)
        .options(appeal.joinedload(Appeal.department), appeal.joinedload(Appeal.author), appeal.joinedload(Appeal.norm))
        .options(appeal.selectinload(Appeal.messages))
    )
    answers = list(session.scalars(query)) if count else []
    texts = approval_texts.read(session, answers, person, settings, now)
    findings = checking.check_all(session, answers, now=now)
    return [ToAgree(texts[each.id], remarks_on(each.text, findings.get(each.id, ()))) for each in answers], count
