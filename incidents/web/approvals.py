"""What waits for agreement: every text that was handed in, the nearest deadline first.

The press sector sees all of them; a head sees those of the own department where the town asks for the head's word. The
decisions themselves post to the card (`appeal`) and come back here, to the next text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from incidents.flow import checking, unread
from incidents.records.answers import IS_CURRENT, Answer, AnswerState
from incidents.records.appeals import Appeal, Message
from incidents.records.people import Person
from incidents.rules.acts import Role, Status
from incidents.settings import Settings
from incidents.statistics import measures
from incidents.web import approval_texts, current, filters
from incidents.web.answer_words import Remark, remarks_on
from incidents.web.filters import Sight

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")

#: Two texts in full each: more of them would be a page that nobody reads.
MOST = 20
_NEVER = "none"


@dataclass(frozen=True)
class Waiting:
    """One text that waits, what the citizen wrote after it got its last wording, and which text comes after it."""

    text: approval_texts.Text
    came: Sequence[Message]
    following: int | None
    #: What the check finds in it, what forbids first.
    remarks: Sequence[Remark]

    @property
    def forbids(self) -> int:
        return sum(each.finding.forbids for each in self.remarks)

    @property
    def earlier(self) -> Sequence[Message]:
        """What the citizen wrote after the first words and before this text."""
        new = {message.id for message in self.came}
        return [each for each in self.appeal.messages[1:] if each.id not in new and each.deleted_at is None]

    @property
    def answer(self) -> Answer:
        return self.text.answer

    @property
    def appeal(self) -> Appeal:
        return self.answer.appeal


@blueprint.get("")
def page() -> str:
    session, person, settings = current.session(), current.person(), current.settings()
    answers, count = _waiting(session, person, settings, request.args.get("after", ""))
    shown = answers[:MOST]
    texts = approval_texts.read(session, shown, person, settings, current.now())
    came = unread.since(session, {each.appeal_number: texts[each.id].saved_at for each in shown})
    following = [*(each.appeal_number for each in shown[1:]), None]
    findings = checking.check_all(session, shown, now=current.now())
    items = [
        Waiting(
            texts[each.id],
            came.get(each.appeal_number, []),
            after,
            remarks_on(each.text, findings.get(each.id, ())),
        )
        for each, after in zip(shown, following, strict=False)
    ]
    return render_template(
        "approvals/page.html",
        items=items,
        count=count,
        further=_place(shown[-1].appeal) if len(answers) > MOST else "",
        is_further=bool(request.args.get("after")),
        looked_at=_looked_at(shown),
        asks_heads=settings.four_eyes == "head_then_press",
        four_eyes=settings.four_eyes,
    )


def _looked_at(shown: Sequence[Answer]) -> int | None:
    """The text that takes the focus when somebody comes back from a decision: the next one, else the first."""
    wanted = request.args.get("next")
    if wanted is None or not shown:
        return None
    numbers = [each.appeal_number for each in shown]
    return int(wanted) if wanted.isdecimal() and len(wanted) <= 18 and int(wanted) in numbers else numbers[0]


def _waiting(session: Session, person: Person, settings: Settings, after: str) -> tuple[list[Answer], int]:
    """The texts of one page and one more, and how many wait in all."""
    if person.role is Role.HEAD and settings.four_eyes != "head_then_press":
        return [], 0
    texts, count = _questions(filters.sight(person))
    answers = list(session.scalars(texts.where(*_behind(after))))
    # What stands on the first page whole is counted by looking.
    is_whole = not after and len(answers) <= MOST
    return answers, len(answers) if is_whole else session.scalar(count) or 0


@lru_cache(maxsize=64)
def _questions(sight: Sight) -> Any:
    """The texts of the first page and one more, and how many there are; written once for everybody who sees the same."""
    wanted = (
        measures.IS_OPEN,
        Appeal.status == Status.ON_APPROVAL,
        IS_CURRENT,
        Answer.state == AnswerState.ON_APPROVAL,
        *filters.visible(sight),
    )
    appeal = contains_eager(Answer.appeal)
    texts = (
        select(Answer)
        .join(Answer.appeal)
        .where(*wanted)
        .order_by(Appeal.next_due_at.is_(None), Appeal.next_due_at, Appeal.number)
        .limit(MOST + 1)
        .options(appeal.joinedload(Appeal.department), appeal.joinedload(Appeal.topic))
        .options(appeal.selectinload(Appeal.messages))
        .options(appeal.joinedload(Appeal.author), appeal.joinedload(Appeal.norm), appeal.joinedload(Appeal.source))
    )
    return texts, select(func.count()).select_from(Answer).join(Answer.appeal).where(*wanted)


def _place(last: Appeal) -> str:
    """Where the next page begins: after this appeal."""
    due_at = last.next_due_at.astimezone(UTC).isoformat() if last.next_due_at else _NEVER
    return f"{due_at}_{last.number}"


def _behind(place: str) -> list[ColumnElement[bool]]:
    """All that stands behind a place; nothing is asked where it is none of ours."""
    at, _, number = place.rpartition("_")
    if not (number.isdecimal() and len(number) <= 18):
        return []
    later = Appeal.number > int(number)
    if at == _NEVER:
        return [Appeal.next_due_at.is_(None), later]
    try:
        due_at = datetime.fromisoformat(at)
    except ValueError:
        return []
    if due_at.tzinfo is None:
        return []
    due = Appeal.next_due_at
    return [or_(due > due_at, and_(due == due_at, later), due.is_(None))]
