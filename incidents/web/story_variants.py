"""Which sentence tells an entry of the journal: one act reads differently by what the entry holds and by who did it."""

from collections.abc import Callable, Mapping
from typing import Any

from incidents.flow import complying
from incidents.rules.acts import PUBLISHED_AS, Act
from incidents.web.story_entries import Told


def variant(entry: Told) -> str:
    """The act, and which of its sentences: the key of `story_words.SENTENCES`."""
    found = _VARIANTS[entry.act](entry.data, entry.by) if entry.act in _VARIANTS else ""
    return f"{entry.act}.{found}" if found else entry.act


def _by_hand(data: dict[str, Any]) -> str:
    channel = data.get("channel")
    return channel if channel in ("call", "visit", "letter") else "person"


def _kind_of_warning(step: str) -> str:
    """`warn:75%` is a share of the term, `warn:15` minutes before the deadline."""
    return "" if ":" not in step else "share" if step.endswith("%") else "left"


def _was_over(data: dict[str, Any]) -> bool:
    """Was it taken from somebody else?"""
    return bool(data.get("from_person")) and data.get("from_person") != data.get("person")


def _hand(data: dict[str, Any], _: str) -> str:
    return "hand" if data.get("by_hand") else ""


def _level(data: dict[str, Any], _: str) -> str:
    return str(data.get("level", "manager"))


#: Which sentence of an act, by what the entry holds and who did it.
_VARIANTS: Mapping[str, Callable[[dict[str, Any], str], str]] = {
    Act.REGISTER: lambda data, by: _by_hand(data) if by.startswith("person:") else "",
    Act.CLASSIFY: lambda data, _: "none" if not data.get("topic") else "again" if data.get("from_topic") else "",
    Act.WITHDRAW: lambda data, _: "from" if data.get("from_department") else "",
    Act.HAND: lambda data, _: "" if data.get("person") else "nobody",
    Act.ASSIGN: lambda data, _: "again" if data.get("from_department") else "",
    Act.TAKE: lambda data, _: "over" if _was_over(data) else "",
    Act.JOIN: lambda data, _: "completed" if data.get("completed") else "",
    Act.RETURN: lambda data, _: "whose" if data.get("whose") else "",
    Act.CLOSE: lambda data, _: "outcome" if data.get("outcome") else "",
    Act.WARN: lambda data, _: _kind_of_warning(data.get("step", "")),
    Act.ESCALATE: _level,
    Act.SILENCE: _level,
    Act.APPROVE: lambda data, _: "override" if data.get("override") else "despite" if data.get("despite") else "",
    **dict.fromkeys(PUBLISHED_AS.values(), _hand),
    Act.CONFIRM: lambda data, by: "letter" if data.get("letter") else _hand(data, by),
    Act.ATTACH: lambda data, _: str(data.get("kind", "")).replace("other", ""),
    Act.RELEASE: lambda data, by: "other" if by != f"person:{data.get('person')}" else "",
    Act.NOTIFY: lambda data, _: "where" if data.get("notice") == complying.Notice.WHERE_TO_FILE else "",
}
