"""The journal of one appeal as sentences a person reads: who did what, when it was true, when we knew, and why.

Reads the entries; the names behind their ids are known (`records.choices`). A sentence is in the present tense, so that it
fits whoever did it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import undoing
from incidents.records import choices
from incidents.records.people import ApiToken
from incidents.rules.acts import Act, Outcome, Reject
from incidents.web import current, moments, words
from incidents.web.story_entries import Told
from incidents.web.story_variants import variant
from incidents.web.story_words import SENTENCES
from incidents.web.time_left import duration

#: So much before a deadline no warning comes that counts in minutes.
_HALF_A_DAY = timedelta(hours=12)
#: Below this, happening and noticing are the same moment to a reader.
SAME_MOMENT = timedelta(minutes=1)

REJECT_WORDS = {
    Reject.SPAM: lazy_gettext("spam or advertising"),
    Reject.ABUSE: lazy_gettext("abuse"),
    Reject.ELSEWHERE: lazy_gettext("another town or body"),
    Reject.THANKS: lazy_gettext("thanks, no question"),
    Reject.DUPLICATE: lazy_gettext("a duplicate"),
}


@dataclass(frozen=True)
class Line:
    """One entry. `noticed_at` is given only where it differs; `reason` is what somebody wrote, or why the program chose."""

    seq: int
    icon: str
    words: Markup
    at: datetime
    noticed_at: datetime | None
    reason: str
    is_machine: bool
    act: str
    #: The time of day, for a story told by days.
    clock: Markup

    @property
    def is_note(self) -> bool:
        return self.act == Act.NOTE


@dataclass(frozen=True)
class _Names:
    people: Mapping[int, choices.Colleague]
    departments: Mapping[int, choices.DepartmentName]
    topics: Mapping[int, choices.TopicName]
    tokens: Mapping[int, str]


def in_words(session: Session, entries: Sequence[Told]) -> list[Line]:
    """The entries as sentences, in their order."""
    names = _Names(
        choices.people(session), choices.departments(session), choices.topics(session), _tokens(session, entries)
    )
    return [_line(entry, names) for entry in entries]


def _line(entry: Told, names: _Names) -> Line:
    icon, sentence = SENTENCES.get(variant(entry), ("note", lazy_gettext("%(who)s: %(act)s")))
    # The sentence is our own, out of the catalogue; what fills its blanks is escaped.
    told = Markup(str(sentence)) % _Blanks(entry, names)  # noqa: S704
    due_at = _moment(entry.data.get("due_at"))
    if entry.act == Act.REGISTER and due_at:
        told += escape(gettext(", due %(due)s", due=_in_words(due_at)))
    reason = (entry.text or gettext("(erased)")) if entry.has_text else ""
    if entry.act == Act.REJECT and reason == entry.data.get("reason"):
        reason = ""
    if reason == undoing.UNDONE:
        reason = gettext("the act before was undone")
    is_late_news = entry.noticed_at - entry.happened_at > SAME_MOMENT
    return Line(
        seq=entry.seq,
        icon=icon,
        words=told,
        at=entry.happened_at,
        noticed_at=entry.noticed_at if is_late_news else None,
        reason=reason,
        is_machine=entry.by.startswith("machine:"),
        act=entry.act,
        clock=_clock(entry.happened_at),
    )


def _clock(at: datetime) -> Markup:
    zone = current.settings().town_zone
    return moments.time_element(at, f"{at.astimezone(zone):%H:%M}", zone)


class _Blanks:
    """What fills the blanks of a sentence, each looked up when the sentence has it: few have more than two."""

    def __init__(self, entry: Told, names: _Names) -> None:
        self._entry, self._names = entry, names

    def __getitem__(self, name: str) -> Any:
        return _BLANKS[name](self._entry, self._names) if name in _BLANKS else self._entry.data.get(name, "—")


def _step(entry: Told) -> str:
    return str(entry.data.get("step", "")).rpartition(":")[2]


def _outcome(entry: Told, _: _Names) -> Any:
    outcome = entry.data.get("outcome")
    return words.OUTCOMES[Outcome(outcome)] if outcome in set(Outcome) else "—"


def _rejected(entry: Told, _: _Names) -> Any:
    reason = entry.data.get("reason")
    return REJECT_WORDS[Reject(reason)] if reason in set(Reject) else "—"


def _silent(entry: Told, _: _Names) -> str:
    minutes = entry.data.get("silent_minutes")
    return duration(minutes * 60) if isinstance(minutes, int) else "—"


#: Blanks that are not the value itself under that name.
_BLANKS: Mapping[str, Callable[[Told, _Names], Any]] = {
    "who": lambda entry, names: _who(entry.by, names),
    "act": lambda entry, _: entry.act,
    "topic": lambda entry, names: _named(names.topics, entry.data.get("topic")),
    "from_topic": lambda entry, names: _named(names.topics, entry.data.get("from_topic")),
    "department": lambda entry, names: _named(names.departments, entry.data.get("department")),
    "from_department": lambda entry, names: _named(names.departments, entry.data.get("from_department")),
    "whose": lambda entry, names: _named(names.departments, entry.data.get("whose")),
    "from_person": lambda entry, names: _named(names.people, entry.data.get("from_person")),
    "person": lambda entry, names: _named(names.people, entry.data.get("person")),
    "promised_on": lambda entry, _: _day(entry.data.get("promised_on")),
    "from_day": lambda entry, _: _day(entry.data.get("from")),
    "outcome": _outcome,
    "share": lambda entry, _: _step(entry).removesuffix("%") + " %",
    "left": lambda entry, _: _left(_step(entry), _moment(entry.data.get("due_at")), entry.happened_at),
    "silent": _silent,
    "notice": lambda entry, _: _day(entry.data.get("notice_on")),
    "forwarded": lambda entry, _: _day(entry.data.get("forwarded_on")),
    "rejected": _rejected,
}


def _left(step: str, due_at: datetime | None, at: datetime) -> str:
    """What was left at a warning: its minutes, and of a term in days, where it comes a day before, what there was."""
    if not step.isdecimal():
        return "—"
    minutes = timedelta(minutes=int(step))
    left = due_at - at if due_at is not None and due_at - at > max(minutes, _HALF_A_DAY) else minutes
    return duration(left.total_seconds())


def _day(written: Any) -> str:
    return moments.day_words(date.fromisoformat(written)) if isinstance(written, str) else "—"


def _who(by: str, names: _Names) -> Markup:
    kind, _, key = by.partition(":")
    if kind == "person":
        known = names.people.get(int(key)) if key.isdecimal() else None
        name = known.name if known else None
    elif kind == "network":
        name = str(words.network_mark(key).name)
    elif kind == "token":
        name = gettext("the program “%(name)s”", name=names.tokens.get(int(key), key)) if key.isdecimal() else None
    else:
        name = gettext("The program") if kind == "machine" else None
    return Markup("<b>%s</b>") % (name or by)


def _tokens(session: Session, entries: Sequence[Told]) -> Mapping[int, str]:
    """The names of the programs that did something."""
    found = (entry.by.partition(":") for entry in entries)
    ids = {int(key) for kind, _, key in found if kind == "token" and key.isdecimal()}
    if not ids:
        return {}
    query = select(ApiToken.id, ApiToken.name).where(ApiToken.id.in_(ids))
    return dict(session.execute(query).tuples().all())


def _named(known: Mapping[int, Any], id_: Any) -> str:
    """The name behind an id of an entry."""
    found = known.get(id_) if isinstance(id_, int) else None
    return found.name if found else "—"


def _moment(written: Any) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def _in_words(at: datetime) -> str:
    now, zone = current.now(), current.settings().town_zone
    is_whole_day = at.astimezone(zone).time() == time()
    return (moments.deadline_words if is_whole_day else moments.moment_words)(at, now, zone)
