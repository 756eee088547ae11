"""What of the appeals a person asked to see: the address's parameters, read once, as conditions of the database.

The statistics link here, so a filter is a promise: the list holds exactly the appeals its figure counted. Two lists are
meant by it: the open appeals by the time left, and, where the question is about a year, a verdict or something finished,
the history by arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.topics import Topic
from incidents.rules.lifecycle import Role, Status
from incidents.rules.places import Network

Condition = ColumnElement[bool]

#: The very words of the partial index: with bound values neither database would see that the index answers.
IS_OPEN: Condition = text("appeals.status NOT IN ('answered', 'closed', 'rejected')")  # type: ignore[assignment]
FINISHED = frozenset({"answered", "closed", "rejected", "all"})
STATUSES = ("open", *(str(status) for status in Status), "all")
STATES = ("in_time", "late", "waiting", "without_norm", "rejected")
NOBODY = "none"


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

    @property
    def is_history(self) -> bool:
        """Whether the finished are asked about, so that time left cannot be the order."""
        if self.overdue:
            return False
        return self.status in FINISHED or (not self.status and bool(self.year or self.state))

    @property
    def is_plain(self) -> bool:
        return not self.args()

    def args(self) -> dict[str, Any]:
        """The parameters of the address; an empty one is left out."""
        return {name: value for name, value in vars(self).items() if value}


def read(args: Mapping[str, str]) -> Filter:
    """The filter of an address. What is no value of ours asks nothing, so that an old bookmark still opens a list."""
    year = args.get("year", "") if _is_number(args, "year", 1900, 2999) else ""
    return Filter(
        status=_one_of(args, "status", STATUSES),
        state=_one_of(args, "state", STATES),
        network=_one_of(args, "network", tuple(Network)),
        department=args.get("department", "")[:40].strip(),
        group=args.get("group", "") if _is_number(args, "group") else "",
        topic=args.get("topic", "") if _is_number(args, "topic") else "",
        year=year,
        month=args.get("month", "") if year and _is_number(args, "month", 1, 12) else "",
        overdue="1" if args.get("overdue") in ("1", "true") else "",
        mine="1" if args.get("mine") in ("1", "true") else "",
    )


def visible(person: Person, *, is_history: bool = False) -> list[Condition]:
    """The appeals this person may see at all, as `lifecycle.sees` has it."""
    if person.role in (Role.PRESS, Role.MANAGER):
        return []
    if person.role in (Role.HEAD, Role.RESPONDER):
        return [_indexed(Appeal.department_id, is_history) == person.department_id]
    return [false()]


def conditions(asked: Filter, person: Person, now: datetime, zone: ZoneInfo) -> list[Condition]:
    """All that must hold for an appeal to stand in the list."""
    found = visible(person, is_history=asked.is_history)
    if asked.is_history:
        found += _finished(asked)
    else:
        found.append(IS_OPEN)
        if asked.status not in ("", "open"):
            found.append(Appeal.status == Status(asked.status))
    found += verdict(asked.state, now)
    if asked.overdue:
        found.append(is_overdue(now))
    if asked.year:
        found += _received_within(asked, zone)
    return found + _about(asked, person)


def is_overdue(now: datetime) -> Condition:
    """`clock.is_overdue` of an appeal that is an incident."""
    return and_(Appeal.status != Status.REJECTED, Appeal.answered_at.is_(None), Appeal.due_at < now)


def verdict(state: str, now: datetime) -> list[Condition]:
    """What the clock says of an appeal: the parts of the yearly table, which add up to what was received."""
    counted = Appeal.status != Status.REJECTED
    if state == "in_time":
        return [counted, Appeal.answered_at <= Appeal.due_at]
    if state == "late":
        return [counted, func.coalesce(Appeal.answered_at, now) > Appeal.due_at]
    if state == "waiting":
        return [counted, Appeal.answered_at.is_(None), Appeal.due_at >= now]
    if state == "without_norm":
        return [counted, Appeal.due_at.is_(None)]
    return [Appeal.status == Status.REJECTED] if state == "rejected" else []


def month_bounds(year: int, month: int | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a year or month of the town, and the first one after it."""
    start = datetime(year, month or 1, 1, tzinfo=zone)
    if month is None or month == 12:
        return start, datetime(year + 1, 1, 1, tzinfo=zone)
    return start, datetime(year, month + 1, 1, tzinfo=zone)


def _finished(asked: Filter) -> list[Condition]:
    if asked.status == "all" or asked.state:
        return []
    if not asked.status or asked.status == "open":
        # A year's figure counts what was received; what is no incident stands apart.
        return [Appeal.status != Status.REJECTED]
    return [Appeal.status == Status(asked.status)]


def _received_within(asked: Filter, zone: ZoneInfo) -> list[Condition]:
    first, after = month_bounds(int(asked.year), int(asked.month) if asked.month else None, zone)
    return [Appeal.received_at >= first, Appeal.received_at < after]


def _about(asked: Filter, person: Person) -> list[Condition]:
    found: list[Condition] = []
    department, topic = (_indexed(each, asked.is_history) for each in (Appeal.department_id, Appeal.topic_id))
    if asked.network:
        found.append(Appeal.network == Network(asked.network))
    if asked.department == NOBODY:
        found.append(Appeal.department_id.is_(None))
    elif asked.department.isdecimal():
        found.append(department == int(asked.department))
    elif asked.department:
        theirs = select(Department.id).where(Department.code == asked.department).scalar_subquery()
        found.append(department == theirs)
    if asked.topic:
        found.append(topic == int(asked.topic))
    if asked.group:
        found.append(topic.in_(select(Topic.id).where(Topic.group_id == int(asked.group))))
    if asked.mine:
        found.append(Appeal.assignee_id == person.id)
    return found


def _indexed(column: InstrumentedAttribute[int | None], is_history: bool) -> ColumnElement[int | None]:
    """The column in the history; a sum in the open list, which keeps both databases from walking all that ever
    belonged to a department or topic instead of the few open appeals."""
    return column.expression if is_history else column + 0


def _one_of(args: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    return args.get(name, "") if args.get(name) in allowed else ""


def _is_number(args: Mapping[str, str], name: str, least: int = 1, most: int = 2**31 - 1) -> bool:
    value = args.get(name, "")
    return value.isdecimal() and len(value) <= 10 and least <= int(value) <= most
