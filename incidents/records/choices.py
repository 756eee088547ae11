"""What fields and sentences name: departments, topics and colleagues, in the order in which one chooses among them.

Read once a process and kept until the database says that one of them changed (`records.revisions`). Values, not rows: an
act on one of them fetches its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.people import Department, Person, parents
from incidents.records.revisions import kept
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import tree
from incidents.rules.acts import Actor, Role


@dataclass(frozen=True, slots=True)
class DepartmentName:
    """A department, also one that is closed."""

    id: int
    name: str
    is_active: bool
    code: str


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic under its group, also one that was retired, and the department that answers for it."""

    id: int
    name: str
    group: str
    department: DepartmentName | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who signs in, and as whom he acts."""

    id: int
    name: str
    actor: Actor
    is_active: bool


@kept("departments")
def departments(session: Session) -> Mapping[int, DepartmentName]:
    """Every department there ever was, by name."""
    columns = Department.id, Department.name, Department.is_active, Department.code
    rows = session.execute(select(*columns).order_by(Department.name))
    return MappingProxyType({row.id: DepartmentName(*row) for row in rows})


@kept("departments")
def open_departments(session: Session) -> Sequence[DepartmentName]:
    """Those that may be chosen."""
    return tuple(each for each in departments(session).values() if each.is_active)


@kept("departments", "topic_groups", "topics")
def topics(session: Session) -> Mapping[int, TopicName]:
    """Every topic there ever was, as the classifier orders them."""
    known = departments(session)
    query = (
        select(Topic.id, Topic.name, TopicGroup.name, Topic.department_id, Topic.is_active)
        .join(TopicGroup, TopicGroup.id == Topic.group_id)
        .order_by(TopicGroup.position, TopicGroup.name, Topic.name)
    )
    return MappingProxyType(
        {
            id_: TopicName(id_, name, group, known.get(department_id or 0), is_active)
            for id_, name, group, department_id, is_active in session.execute(query)
        }
    )


@kept("departments", "topic_groups", "topics")
def topics_in_use(session: Session) -> Mapping[str, Sequence[TopicName]]:
    """Those that may be chosen, under the names of their groups."""
    found: dict[str, tuple[TopicName, ...]] = {}
    for topic in topics(session).values():
        if topic.is_active:
            found[topic.group] = (*found.get(topic.group, ()), topic)
    return MappingProxyType(found)


@kept("departments", "people")
def people(session: Session) -> Mapping[int, Colleague]:
    """Everybody there ever was, by name, each with the departments whose appeals are his."""
    above = parents(session)
    query = select(Person.id, Person.name, Person.role, Person.department_id, Person.is_active).order_by(Person.name)
    found = {}
    for id_, name, role, own, is_active in session.execute(query):
        theirs = tree.below(above if role is Role.HEAD else {}, own) if own is not None else frozenset()
        found[id_] = Colleague(id_, name, Actor(f"person:{id_}", role, id_, own, theirs), is_active)
    return MappingProxyType(found)
