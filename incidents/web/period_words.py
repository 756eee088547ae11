"""What the lists behind a period's figures are called: the state, whose and what about, and of which days."""

from flask_babel import gettext, lazy_gettext

from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.periods import Period
from incidents.statistics import cuts, percentiles
from incidents.web import current, moments

TITLES = {
    "received": lazy_gettext("Received"),
    "in_time": lazy_gettext("Answered in time"),
    "late": lazy_gettext("Answered late or overdue"),
    "waiting": lazy_gettext("Waiting, not yet due"),
    "without_norm": lazy_gettext("Without a norm"),
    "answered": lazy_gettext("Received and answered"),
    "answered_in_period": lazy_gettext("Answered in the period"),
    "returned": lazy_gettext("Returned as “not ours”"),
    "repeated": lazy_gettext("Repeated"),
    "alone": lazy_gettext("Published without other eyes"),
    "rejected": lazy_gettext("Not incidents"),
}


def title(cut: cuts.Cut, days: Period) -> str:
    """The head of the list behind a cut of these days."""
    parts = [str(TITLES[cut.state]), *names(cut.department, cut.topic)]
    if cut.bar is not None:
        quarter = percentiles.BAR_SECONDS // 60
        parts.append(gettext("waited from %(first)s min on", first=cut.bar * quarter))
    if cut.weekday is not None:
        parts.append(str(moments.WEEKDAYS[cut.weekday]).lower())
    if cut.hour is not None:
        parts.append(f"{cut.hour}:00–{cut.hour + cut.hours}:00")
    if cut.until is not None:
        parts.append(gettext("before %(moment)s", moment=f"{cut.until:%d.%m.%Y, %H:%M}"))
    return f"{', '.join(parts)}: {days_words(days)}"


def days_words(days: Period) -> str:
    """A stretch of days: "2–22 November 2026", "28 September – 16 October 2026"."""
    first, last = days.first, days.last
    if first == last:
        return moments.day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{moments.day_words(last)}"
    if first.year == last.year:
        return f"{first.day} {moments.MONTHS[first.month - 1]} – {moments.day_words(last)}"
    return f"{moments.day_words(first)} – {moments.day_words(last)}"


def names(department: int | None, topic: int | None) -> list[str]:
    """Whose and what about, where a list is of a department (`cuts.NOBODY`: of none) or a topic."""
    session, found = current.session(), []
    if department == cuts.NOBODY:
        found.append(gettext("without a department"))
    for row in (department and session.get(Department, department), topic and session.get(Topic, topic)):
        found += [row.name] if row else []
    return found
