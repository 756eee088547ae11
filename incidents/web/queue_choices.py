"""What the sentence over the queue lets a person choose, and the views beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import get_locale, gettext, lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Role
from incidents.rules.places import Network
from incidents.statistics import measures
from incidents.web import filters, law_words, words
from incidents.web.filters import EVERY_KIND, NOBODY, Filter
from incidents.web.queue_counts import Counts
from incidents.web.views import Shown

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

#: A list of more values than this comes after the page: together they would be a tenth of it.
SHORT = 4


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


@dataclass(frozen=True)
class View:
    """A question that is asked many times a day."""

    label: str
    href: str
    count: int | None
    is_chosen: bool
    #: Whose saved view it is, where it is not one's own.
    whose: str = ""


def of(
    session: Session, person: Person, asked: Filter, now: datetime, zone: ZoneInfo, *, is_whole: bool = False
) -> list[Choice]:
    """The sentence, word by word. Topics of one group only, months of one year only: a page must stay light.

    Unless it is asked for whole, the long lists hold what is chosen and nothing else; the page fetches them (`long_lists`).
    """
    networks = [(str(each), words.network_mark(each).name) for each in Network]
    groups = session.execute(select(TopicGroup.id, TopicGroup.name).order_by(TopicGroup.position, TopicGroup.name))
    found = [
        _choice(asked, "status", gettext("Show"), list(STATUSES.items())),
        _choice(asked, "kind", gettext("kind"), _kinds(asked)),
        _choice(asked, "network", gettext("network"), [("", gettext("any network")), *networks]),
        _choice(
            asked,
            "group",
            gettext("group of topics"),
            [("", gettext("any group of topics")), (NOBODY, gettext("without a topic")), *_rows("", groups)[1:]],
        ),
    ]
    if asked.group and asked.group != NOBODY:
        topics = select(Topic.id, Topic.name).where(Topic.group_id == int(asked.group)).order_by(Topic.name)
        found.append(_choice(asked, "topic", gettext("topic"), _rows(gettext("any topic"), session.execute(topics))))
    if person.role in (Role.PRESS, Role.MANAGER):
        theirs = select(Department.id, Department.name).where(Department.is_active).order_by(Department.name)
        departments = _rows(gettext("any department"), session.execute(theirs))
        departments.insert(1, (NOBODY, gettext("not chosen")))
        found.append(_choice(asked, "department", gettext("department"), departments))
    found.append(_choice(asked, "person", gettext("worked on by"), _people(session, person)))
    found.append(_choice(asked, "only", gettext("and of them"), list(ONLY_WORDS.items())))
    found.append(_choice(asked, "year", gettext("received"), _years(session, now, zone)))
    if asked.year:
        found.append(_choice(asked, "month", gettext("month"), [("", gettext("any month")), *_months()]))
    found.append(_choice(asked, "state", gettext("answer"), list(STATES.items())))
    return found if is_whole else [_shortened(choice) for choice in found]


def long_lists(choices: Iterable[Choice]) -> dict[str, list[tuple[str, str]]]:
    """What a shortened sentence leaves out, by the name of its word: value and label in their order."""
    return {
        each.name: [(value, str(label)) for value, label in each.values] for each in choices if len(each.values) > SHORT
    }


def _shortened(choice: Choice) -> Choice:
    if len(choice.values) <= SHORT:
        return choice
    kept = [(value, label) for value, label in choice.values if value in ("", NOBODY, choice.chosen)]
    return replace(choice, values=kept, is_short=True)


def views(person: Person, asked: Filter, counts: Counts, saved: Iterable[Shown] = ()) -> list[View]:
    """The views of this person, with their counts: those that everybody has, one's own, those that colleagues share."""
    found = [(gettext("Whole queue"), Filter(), counts.open)]
    if person.role is not Role.MANAGER:
        found.append((gettext("Mine"), Filter(mine="1"), counts.mine))
    if person.role in (Role.PRESS, Role.MANAGER):
        found.append((gettext("Without department"), Filter(department=NOBODY), counts.without_department))
    found.append((gettext("Overdue"), Filter(overdue="1"), counts.overdue))
    standing = [
        View(label, url_for("queue.page", **view.args()), count, is_chosen=view == asked)
        for label, view, count in found
    ]
    return standing + [View(view.name, view.href, view.count, view.asked == asked, view.whose) for view in saved]


def _kinds(asked: Filter) -> list[tuple[str, Any]]:
    """In the history nothing chosen means what the figures count."""
    kinds = [(str(kind), label) for kind, label in law_words.KINDS.items()]
    if asked.is_history:
        return [("", gettext("as in the figures: from the networks")), (EVERY_KIND, gettext("any kind")), *kinds]
    return [("", gettext("any kind")), *kinds]


def _people(session: Session, person: Person) -> list[tuple[str, Any]]:
    """Whoever has open appeals that this person sees."""
    theirs = select(Appeal.assignee_id).where(measures.IS_OPEN, *filters.visible(person))
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(theirs)).order_by(Person.name))
    return [("", gettext("any person")), (NOBODY, gettext("no person yet")), *((str(id_), name) for id_, name in found)]


def _choice(asked: Filter, name: str, label: str, values: list[tuple[str, Any]]) -> Choice:
    chosen = getattr(asked, name)
    if chosen and chosen not in (value for value, _ in values):
        # A link may ask for what the list does not offer (a closed department, a rare status): it stays chosen.
        values = [*values, (chosen, RARE.get(chosen, "…") if name in ("state", "status") else "…")]
    return Choice(name, label, values, chosen)


def _rows(all_of_them: str, rows: Any) -> list[tuple[str, Any]]:
    return [("", all_of_them), *((str(key), name) for key, name in rows)]


def _years(session: Session, now: datetime, zone: ZoneInfo) -> list[tuple[str, Any]]:
    first = session.scalar(select(func.min(Appeal.received_at)))
    this = now.astimezone(zone).year
    years = range(this, (first or now).astimezone(zone).year - 1, -1)
    return [("", gettext("at any time")), *((str(year), gettext("in %(year)s", year=year)) for year in years)]


def _months() -> list[tuple[str, str]]:
    names = get_locale().months["stand-alone"]["wide"]
    return [(str(number), names[number]) for number in range(1, 13)]
