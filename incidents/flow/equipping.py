"""What the first setup does that no other page does in one go: a list of departments, groups of topics led to one of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendar_changes, enacting, organising
from incidents.flow.journalling import Draft, append
from incidents.records.norms import all_norms
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Actor, Refused
from incidents.rules.calendar import Interval
from incidents.rules.latin import code_of
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, is_same

#: Where every change of the classifier is noted.
_CLASSIFIER = "topics"


def set_day(session: Session, week: Sequence[Sequence[Interval]], by: Actor, *, now: datetime, zone: ZoneInfo) -> None:
    """The working week from now on; the one that is in force already changes nothing. Raises Refused as `set_week` does."""
    today = now.astimezone(zone).date()
    try:
        calendar_changes.set_week(session, week, today, by, now=now, zone=zone)
    except Refused as refused:
        if refused.code != "calendar_same":
            raise


def set_norm(session: Session, minutes: int, hours: Hours, by: Actor, *, now: datetime, today: date) -> int:
    """The term of the first answer in networks, and of each further one, from now on; how many norms that took.

    What is in force already is not entered again. Raises Refused as `enact` does.
    """
    entered = 0
    for clock, start in ((ClockName.FIRST, Start.RECEIVED), (ClockName.NEXT, Start.ANSWERED)):
        norm = Norm(0, Kind.SOCIAL, minutes, hours, start, today, clock=clock)
        if not _is_in_force(session, norm, today):
            enacting.enact(session, norm, by, now=now, today=today)
            entered += 1
    return entered


def list_departments(session: Session, names: Iterable[str], by: Actor, *, now: datetime) -> int:
    """Add the departments of a plain list of names that are not there yet, each with a code made of its name; how many."""
    known = session.execute(select(Department.code, Department.name)).all()
    codes, taken = {code for code, _ in known}, {name.casefold() for _, name in known}
    added = 0
    for name in (" ".join(line.split()) for line in names):
        if name and name.casefold() not in taken:
            made = organising.add_department(session, code_of(name, codes), name, by, now=now)
            codes.add(made.code)
            taken.add(name.casefold())
            added += 1
    return added


def close_others(session: Session, names: Iterable[str], by: Actor, *, now: datetime) -> int:
    """Close the open departments that a list does not name; their topics go to the press sector. How many.

    One where people work or that has others below it stays. Raises Refused: `no_press_department`.
    """
    wanted = {" ".join(name.split()).casefold() for name in names}
    everything = session.scalars(select(Department).where(Department.is_active).order_by(Department.id)).all()
    press = next((each for each in everything if each.is_press), None)
    if press is None:
        raise Refused("no_press_department")
    closed = 0
    for department in everything:
        if department is press or department.name.casefold() in wanted:
            continue
        try:
            with session.begin_nested():
                organising.retire_department(session, department, by, now=now, heir=press)
        except Refused:
            continue
        closed += 1
    return closed


def lead_group(session: Session, group: TopicGroup, department: Department, by: Actor, *, now: datetime) -> int:
    """Lead all topics of a group to one department; how many went elsewhere. Raises Refused("department_gone")."""
    if not department.is_active:
        raise Refused("department_gone", name=department.name)
    query = select(Topic).where(Topic.group_id == group.id, Topic.department_id.is_distinct_from(department.id))
    topics = list(session.scalars(query))
    for topic in topics:
        topic.department = department
    if topics:
        data = {"to": department.id, "topics": [topic.id for topic in topics]}
        append(session, Draft(_CLASSIFIER, "move_topics", by.name, now, data), now=now)
    return len(topics)


def _is_in_force(session: Session, norm: Norm, today: date) -> bool:
    """Is this the rule that counts today where nothing more exact does?"""
    plain = [
        row
        for row in all_norms(session)
        if is_same(row, norm) and row.valid_from <= today and (row.retired_on is None or row.retired_on >= today)
    ]
    last = max(plain, key=lambda row: (row.valid_from, row.id), default=None)
    return last is not None and (last.term, last.unit, last.hours) == (norm.term, norm.unit, norm.hours)
