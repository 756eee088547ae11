"""The journal of one appeal as sentences a person reads: who did what, when it was true, when we knew, and why.

Reads the entries and, in one query a kind, the names behind their ids. A sentence is in the present tense, so that it
fits whoever did it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import complying, gate
from incidents.records.journal import Entry
from incidents.records.people import ApiToken, Department, Person
from incidents.records.topics import Topic
from incidents.rules.lifecycle import PUBLISHED_AS, Act, Reject
from incidents.web import current, moments, words

#: Below this, happening and noticing are the same moment to a reader.
SAME_MOMENT = timedelta(minutes=1)

REJECT_WORDS = {
    Reject.SPAM: lazy_gettext("spam or advertising"),
    Reject.ABUSE: lazy_gettext("abuse"),
    Reject.ELSEWHERE: lazy_gettext("another town or body"),
    Reject.THANKS: lazy_gettext("thanks, no question"),
    Reject.DUPLICATE: lazy_gettext("a duplicate"),
}

#: Icon and sentence of each act; a second name after a dot is a variant of it (`_variant`).
SENTENCES: dict[str, tuple[str, Any]] = {
    "register": ("inbox", lazy_gettext("Came in: %(who)s")),
    "register.person": ("inbox", lazy_gettext("%(who)s registers the appeal")),
    "classify": ("template", lazy_gettext("%(who)s chooses the topic “%(topic)s”")),
    "classify.again": ("template", lazy_gettext("%(who)s changes the topic: “%(topic)s” instead of “%(from_topic)s”")),
    "assign": ("route", lazy_gettext("%(who)s gives it to: %(department)s")),
    "assign.again": ("route", lazy_gettext("%(who)s moves it: %(department)s instead of %(from_department)s")),
    "take": ("user-check", lazy_gettext("%(who)s takes it")),
    "take.over": ("user-check", lazy_gettext("%(who)s takes it over from: %(from_person)s")),
    "return": ("arrow-back-up", lazy_gettext("%(who)s gives it back: not ours (%(from_department)s)")),
    "return.whose": (
        "arrow-back-up",
        lazy_gettext("%(who)s gives it back: not ours (%(from_department)s), it belongs to: %(whose)s"),
    ),
    "submit": ("checks", lazy_gettext("%(who)s hands in the text for approval, version %(version)s")),
    "endorse": ("user-check", lazy_gettext("%(who)s agrees to the text, version %(version)s")),
    "send_back": ("arrow-back-up", lazy_gettext("%(who)s sends the text back to the writer")),
    "approve": ("send", lazy_gettext("%(who)s approves the text for publication")),
    "approve.override": ("send", lazy_gettext("%(who)s publishes an own text alone")),
    "resend": ("refresh", lazy_gettext("%(who)s sends the answer again")),
    "confirm": ("circle-check", lazy_gettext("The answer is visible to the citizen: %(who)s confirms")),
    "confirm.hand": ("circle-check", lazy_gettext("%(who)s records the answer by hand, with link and time")),
    "ask_author": ("message-question", lazy_gettext("The author is asked in public: %(who)s confirms")),
    "ask_author.hand": (
        "message-question",
        lazy_gettext("%(who)s records a question to the author, with link and time"),
    ),
    "answer_interim": ("hourglass-low", lazy_gettext("An interim answer is visible to the citizen: %(who)s confirms")),
    "answer_interim.hand": ("hourglass-low", lazy_gettext("%(who)s records an interim answer, with link and time")),
    "defer": ("calendar-due", lazy_gettext("A decision is promised by %(promised_on)s: %(who)s confirms")),
    "defer.hand": ("calendar-due", lazy_gettext("%(who)s records that a decision is promised by %(promised_on)s")),
    "follow_up": ("message", lazy_gettext("The citizen writes again after our answer")),
    "close": ("lock", lazy_gettext("%(who)s closes it")),
    "reopen": ("arrow-back-up", lazy_gettext("%(who)s reopens it: cycle %(cycle)s")),
    "reject": ("ban", lazy_gettext("%(who)s: not an incident (%(rejected)s)")),
    "restore": ("arrow-back-up", lazy_gettext("%(who)s takes it back into work")),
    "extend": (
        "calendar-due",
        lazy_gettext("%(who)s puts the answer off by %(days)s days; the author was told on %(notice)s"),
    ),
    "forward": ("send", lazy_gettext("%(who)s passes it on to who is competent, on %(forwarded)s")),
    "notify": ("message", lazy_gettext("The author is told: the information is refused (%(notice)s)")),
    "notify.where": ("message", lazy_gettext("The author is told where to file a formal appeal (%(notice)s)")),
    "formalise": ("file-text", lazy_gettext("%(who)s makes a formal appeal of it: № %(formal)s")),
    "confirm.letter": ("circle-check", lazy_gettext("%(who)s records the answer that left under № %(letter)s")),
    "join": ("message", lazy_gettext("The citizen writes once more")),
    "source_edited": ("pencil", lazy_gettext("The citizen changes the words in the network")),
    "source_deleted": ("trash", lazy_gettext("The citizen's words are deleted in the network")),
    "source_restored": ("arrow-back-up", lazy_gettext("The citizen's words stand in the network again")),
    "answered_outside": ("message", lazy_gettext("Somebody answers in the network, past this program")),
    "delivery_failed": ("wifi-off", lazy_gettext("The answer is not delivered (%(code)s)")),
    "warn": ("hourglass-low", lazy_gettext("The program warns: the deadline is near")),
    "overdue": ("alert-circle", lazy_gettext("The deadline has passed, the alarm is raised")),
    "escalate": ("alert-circle", lazy_gettext("Still no answer: the manager is told")),
    "correct": ("circle-check", lazy_gettext("The answer was in time after all: the alarm is corrected")),
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


@dataclass(frozen=True)
class _Names:
    people: dict[int, str]
    departments: dict[int, str]
    topics: dict[int, str]
    tokens: dict[int, str]


def read(session: Session, number: int, *, after: int = 0) -> list[Line]:
    """The appeal's journal, newest first; only what came after entry `after`, if asked."""
    query = select(Entry).where(Entry.stream == gate.stream(number), Entry.seq > after).order_by(Entry.seq.desc())
    entries = list(session.scalars(query))
    names = _names(session, entries)
    return [_line(entry, names) for entry in entries]


def _line(entry: Entry, names: _Names) -> Line:
    icon, sentence = SENTENCES.get(_variant(entry), ("note", lazy_gettext("%(who)s: %(act)s")))
    # The sentence is our own, out of the catalogue; what fills its blanks is escaped.
    told = Markup(str(sentence)) % _blanks(entry, names)  # noqa: S704
    due_at = _moment(entry.data.get("due_at"))
    if entry.act == Act.REGISTER and due_at:
        told += escape(gettext(", due %(due)s", due=_in_words(due_at)))
    reason = (entry.note.text or gettext("(erased)")) if entry.note else ""
    if entry.act == Act.REJECT and reason == entry.data.get("reason"):
        reason = ""
    is_late_news = entry.noticed_at - entry.happened_at > SAME_MOMENT
    return Line(
        seq=entry.seq,
        icon=icon,
        words=told,
        at=entry.happened_at,
        noticed_at=entry.noticed_at if is_late_news else None,
        reason=reason,
        is_machine=entry.by.startswith("machine:"),
    )


def _variant(entry: Entry) -> str:
    data, act = entry.data, entry.act
    was_over = data.get("from_person") and data.get("from_person") != data.get("person")
    variants = {
        Act.REGISTER: "person" if entry.by.startswith("person:") else "",
        Act.CLASSIFY: "again" if data.get("from_topic") else "",
        Act.ASSIGN: "again" if data.get("from_department") else "",
        Act.TAKE: "over" if was_over else "",
        Act.RETURN: "whose" if data.get("whose") else "",
        Act.APPROVE: "override" if data.get("override") else "",
        **dict.fromkeys(PUBLISHED_AS.values(), "hand" if data.get("by_hand") else ""),
        Act.CONFIRM: "letter" if data.get("letter") else "hand" if data.get("by_hand") else "",
        Act.NOTIFY: "where" if data.get("notice") == complying.Notice.WHERE_TO_FILE else "",
    }
    variant = variants.get(Act(act), "") if act in set(Act) else ""
    return f"{act}.{variant}" if variant else act


def _blanks(entry: Entry, names: _Names) -> dict[str, Any]:
    data = entry.data
    rejected = data.get("reason")
    return {
        "who": _who(entry.by, names),
        "act": entry.act,
        "topic": names.topics.get(data.get("topic", 0), "—"),
        "from_topic": names.topics.get(data.get("from_topic", 0), "—"),
        "department": names.departments.get(data.get("department", 0), "—"),
        "from_department": names.departments.get(data.get("from_department", 0), "—"),
        "whose": names.departments.get(data.get("whose", 0), "—"),
        "from_person": names.people.get(data.get("from_person", 0), "—"),
        "version": data.get("version", "—"),
        "code": data.get("code", "—"),
        "promised_on": _day(data.get("promised_on")),
        "cycle": data.get("cycle", "—"),
        "days": data.get("days", "—"),
        "notice": _day(data.get("notice_on")),
        "forwarded": _day(data.get("forwarded_on")),
        "letter": data.get("letter", "—"),
        "formal": data.get("formal", "—"),
        "rejected": REJECT_WORDS[Reject(rejected)] if rejected in set(Reject) else "—",
    }


def _day(written: Any) -> str:
    return moments.day_words(date.fromisoformat(written)) if isinstance(written, str) else "—"


def _who(by: str, names: _Names) -> Markup:
    kind, _, key = by.partition(":")
    if kind == "person":
        name = names.people.get(int(key)) if key.isdecimal() else None
    elif kind == "network":
        name = str(words.network_mark(key).name)
    elif kind == "token":
        name = gettext("the program “%(name)s”", name=names.tokens.get(int(key), key)) if key.isdecimal() else None
    else:
        name = gettext("The program") if kind == "machine" else None
    return Markup("<b>{}</b>").format(name or by)


def _names(session: Session, entries: Sequence[Entry]) -> _Names:
    data = [entry.data for entry in entries]
    return _Names(
        _look_up(session, Person, [*_ids(entries, "person"), *_named(data, "person", "from_person")]),
        _look_up(session, Department, _named(data, "department", "from_department", "whose")),
        _look_up(session, Topic, _named(data, "topic", "from_topic")),
        _look_up(session, ApiToken, _ids(entries, "token")),
    )


def _look_up(session: Session, model: type[Any], ids: Iterable[int]) -> dict[int, str]:
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(select(model.id, model.name).where(model.id.in_(wanted)))}


def _ids(entries: Sequence[Entry], kind: str) -> list[int]:
    found = (entry.by.partition(":") for entry in entries)
    return [int(key) for name, _, key in found if name == kind and key.isdecimal()]


def _named(data: Iterable[dict[str, Any]], *keys: str) -> list[int]:
    return [row[key] for row in data for key in keys if isinstance(row.get(key), int)]


def _moment(written: Any) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def _in_words(at: datetime) -> str:
    return moments.moment_words(at, current.now(), current.settings().town_zone)
