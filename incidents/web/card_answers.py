"""What a card shows of its answers: the text being worked on, what left for the network, and what stands in the way."""

from collections.abc import Sequence
from functools import cached_property

from sqlalchemy import bindparam, select

from incidents.flow import answering, approving
from incidents.networks import lengths
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.web import approval_texts, card_rows, current, deliveries, words

_ANSWERS = select(Answer).where(Answer.appeal_number == bindparam("number")).order_by(Answer.id)


class Answered:
    """One appeal before one person, as far as its answers go; each part is read when it is first drawn."""

    def __init__(self, appeal: Appeal) -> None:
        self.appeal = appeal
        self._session, self._person, self._now = current.session(), current.person(), current.now()

    @cached_property
    def may_write(self) -> bool:
        return answering.may_write(self._person, self.appeal)

    @cached_property
    def draft(self) -> card_rows.Draft:
        return card_rows.read_draft(next((each for each in self._answers if each.state in answering.CURRENT), None))

    @cached_property
    def sent(self) -> Sequence[deliveries.Delivery]:
        """What left the writer's hands. Counting an answer from outside records it a second time, without words: once
        is enough here."""
        seen: set[str] = set()
        found = []
        for answer in self._answers:
            if answer.state in answering.CURRENT or (not answer.text and answer.permalink in seen):
                continue
            seen.add(answer.permalink or "")
            found.append(deliveries.describe(answer, self.appeal))
        return found

    @property
    def outside(self) -> deliveries.Delivery | None:
        """A colleague's answer in the network about which nobody has said yet whether it counts."""
        if self.appeal.answered_at is not None:
            return None
        found = (each for each in self.sent if each.answer.published_at is not None)
        return next(found, None)

    @property
    def to_place(self) -> deliveries.Delivery | None:
        """The answer that a person may have to place in the network by hand."""
        return next((each for each in self.sent if each.is_to_place), None)

    @cached_property
    def approval(self) -> approval_texts.Text | None:
        """The text while it waits for approval, as the list of approvals shows it."""
        answer = self.draft.answer
        if answer is None or self.appeal.status is not Status.ON_APPROVAL:
            return None
        return approval_texts.read(self._session, [answer], self._person, current.settings(), self._now)[answer.id]

    @property
    def obstacle(self) -> str:
        """Why this person cannot approve the text now: `own`, `head`, or empty."""
        return card_rows.obstacle(self.appeal, self.draft, self._person)

    @cached_property
    def limit(self) -> lengths.Limit:
        """How long the answer may be, as its network counts."""
        return approving.limit(self.appeal)

    @property
    def mark(self) -> words.Mark:
        if self.appeal.status is Status.NEW and self.appeal.returns:
            return words.RETURNED
        stopped = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN)
        if self.appeal.status is Status.PUBLISHING and any(each.answer.state in stopped for each in self.sent):
            return words.NOT_DELIVERED
        return words.state_mark(self.appeal.status)

    @cached_property
    def _answers(self) -> Sequence[Answer]:
        return list(self._session.scalars(_ANSWERS, {"number": self.appeal.number})) if self._has.answers else ()

    @cached_property
    def _has(self) -> card_rows.Has:
        return card_rows.has(self.appeal, self._person)
