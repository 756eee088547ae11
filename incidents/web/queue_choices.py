"""What the sentence over the queue lets a person choose."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext, lazy_gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Role
from incidents.rules.places import Network
from incidents.statistics import measures
from incidents.web import filters, law_words, words
from incidents.web.filters import EVERY_KIND, NOBODY, Filter

#: As they stand in "Show … appeals": plural, which the state of one appeal is not.
STATUSES = {
    "": lazy_gettext("open appeals"),
    "new": lazy_gettext("new ones"),
    "assigned": lazy_gettext("assigned ones"),
    "in_progress": lazy_gettext("those in progress"),
    "on_approval": lazy_gettext("those on approval"),
    "publishing": lazy_gettext("those being published"),
    "awaiting_author": lazy_gettext("those that wait for the author"),
    "interim_answered": lazy_gettext("those with an interim answer"),
    "deferred": lazy_gettext("deferred ones"),
    "answered": lazy_gettext("answered ones"),
    "closed": lazy_gettext("closed ones"),
    "rejected": lazy_gettext("those that are no incidents"),
    "all": lazy_gettext("all appeals"),
}
STATES = {
    "": lazy_gettext("in time or not"),
    "in_time": lazy_gettext("answered in time"),
    "late": lazy_gettext("late"),
    "waiting": lazy_gettext("waiting, not yet due"),
    "without_norm": lazy_gettext("without a norm"),
    "rejected": lazy_gettext("not incidents"),
}
#: Questions that only a figure asks; they join the sentence while they are asked.
RARE = {
    "received": lazy_gettext("any, without what is no incident"),
    "answered": lazy_gettext("given in this period"),
    "duplicates": lazy_gettext("duplicates"),
    "alone": lazy_gettext("published without other eyes"),
    "open": lazy_gettext("not final yet"),
    "overdue_now": lazy_gettext("first answer overdue now"),
    "overdue_final_now": lazy_gettext("final answer overdue now"),
    "overdue_next_now": lazy_gettext("answer to a new message overdue now"),
    "pressing_overdue": lazy_gettext("overdue now"),
    "other_kinds": lazy_gettext("any, to formal and other appeals"),
    "due_soon": lazy_gettext("due within 30 minutes"),
    **{str(status): mark.label for status, mark in words.STATES.items()},
}


ONLY_WORDS = {
    "": lazy_gettext("all"),
    "control": lazy_gettext("on control"),
    "promised": lazy_gettext("promised and owed"),
    "waits": lazy_gettext("waiting for me"),
}

#: A list of more values than this comes after the page: together they would be a tenth of it. So does a list of rows,
#: which the page then need not ask for.
SHORT = 4
FROM_ROWS = frozenset({"group", "topic", "department", "person", "year"})
#: Values and labels.
Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choice:
    """One word of the sentence: a native list of values, the chosen one marked."""

    name: str
    #: What stands before the values, and is their name for who does not see the sentence.
    label: str
    values: list[tuple[str, Any]]
    chosen: str
    #: Most of the values are fetched after the page.
    is_short: bool = False


class Sentence(NamedTuple):
    """The sentence as a value: what is asked, by whom, and what the database knows of the words; `choices` spells it out."""

    asked: Filter
    role: Role
    #: Word -> values and labels that are rows: all of them, or only the chosen one.
    known: tuple[tuple[str, Values], ...]
    #: Else the page fetches what is left out (`long_lists`).
    is_whole: bool

    @property
    def choices(self) -> list[Choice]:
        """Word by word. Topics of one group only, months of one year only: a page must stay light."""
        asked, known = self.asked, dict(self.known)
        networks = [(str(each), words.network_mark(each).name) for each in Network]
        found = [
            _choice(asked, "status", gettext("Show"), list(STATUSES.items())),
            _choice(asked, "kind", gettext("kind"), _kinds(asked)),
            _choice(asked, "network", gettext("network"), [("", gettext("any network")), *networks]),
            _choice(
                asked,
                "group",
                gettext("group of topics"),
                [("", gettext("any group of topics")), (NOBODY, gettext("without a topic")), *known["group"]],
            ),
        ]
        if "topic" in known:
            found.append(_choice(asked, "topic", gettext("topic"), [("", gettext("any topic")), *known["topic"]]))
        if "department" in known:
            departments = [("", gettext("any department")), (NOBODY, gettext("not chosen")), *known["department"]]
            found.append(_choice(asked, "department", gettext("department"), departments))
        people = [("", gettext("any person")), (NOBODY, gettext("no person yet")), *known["person"]]
        found.append(_choice(asked, "person", gettext("worked on by"), people))
        found.append(_choice(asked, "only", gettext("and of them"), list(ONLY_WORDS.items())))
        years = ((year, gettext("in %(year)s", year=year)) for year, _ in known["year"])
        found.append(_choice(asked, "year", gettext("received"), [("", gettext("at any time")), *years]))
        if asked.year:
            found.append(_choice(asked, "month", gettext("month"), [("", gettext("any month")), *_months()]))
        found.append(_choice(asked, "state", gettext("answer"), list(STATES.items())))
        return found if self.is_whole else [_shortened(choice) for choice in found]


def sentence(
    session: Session, person: Person, asked: Filter, now: datetime, zone: ZoneInfo, *, is_whole: bool = False
) -> Sentence:
    """Unless it is asked for whole, what is chosen is all that is read of the long lists."""
    known: dict[str, Values] = {}
    for name in _listed(person, asked):
        chosen = getattr(asked, name)
        known[name] = ()
        if is_whole or (chosen.isdecimal() and len(chosen) <= 10):
            key, query = _list(name, person, asked)
            found = session.execute(query if is_whole else query.where(key == int(chosen)))
            known[name] = tuple((str(id_), label) for id_, label in found)
    years = _years(session, now, zone) if is_whole else [asked.year] if asked.year else []
    known["year"] = tuple((year, year) for year in years)
    return Sentence(asked, person.role, tuple(known.items()), is_whole)


def _listed(person: Person, asked: Filter) -> list[str]:
    """The words whose values are rows, as far as this sentence has them."""
    found = ["group", "person"]
    if asked.group and asked.group != NOBODY:
        found.append("topic")
    if person.role in (Role.PRESS, Role.MANAGER):
        found.append("department")
    return found


def _list(name: str, person: Person, asked: Filter) -> tuple[Any, Select[Any, Any]]:
    """Key and question of such a word."""
    if name == "group":
        groups = select(TopicGroup.id, TopicGroup.name)
        return TopicGroup.id, groups.order_by(TopicGroup.position, TopicGroup.name)
    if name == "topic":
        return Topic.id, select(Topic.id, Topic.name).where(Topic.group_id == int(asked.group)).order_by(Topic.name)
    if name == "department":
        theirs = select(Department.id, Department.name).where(Department.is_active)
        return Department.id, theirs.order_by(Department.name)
    # Whoever has open appeals that this person sees.
    busy = select(Appeal.assignee_id).where(measures.IS_OPEN, *filters.visible(person))
    return Person.id, select(Person.id, Person.name).where(Person.id.in_(busy)).order_by(Person.name)


def long_lists(sentence: Sentence) -> dict[str, list[tuple[str, str]]]:
    """What a shortened sentence leaves out, by the name of its word: value and label in their order."""
    return {each.name: [(value, str(label)) for value, label in each.values] for each in sentence.choices}


def _shortened(choice: Choice) -> Choice:
    if choice.name not in FROM_ROWS and len(choice.values) <= SHORT:
        return choice
    kept = [(value, label) for value, label in choice.values if value in ("", NOBODY, choice.chosen)]
    return replace(choice, values=kept, is_short=True)


def _kinds(asked: Filter) -> list[tuple[str, Any]]:
    """In the history nothing chosen means what the figures count."""
    kinds = [(str(kind), label) for kind, label in law_words.KINDS.items()]
    if asked.is_history:
        return [("", gettext("as in the figures: from the networks")), (EVERY_KIND, gettext("any kind")), *kinds]
    return [("", gettext("any kind")), *kinds]


def _choice(asked: Filter, name: str, label: str, values: list[tuple[str, Any]]) -> Choice:
    chosen = getattr(asked, name)
    if chosen and chosen not in (value for value, _ in values):
        # A link may ask for what the list does not offer (a closed department, a rare status): it stays chosen.
        values = [*values, (chosen, RARE.get(chosen, "…") if name in ("state", "status") else "…")]
    return Choice(name, label, values, chosen)


def _years(session: Session, now: datetime, zone: ZoneInfo) -> list[str]:
    first = session.scalar(select(func.min(Appeal.received_at)))
    this = now.astimezone(zone).year
    return [str(year) for year in range(this, (first or now).astimezone(zone).year - 1, -1)]


def _months() -> list[tuple[str, str]]:
    names = get_locale().months["stand-alone"]["wide"]
    return [(str(number), names[number]) for number in range(1, 13)]
