"""One promise as a page shows it: its mark, how far its day is, the sentence that gave it. A part of `promises`."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, lazy_gettext, ngettext

from incidents.records.promises import Promise
from incidents.rules.acts import Act
from incidents.rules.lifecycle import acts_for
from incidents.rules.promise_clock import PromiseState, is_broken
from incidents.web import current
from incidents.web.words import Mark

MARKS = {
    PromiseState.OPEN: Mark("calendar-check", lazy_gettext("Owed")),
    PromiseState.KEPT: Mark("circle-check", lazy_gettext("Kept"), "fine"),
    PromiseState.MOVED: Mark("calendar-due", lazy_gettext("Moved"), "none"),
    PromiseState.DROPPED: Mark("x", lazy_gettext("Dropped"), "none"),
}
BROKEN, KEPT_LATE = (
    Mark("alert-circle", lazy_gettext("Broken"), "late"),
    Mark("circle-check", lazy_gettext("Kept late"), "soon"),
)


@dataclass(frozen=True)
class Row:
    """One promise as it stands: its mark, how far its day is, the sentence that gave it, and what this person may do."""

    promise: Promise
    mark: Mark
    when: str
    quoted: str
    acts: frozenset[Act]

    @property
    def may_settle(self) -> bool:
        return self.promise.state is PromiseState.OPEN and Act.PROMISE_KEPT in self.acts


def describe(promise: Promise, today: date) -> Row:
    """One promise as the person of the request sees it on a day of the town."""
    appeal = promise.appeal
    broken = is_broken(promise.state, promise.due_on, promise.kept_on, today)
    mark = MARKS[promise.state]
    if broken:
        mark = KEPT_LATE if promise.state is PromiseState.KEPT else BROKEN
    said = quoted(promise.answer.text, promise.span_start, promise.span_end)
    acts = acts_for(current.person().actor, appeal.status, appeal.department_id)
    return Row(promise, mark, _when(promise, today), said, acts)


def _when(promise: Promise, today: date) -> str:
    """How far the day is, while it is owed."""
    if promise.state is not PromiseState.OPEN:
        return ""
    days = (promise.due_on - today).days
    if days < 0:
        return str(ngettext("%(num)d day late", "%(num)d days late", -days))
    if days == 0:
        return str(gettext("today"))
    return str(gettext("tomorrow") if days == 1 else ngettext("in %(num)d day", "in %(num)d days", days))


def quoted(text: str, start: int | None, end: int | None) -> str:
    """The sentence that gave it, by where the day stands in the answer's text; of a deferral the beginning of the answer."""
    if start is None or end is None or end > len(text):
        return text[:160]
    begin = max(text.rfind(sign, 0, start) for sign in (". ", "! ", "? ", "\n")) + 1
    ends = [place for sign in (". ", "! ", "? ", "\n") if (place := text.find(sign, end)) >= 0]
    return text[begin : min(ends, default=len(text)) + 1].strip()[:300]
