"""The counters of the open appeals: for the head of the queue, its views, its groups and the navigation.

One question over the open appeals each (the partial index `ix_appeals_open`), however many lie finished behind them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.rules import urgency
from incidents.rules.acts import Status
from incidents.statistics import measures
from incidents.web import access, current, filters, queue_order


@dataclass(frozen=True)
class Counts:
    """Of open appeals. `overdue`, `soon`, `today`, `later` and `others` are the groups of the list and add up to `open`."""

    open: int
    overdue: int
    soon: int
    today: int
    others: int
    mine: int
    without_department: int
    on_approval: int

    @property
    def later(self) -> int:
        return self.open - self.overdue - self.soon - self.today - self.others


def of_person(session: Session, person: Person, now: datetime) -> Counts:
    """The counters of all this person sees; asked once a request."""
    if "queue_counts" not in g:
        g.queue_counts = count(session, person, [*filters.visible(person), measures.IS_OPEN], now)
    return g.queue_counts  # type: ignore[no-any-return]  # flask.g holds anything


def for_navigation(person: Person, today: date) -> Select[int, int] | None:
    """The figures behind the places of the navigation, by the index of the open appeals alone."""
    if not access.may(person.role, "queue.page"):
        return None
    on_approval = measures.tally(Appeal.status == Status.ON_APPROVAL)
    query = select(func.count().label("queue"), on_approval.label("approvals")).select_from(Appeal)
    return query.where(*filters.visible(person), measures.IS_OPEN)


def count(session: Session, person: Person, where: list[filters.Condition], now: datetime) -> Counts:
    """Count the open appeals for which `where` holds."""
    rank, start = queue_order.rank(now), queue_order.start()
    seconds = int(now.timestamp())
    soon, tonight = (
        seconds + int(urgency.SOON.total_seconds()),
        int(end_of_day(now, current.settings().town_zone).timestamp()),
    )
    ours = rank == queue_order.OURS
    tallies = _plain(person, now) | {
        "soon": measures.tally(and_(ours, start <= soon)),
        "today": measures.tally(and_(ours, start > soon, start <= tonight)),
        "others": measures.tally(rank == queue_order.OTHERS),
    }
    query = select(*(each.label(name) for name, each in tallies.items())).select_from(Appeal).where(*where)
    row = session.execute(query).one()
    return Counts(**row._mapping)


def _plain(person: Person, now: datetime) -> dict[str, ColumnElement[int]]:
    """What is counted of an appeal by its own columns."""
    return {
        "open": func.count(),
        "overdue": measures.tally(measures.condition("pressing_overdue", now)),
        "mine": measures.tally(Appeal.assignee_id == person.id),
        "without_department": measures.tally(Appeal.department_id.is_(None)),
        "on_approval": measures.tally(Appeal.status == Status.ON_APPROVAL),
    }


def answered_today(session: Session, person: Person, now: datetime) -> tuple[int, int]:
    """How many appeals were answered since the town's midnight, and how many of them in time."""
    midnight = now.astimezone(current.settings().town_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    in_time = measures.tally(measures.condition("in_time", now))
    where = (Appeal.answered_at >= midnight, measures.condition("answered", now), *filters.visible(person))
    row = session.execute(select(func.count(), in_time).where(*where)).one()
    return row[0], row[1]


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The town's next midnight."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)
