"""Departments, topics and people by the beginnings of their words, as doors to their pages: a part of the search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from sqlalchemy import select

from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules import topics
from incidents.web import access, current, shell

#: So many doors of one kind.
AT_MOST = 4
SHORTEST = 2

DEPARTMENT, TOPIC, PERSON = lazy_gettext("department"), lazy_gettext("topic"), lazy_gettext("person")


@dataclass(frozen=True)
class Door:
    """A page to go to: what kind of thing, its name, its address."""

    kind: Any
    label: str
    href: str


def find(written: str) -> list[Door]:
    """The doors of this person that fit what was typed; places of the navigation come first. Three questions at most."""
    wanted = topics.words(written)
    if not wanted or len(written.strip()) < SHORTEST:
        return []
    return [*_departments(wanted), *_topics(wanted), *_people(wanted)]


def _departments(wanted: list[str]) -> list[Door]:
    role = current.person().role
    to_page, to_queue = access.may(role, "departments.one"), _sees_all()
    if not (to_page or to_queue):
        return []
    rows = current.session().execute(
        select(Department.id, Department.code, Department.name).where(Department.is_active).order_by(Department.name)
    )
    return [
        Door(
            DEPARTMENT,
            name,
            url_for("departments.one", department_id=id_) if to_page else url_for("queue.page", department=code),
        )
        for id_, code, name in _fitting(rows, wanted)
    ]


def _topics(wanted: list[str]) -> list[Door]:
    to_page, to_queue = access.may(current.person().role, "topics.one"), _sees_all()
    if not (to_page or to_queue):
        return []
    rows = current.session().execute(select(Topic.id, Topic.name).where(Topic.is_active).order_by(Topic.name))
    return [
        Door(TOPIC, name, url_for("topics.one", topic_id=id_) if to_page else url_for("queue.page", topic=id_))
        for id_, name in _fitting(rows, wanted)
    ]


def _people(wanted: list[str]) -> list[Door]:
    if not access.may(current.person().role, "people.one"):
        return []
    rows = current.session().execute(select(Person.id, Person.login, Person.name).order_by(Person.name))
    return [
        Door(PERSON, name, url_for("people.one", person_id=id_))
        for id_, name in _fitting(((id_, f"{name or login} ({login})") for id_, login, name in rows), wanted)
    ]


def _fitting(rows: Iterable[Any], wanted: list[str]) -> list[Any]:
    """The first rows of whose name (their last column) each wanted word begins some word."""
    found = []
    for row in rows:
        own = topics.words(row[-1])
        if all(any(word.startswith(part) for word in own) for part in wanted):
            found.append(row)
    return found[:AT_MOST]


def _sees_all() -> bool:
    """Whether the lists of the queue are this person's to filter by department and topic."""
    return any(place.endpoint == "queue.page" for place in shell.places()) and current.person().department_id is None
