"""What became of an answer that left the writer's hands: its state in words, and what a person does next.

The network's own words stand beside ours unchanged: only they say why it refused.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from incidents.flow.publishing import REPEATABLE
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.web import current, moments
from incidents.web.words import Mark

BY_HAND = "by_hand"
STOPPED = frozenset({AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN, AnswerState.RETRY})

MARKS = {
    AnswerState.APPROVED: Mark("send", lazy_gettext("Waits to be sent"), ""),
    AnswerState.SENDING: Mark("send", lazy_gettext("Being sent"), ""),
    AnswerState.PUBLISHED: Mark("circle-check", lazy_gettext("Published"), "fine"),
    AnswerState.RETRY: Mark("refresh", lazy_gettext("Not delivered yet"), "soon"),
    AnswerState.NEEDS_OPERATOR: Mark("wifi-off", lazy_gettext("Not delivered"), "late"),
    AnswerState.NEEDS_ADMIN: Mark("lock", lazy_gettext("No access to the network"), "late"),
    AnswerState.UNKNOWN: Mark("alert-triangle", lazy_gettext("Delivered or not: unknown"), "soon"),
    AnswerState.WITHDRAWN: Mark("arrow-back-up", lazy_gettext("Taken back"), "none"),
}
OUTSIDE = Mark("message", lazy_gettext("Answered past the program"), "wait")
TO_PLACE = Mark("user", lazy_gettext("Place it by hand"), "soon")

_ADVICE: dict[AnswerState, Any] = {
    AnswerState.APPROVED: lazy_gettext("It goes out within seconds. Nothing to do."),
    AnswerState.SENDING: lazy_gettext("The network has it; its word comes within a minute. Nothing to do."),
    AnswerState.RETRY: lazy_gettext("The text is kept and goes out again by itself at %(at)s, attempt %(attempt)s."),
    AnswerState.NEEDS_OPERATOR: lazy_gettext(
        "The network refused it for good. The text is kept: send it again, place it by hand, or take it back and change it."
    ),
    AnswerState.NEEDS_ADMIN: lazy_gettext(
        "The network does not let our page write. Call the administrator: when access is mended, the answer goes out by itself. In a hurry, place it by hand."
    ),
    AnswerState.WITHDRAWN: lazy_gettext("It was taken back before it went out."),
}


@dataclass(frozen=True)
class Delivery:
    """One answer of the card. `may_resend` and `is_to_place` are what its state allows, whoever asks."""

    answer: Answer
    mark: Mark
    advice: str
    is_to_place: bool

    @property
    def may_resend(self) -> bool:
        return self.answer.state in STOPPED and self.answer.source_id is not None

    @property
    def is_undated(self) -> bool:
        """Published, but nobody knows when: history may come without its times."""
        return self.answer.state is AnswerState.PUBLISHED and self.answer.published_at is None


def describe(answer: Answer, appeal: Appeal) -> Delivery:
    """One answer with its state in words."""
    is_stopped = answer.state in (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN)
    mark = MARKS[answer.state]
    if answer.is_outside and answer.state is AnswerState.PUBLISHED:
        mark = OUTSIDE
    elif answer.error_code == BY_HAND:
        mark = TO_PLACE
    return Delivery(answer, mark, _advice(answer, appeal), is_stopped)


def _advice(answer: Answer, appeal: Appeal) -> str:
    if answer.error_code == BY_HAND:
        return str(
            gettext("The program cannot write there itself. Place the text by hand, then record the link and the time.")
        )
    if answer.state is AnswerState.PUBLISHED:
        if answer.is_outside and appeal.answered_at is None:
            return str(gettext("Somebody of us wrote this in the network itself. If it answers the appeal, count it."))
        return ""
    if answer.state is AnswerState.UNKNOWN:
        if appeal.network in REPEATABLE and answer.next_at is not None:
            told = gettext(
                "The network did not say whether it arrived. The program asks again at %(at)s under the same name, so the citizen does not get it twice.",
                at=_next(answer),
            )
            return str(told)
        return str(
            gettext(
                "The network did not say whether it arrived. Open the place and look: if the answer is there, record link and time; if not, send it again."
            )
        )
    line = _ADVICE.get(answer.state, "")
    return str(line) % {"at": _next(answer), "attempt": answer.attempts + 1} if "%(" in str(line) else str(line)


def _next(answer: Answer) -> str:
    if answer.next_at is None:
        return "—"
    return moments.short_words(answer.next_at, current.now(), current.settings().town_zone)
