"""What of the appeals a person asked to see: the address's parameters, read once, as conditions of the database.

The statistics link here, so a filter is a promise: the list holds exactly the appeals its figure counted. Two lists are
meant by it: the open appeals by the time left, and, where the question is about a year, a verdict or something finished,
the history by arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, false, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from incidents.records.appeals import Appeal
from incidents.records.parts import asked_of
from incidents.records.people import Department, Person
from incidents.records.promises import IS_OWED, Promise
from incidents.records.topics import Topic
from incidents.rules.acts import Role, Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network
from incidents.statistics import edges, measures

Condition = measures.Condition

FINISHED = frozenset({"answered", "closed", "rejected", "all"})
#: Verdicts that only an open appeal can have.
OPEN_STATES = measures.OF_OPEN
STATUSES = ("open", *(str(status) for status in Status), "all")
NOBODY = "none"
EVERY_KIND = "any"
#: Where the next step is that of whoever has it.
OURS = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.INTERIM_ANSWERED, Status.DEFERRED})
#: Where the person stands in a question that is written once; it is asked with the number as `me`.
ME: Any = bindparam("me", type_=Integer())
#: On control; promised to the citizen and not yet kept; the next step is this person's.
ONLY = ("control", "promised", "waits")


@dataclass(frozen=True)
class Filter:
    """The question as it stands in the address; empty fields ask nothing. `year` and `month` are the town's."""

    status: str = ""
    state: str = ""
    network: str = ""
    department: str = ""
    group: str = ""
    topic: str = ""
    year: str = ""
    month: str = ""
    overdue: str = ""
    mine: str = ""
    #: Whose work it is: a person's number, or nobody's.
    person: str = ""
    #: One of `ONLY`.
    only: str = ""
    #: Empty: in the history what the figures count, in the open list every kind.
    kind: str = ""

    @property
    def is_history(self) -> bool:
        """Whether the finished are asked about, so that time left cannot be the order."""
        if self.overdue or self.state in OPEN_STATES:
            return False
        return self.status in FINISHED or (not self.status and bool(self.year or self.state))

    @property
    def is_plain(self) -> bool:
        return not self.args()

    @property
    def is_kept(self) -> bool:
        """Whether the question stays the same while time passes. A verdict may ask for half an hour from now."""
        return not self.state and not self.is_history

    def args(self) -> dict[str, Any]:
        """The parameters of the address; an empty one is left out."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Sight:
    """Whose eyes a list is for: all that a condition asks of a person, as a value by which a question can be kept. Who it
    is stays open (`ME`), so that one question serves everybody who sees the same."""

    role: Role
    departments: frozenset[int]

    @property
    def id(self) -> Any:
        return ME


def read(args: Mapping[str, str]) -> Filter:
    """The filter of an address. What is no value of ours asks nothing, so that an old bookmark still opens a list."""
    year = args.get("year", "") if _is_number(args, "year", 1900, 2999) else ""
    return Filter(
        status=_one_of(args, "status", STATUSES),
        state=_one_of(args, "state", tuple(measures.MEASURES)),
        network=_one_of(args, "network", tuple(Network)),
        department=args.get("department", "")[:40].strip(),
        group=args.get("group", "") if args.get("group") == NOBODY or _is_number(args, "group") else "",
        topic=args.get("topic", "") if _is_number(args, "topic") else "",
        year=year,
        month=args.get("month", "") if year and _is_number(args, "month", 1, 12) else "",
        overdue="1" if args.get("overdue") in ("1", "true") else "",
        person=args.get("person", "") if args.get("person") == NOBODY or _is_number(args, "person") else "",
        only=_one_of(args, "only", ONLY),
        mine="1" if args.get("mine") in ("1", "true") else "",
        kind=_one_of(args, "kind", (*Kind, EVERY_KIND)),
    )


def sight(person: Person) -> Sight:
    return Sight(person.role, person.departments)


def visible(person: Person | Sight, *, is_history: bool = False) -> list[Condition]:
    """The appeals this person may see at all, as `lifecycle.sees` has it."""
    return list(_visible(person.role, person.departments, is_history))


# The same conditions for the same departments, so that a question that holds them can be kept by them.
@lru_cache(maxsize=256)
def _visible(role: Role, departments: frozenset[int], is_history: bool) -> tuple[Condition, ...]:
    if role in (Role.PRESS, Role.MANAGER):
        return ()
    if role in (Role.HEAD, Role.RESPONDER):
        mine = _indexed(Appeal.department_id, is_history).in_(sorted(departments))
        return (or_(mine, asked_of(departments)),)
    return (false(),)


def conditions(asked: Filter, person: Person | Sight, now: Any, zone: ZoneInfo) -> list[Condition]:
    """All that must hold for an appeal to stand in the list. `now` is an instant, or the place of one in a question that
    is kept (`Filter.is_kept`)."""
    found = visible(person, is_history=asked.is_history)
    if asked.is_history:
        found += _finished(asked, now)
    else:
        found.append(measures.IS_OPEN)
        if asked.status not in ("", "open"):
            found.append(Appeal.status == Status(asked.status))
    for name in filter(None, (asked.state, "pressing_overdue" if asked.overdue else "")):
        what = measures.condition(name, now, every_kind=bool(asked.kind))
        # Behind a CASE neither database looks for another index than that of the open appeals.
        found.append(what if asked.is_history else case((what, 1), else_=0) == 1)
    if asked.year:
        found.append(_within(asked, zone))
    return found + _about(asked, person)


def _finished(asked: Filter, now: Any) -> list[Condition]:
    if asked.status == "all" or asked.state:
        return []
    if not asked.status or asked.status == "open":
        return [measures.condition("received", now, every_kind=bool(asked.kind))]
    return [Appeal.status == Status(asked.status)]


def _within(asked: Filter, zone: ZoneInfo) -> Condition:
    """In the year or month: by arrival, or, where the answers of a period were counted, by the first answer."""
    year = int(asked.year)
    first, after = edges.of_month(year, int(asked.month), zone) if asked.month else edges.of_year(year, zone)
    return (measures.answered_within if asked.state == "answered" else measures.received_within)(first, after)


def _about(asked: Filter, person: Person | Sight) -> list[Condition]:
    found: list[Condition] = _of_topic(asked)
    department = _indexed(Appeal.department_id, asked.is_history)
    if asked.network:
        found.append(Appeal.network == Network(asked.network))
    if asked.department == NOBODY:
        found.append(Appeal.department_id.is_(None))
    elif asked.department.isdecimal() and len(asked.department) <= 10:
        found.append(department == int(asked.department))
    elif asked.department:
        theirs = select(Department.id).where(Department.code == asked.department).scalar_subquery()
        found.append(department == theirs)
    if asked.kind and asked.kind != EVERY_KIND:
        found.append(Appeal.kind == Kind(asked.kind))
    return found + _whose(asked, person)


def _of_topic(asked: Filter) -> list[Condition]:
    topic, found = _indexed(Appeal.topic_id, asked.is_history), list[Condition]()
    if asked.topic:
        found.append(topic == int(asked.topic))
    if asked.group == NOBODY:
        found.append(topic.is_(None))
    elif asked.group:
        found.append(topic.in_(select(Topic.id).where(Topic.group_id == int(asked.group))))
    return found


def _whose(asked: Filter, person: Person | Sight) -> list[Condition]:
    found: list[Condition] = []
    if asked.mine:
        found.append(Appeal.assignee_id == person.id)
    if asked.person:
        found.append(
            Appeal.assignee_id.is_(None) if asked.person == NOBODY else Appeal.assignee_id == int(asked.person)
        )
    if asked.only:
        # Behind a CASE, as above: a list of open appeals is walked by the index of the open ones.
        found.append(case((_only(asked.only, person), 1), else_=0) == 1)
    return found


def _only(what: str, person: Person | Sight) -> Condition:
    if what == "control":
        return Appeal.is_controlled.expression
    if what == "promised":
        return (
            select(Promise.id)
            .where(Promise.appeal_number == Appeal.number, literal_column(f"promises.{IS_OWED}"))
            .exists()
        )
    is_mine = and_(Appeal.assignee_id == person.id, Appeal.status.in_(sorted(OURS)))
    # A text that was handed in waits for whoever may agree to it.
    return or_(is_mine, Appeal.status == Status.ON_APPROVAL) if person.role in (Role.PRESS, Role.HEAD) else is_mine


def _indexed(column: InstrumentedAttribute[int | None], is_history: bool) -> ColumnElement[int | None]:
    """The column in the history; a sum in the open list, which keeps both databases from walking all that ever
    belonged to a department or topic instead of the few open appeals."""
    return column.expression if is_history else column + 0


def _one_of(args: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    return args.get(name, "") if args.get(name) in allowed else ""


def _is_number(args: Mapping[str, str], name: str, least: int = 1, most: int = 2**31 - 1) -> bool:
    value = args.get(name, "")
    return value.isdecimal() and len(value) <= 10 and least <= int(value) <= most
