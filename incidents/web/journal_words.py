"""The words of the whole journal, beyond one appeal's story: streams, acts, who did it. A code without a line is shown as it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records import choices
from incidents.records.people import ApiToken
from incidents.web import words
from incidents.web.journal_search import Told

STREAMS: Mapping[str, Any] = {
    "appeals": lazy_gettext("appeals"),
    "people": lazy_gettext("departments and people"),
    "topics": lazy_gettext("the classifier"),
    "norms": lazy_gettext("norms and calendars"),
    "figures": lazy_gettext("figures of the past"),
    "system": lazy_gettext("the system"),
}

_APPEALS: Mapping[str, Any] = {
    "register": lazy_gettext("registered"),
    "classify": lazy_gettext("topic chosen"),
    "assign": lazy_gettext("given to a department"),
    "take": lazy_gettext("taken"),
    "return": lazy_gettext("returned as not ours"),
    "withdraw": lazy_gettext("taken back"),
    "put_back": lazy_gettext("put back"),
    "hand": lazy_gettext("handed to a colleague"),
    "submit": lazy_gettext("handed in for approval"),
    "endorse": lazy_gettext("agreed by the head"),
    "send_back": lazy_gettext("text sent back"),
    "agree": lazy_gettext("agreed to the wording"),
    "approve": lazy_gettext("approved"),
    "own_name": lazy_gettext("published under the own name"),
    "resend": lazy_gettext("sent again"),
    "confirm": lazy_gettext("answer confirmed"),
    "reject": lazy_gettext("rejected"),
    "restore": lazy_gettext("taken back into work"),
    "ask_author": lazy_gettext("question asked"),
    "answer_interim": lazy_gettext("interim answer"),
    "defer": lazy_gettext("decision promised"),
    "close": lazy_gettext("closed"),
    "reopen": lazy_gettext("reopened"),
    "extend": lazy_gettext("term extended"),
    "forward": lazy_gettext("passed on"),
    "notify": lazy_gettext("author told"),
    "formalise": lazy_gettext("made a formal appeal"),
    "join": lazy_gettext("further words joined"),
    "follow_up": lazy_gettext("the citizen wrote again"),
    "source_edited": lazy_gettext("words edited in the network"),
    "source_deleted": lazy_gettext("words deleted in the network"),
    "source_restored": lazy_gettext("words restored in the network"),
    "answered_outside": lazy_gettext("answered past the program"),
    "delivery_failed": lazy_gettext("delivery failed"),
    "note": lazy_gettext("note written"),
    "control": lazy_gettext("taken under control"),
    "release": lazy_gettext("taken out of control"),
    "locate": lazy_gettext("address corrected"),
    "link": lazy_gettext("linked as a duplicate"),
    "unlink": lazy_gettext("no longer a duplicate"),
    "involve": lazy_gettext("another department asked"),
    "excuse": lazy_gettext("part of a department not needed"),
    "contribute": lazy_gettext("part of a department written"),
    "attach": lazy_gettext("photo added"),
    "detach": lazy_gettext("photo taken away"),
    "promise": lazy_gettext("day promised"),
    "promise_kept": lazy_gettext("promise kept"),
    "promise_moved": lazy_gettext("promise moved"),
    "promise_dropped": lazy_gettext("promise dropped"),
    "promise_broken": lazy_gettext("promise broken"),
    "warn": lazy_gettext("warned of the deadline"),
    "overdue": lazy_gettext("deadline passed"),
    "escalate": lazy_gettext("escalated"),
    "silence": lazy_gettext("approver silent"),
    "correct": lazy_gettext("alarm corrected"),
}
_OTHERS: Mapping[str, Any] = {
    "sign_in": lazy_gettext("signed in"),
    "sign_out_everywhere": lazy_gettext("signed out everywhere"),
    "change_password": lazy_gettext("password changed"),
    "reset_password": lazy_gettext("one-time password made"),
    "add_person": lazy_gettext("person added"),
    "change_person": lazy_gettext("person changed"),
    "load_people": lazy_gettext("people loaded from a table"),
    "enter_absence": lazy_gettext("absence entered"),
    "end_absence": lazy_gettext("absence ended"),
    "add_department": lazy_gettext("department added"),
    "change_department": lazy_gettext("department changed"),
    "retire_department": lazy_gettext("department closed"),
    "open_department": lazy_gettext("department's first day entered"),
    "restore_department": lazy_gettext("department opened again"),
    "load_departments": lazy_gettext("departments loaded"),
    "set_deputy": lazy_gettext("deputy head named"),
    "add_token": lazy_gettext("token made"),
    "revoke_token": lazy_gettext("token revoked"),
    "change_ways": lazy_gettext("ways of alarms changed"),
    "set_address": lazy_gettext("e-mail address entered"),
    "link_telegram": lazy_gettext("Telegram linked"),
    "unlink_telegram": lazy_gettext("Telegram unlinked"),
    "add_topic": lazy_gettext("topic added"),
    "change_topic": lazy_gettext("topic changed"),
    "move_topic": lazy_gettext("topic put into another group"),
    "move_topics": lazy_gettext("topics moved"),
    "load_topics": lazy_gettext("topics loaded"),
    "merge_topics": lazy_gettext("topics merged"),
    "enact": lazy_gettext("norm entered"),
    "retire": lazy_gettext("norm ended"),
    "share_out": lazy_gettext("shares of the stages entered"),
    "enter_calendar": lazy_gettext("calendar entered"),
    "load_totals": lazy_gettext("totals of years loaded"),
    "add_source": lazy_gettext("source connected"),
    "change_source": lazy_gettext("source changed"),
    "add_template": lazy_gettext("reply template added"),
    "change_template": lazy_gettext("reply template changed"),
    "archive_template": lazy_gettext("reply template archived"),
    "restore_template": lazy_gettext("reply template back in use"),
    "resume_source": lazy_gettext("source resumed"),
    "retry_events": lazy_gettext("events tried again"),
    "hurry_answers": lazy_gettext("answers sent at once"),
    "drop_events": lazy_gettext("events given up"),
    "retry_letters": lazy_gettext("letters sent again"),
    "drop_letters": lazy_gettext("letters given up"),
    "ask_backup": lazy_gettext("backup asked for"),
    "setup_begun": lazy_gettext("first setup begun"),
    "setup_step": lazy_gettext("step of the first setup"),
    "subordinate_department": lazy_gettext("department put under another"),
    "setup_done": lazy_gettext("first setup finished"),
}
ACTS: Mapping[str, Any] = {**_APPEALS, **_OTHERS}
#: What an id of an entry is the id of, by its key.
_NAMED: Mapping[str, str] = {
    **dict.fromkeys(("person", "from_person", "deputy", "substitute"), "person"),
    **dict.fromkeys(("department", "from_department", "parent", "heir"), "department"),
    **dict.fromkeys(("topic", "from_topic", "into"), "topic"),
}


def act(code: str) -> str:
    return str(ACTS.get(code, code))


def subject(entry: Told) -> str:
    """What an entry is about: the appeal's number, else the name of its stream."""
    kind, _, number = entry.stream.partition(":")
    return f"№ {number}" if number else str(STREAMS.get(kind, kind))


def facts(entry: Told, names: Mapping[tuple[str, object], str] | None = None) -> str:
    """The codes and ids that an entry keeps, as one line; the `names` of ids stand behind them."""
    known = names or {}
    kept = [(key, value) for key, value in entry.data.items() if value not in (None, "", [], {})]
    named = [(key, value, known.get((_NAMED.get(key, ""), _hashable(value)))) for key, value in kept]
    return ", ".join(f"{key} {_short(value)}" + (f" ({name})" if name else "") for key, value, name in named)


def names_in(session: Session) -> Mapping[tuple[str, object], str]:
    """The names of all people, departments and topics, of which entries speak by id."""
    people, departments, topics = choices.people(session), choices.departments(session), choices.topics(session)
    return {
        **{("person", id_): each.name for id_, each in people.items()},
        **{("department", id_): each.name for id_, each in departments.items()},
        **{("topic", id_): each.name for id_, each in topics.items()},
    }


def named(entry: Told, names: Mapping[tuple[str, object], str]) -> tuple[str | None, ...]:
    """The names that `facts` tells of one entry, in its order: what of it may change."""
    return tuple(names.get((_NAMED.get(key, ""), _hashable(value))) for key, value in entry.data.items())


def doers(session: Session, entries: Sequence[Told]) -> Mapping[str, str]:
    """Who stands behind each code of the entries, by name; one question at most, however many there are."""
    codes = {entry.by for entry in entries}
    people, tokens = choices.people(session), _tokens(session, codes)
    return {code: _name(code, people, tokens) for code in codes}


def _name(code: str, people: Mapping[int, choices.Colleague], tokens: Mapping[int, str]) -> str:
    kind, _, key = code.partition(":")
    if kind == "person" and key.isdecimal():
        return people[int(key)].name if int(key) in people else code
    if kind == "token" and key.isdecimal():
        return str(gettext("the program “%(name)s”", name=tokens.get(int(key), key)))
    if kind == "network":
        return str(words.network_mark(key).name)
    told = gettext("the administrator at the server") if code == "machine:command" else gettext("the program itself")
    return str(told)


def _hashable(value: object) -> object:
    return value if isinstance(value, int) else None


def _short(value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    words_of_it = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    return words_of_it if len(words_of_it) <= 60 else words_of_it[:57] + "…"


def _tokens(session: Session, codes: Iterable[str]) -> Mapping[int, str]:
    parts = (code.partition(":") for code in codes)
    ids = [int(key) for name, _, key in parts if name == "token" and key.isdecimal()]
    query = select(ApiToken.id, ApiToken.name).where(ApiToken.id.in_(ids))
    return dict(session.execute(query).all()) if ids else {}
