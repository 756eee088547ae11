"""The part of a card that a law writes: every control date with its article and what was done, and the linked appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy import or_, select

from incidents.flow import complying, replying
from incidents.flow.complying import Dates
from incidents.records.appeals import Appeal
from incidents.rules import statutory
from incidents.rules.norms import STATUTORY, Kind
from incidents.rules.statutory import ControlDate
from incidents.rules.statutory_table import Duty
from incidents.web import current, filters, law_words
from incidents.web.moments import day_words


@dataclass(frozen=True)
class Line:
    """One control date. `control_on` is empty where the town's own day is that of the law; an empty `article` is a reminder."""

    label: Any
    on: date
    control_on: date | None
    article: str
    is_checked: bool
    done: str
    tone: str


@dataclass(frozen=True)
class Law:
    """What the law asks of this appeal, and what may be done about it."""

    kind: Kind
    lines: Sequence[Line]
    today: date
    #: By how many days more the answer may be put off; None: the law names no limit, 0: not at all.
    longest: int | None
    answer_on: date | None
    notice_by: date | None
    #: Formal appeals made from this one, or the one that this was made from.
    linked: Sequence[Appeal]

    @property
    def is_statutory(self) -> bool:
        return self.kind in STATUTORY

    @property
    def is_by_letter(self) -> bool:
        """Is it answered outside the networks, under a number and a day?"""
        return self.kind in replying.BY_LETTER

    @property
    def may_forward(self) -> bool:
        return self.is_statutory and statutory.has_duty(self.kind, Duty.FORWARD)


def read(appeal: Appeal, *, has_formal: bool) -> Law:
    """Everything the card shows of it; asked for where a law is, or another end (`has_formal`: made from this one)."""
    is_linked = has_formal or appeal.origin_number is not None
    kind, linked = Kind(appeal.kind), _linked(appeal) if is_linked else ()
    today = current.now().astimezone(current.settings().town_zone).date()
    if kind not in STATUTORY:
        return Law(kind, (), today, 0, None, None, linked)
    session, settings = current.session(), current.settings()
    known = complying.dates(session, appeal)
    found = complying.control_dates(session, appeal, settings, known)
    return Law(
        kind=kind,
        lines=[_line(each, known, today, is_over=appeal.status in filters.FINISHED) for each in found],
        today=today,
        longest=statutory.longest_extension(kind, known.extended_by),
        answer_on=statutory.answer_by(kind, known.received_on, known.registered_on, known.extended_by),
        notice_by=statutory.notice_by(kind, known.received_on, known.registered_on, known.extended_by),
        linked=linked,
    )


def _linked(appeal: Appeal) -> Sequence[Appeal]:
    """The other ends of "made formal" that this person may see."""
    ends = [Appeal.origin_number == appeal.number]
    if appeal.origin_number is not None:
        ends.append(Appeal.number == appeal.origin_number)
    query = select(Appeal).where(or_(*ends), *filters.visible(current.person())).order_by(Appeal.number)
    return list(current.session().scalars(query))


def _line(each: ControlDate, known: Dates, today: date, *, is_over: bool) -> Line:
    label = law_words.DUTIES[each.duty]
    if each.days_before:
        label = ngettext("Reminder: %(num)d day before", "Reminder: %(num)d days before", each.days_before)
        return Line(label, each.on, None, "", True, gettext("past") if each.on < today else "", "")
    done, tone = _done(each, known, today, is_over)
    control_on = each.control_on if each.control_on != each.on else None
    return Line(label, each.on, control_on, each.article, each.is_checked, done, tone)


def _done(each: ControlDate, known: Dates, today: date, is_over: bool) -> tuple[str, str]:
    """What was done about a duty, and how it looks: fine, late, or nothing yet."""
    if each.duty is Duty.EXTENSION:
        if not known.extended_by:
            return "", ""
        return ngettext("put off by %(num)d day", "put off by %(num)d days", known.extended_by), ""
    done_on = {
        Duty.REGISTER: known.registered_on,
        Duty.FORWARD: known.forwarded_on,
        Duty.NOTICE: known.refused_on or min(known.extended_on, default=None),
        Duty.ANSWER: known.answered_on,
    }[each.duty]
    if done_on is not None:
        is_late = done_on > each.on
        words = gettext("%(day)s, late", day=day_words(done_on)) if is_late else day_words(done_on)
        return words, "late" if is_late else "fine"
    if each.duty is not Duty.ANSWER or is_over:
        return "", ""
    left = (each.on - today).days
    if left < 0:
        return ngettext("%(num)d day late", "%(num)d days late", -left), "late"
    return gettext("today is the last day") if not left else ngettext("%(num)d day left", "%(num)d days left", left), ""
