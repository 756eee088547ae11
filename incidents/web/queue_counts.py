"""The counters of the open appeals: for the head of the queue, its views, its groups and the navigation.

All of them are one question over the open appeals (the partial index `ix_appeals_open`), however many lie finished behind
them: each appeal is placed once, and then counted for whatever asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, case, func, select, true
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.records.people import Person
from incidents.rules import urgency
from incidents.rules.acts import Status
from incidents.statistics import measures
from incidents.web import access, filters, queue_order
from incidents.web.filters import Filter, Sight
from incidents.web.queue_order import NOW, OTHERS, OURS, OVERDUE

#: No appeal has this number, so none is newer.
NO_NEWER = 2**62


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


class Place(NamedTuple):
    """Where an appeal stands in the open list."""

    rank: int
    at: int
    number: int


@dataclass(frozen=True)
class Figures:
    """Every number over a list: of all this person sees, of what the list asks for, of the saved views, and what is new;
    and how the list begins."""

    counts: Counts
    #: Of the list that is asked for; of a history nothing is counted here.
    in_list: Counts | None
    #: Saved view -> how many open appeals it holds.
    of_views: Mapping[int, int]
    #: How many stand in the list that its page neither shows nor knew of.
    fresh: int
    #: Answered since the town's midnight, and in time of them.
    answered: tuple[int, int]
    #: The last number there is.
    newest: int
    #: The first appeals of the open list, in its order, as many as were asked for.
    first: Sequence[Place]


def read(
    session: Session,
    person: Person,
    asked: Filter,
    now: datetime,
    zone: ZoneInfo,
    *,
    saved: Mapping[int, Filter] | None = None,
    since: int = NO_NEWER,
    shown: Iterable[int] = (),
    most: int = 0,
) -> Figures:
    """Count all of it. New is what the list holds with a number above `since` and not among those `shown`; of an open list
    its first `most` appeals come along."""
    views = {id_: each for id_, each in (saved or {}).items() if not each.is_history}
    key = (filters.sight(person), asked, tuple(views.items()), zone, bool(most) and not asked.is_history)
    is_kept = (asked.is_kept or asked.is_history) and all(each.is_kept for each in views.values())
    question = _kept_question(*key) if is_kept else _question(now, *key)
    given = {
        "now": now,
        "me": person.id,
        "soon": int((now + urgency.SOON).timestamp()),
        "tonight": int(end_of_day(now, zone).timestamp()),
        "midnight": _midnight(now, zone),
        "since": since,
        "shown": list(shown),
        "most": most,
    }
    found = session.connection().execute(question, given).all()
    row: Mapping[str, Any] = found[0]._asdict()
    counts = _of("", row)
    is_told = "number" in row and row["number"] is not None
    return Figures(
        counts,
        counts if asked.is_plain else None if asked.is_history else _of("listed_", row),
        {id_: row[f"view_{id_}"] for id_ in views},
        0 if asked.is_history else row["fresh"],
        (row["answered"], row["in_time"]),
        row["newest"] or 0,
        sorted(Place(each.rank, each.at, each.number) for each in found) if is_told else [],
    )


def for_navigation(person: Person, today: date) -> Select[int, int] | None:
    """The figures behind the places of the navigation, by the index of the open appeals alone."""
    if not access.may(person.role, "queue.page"):
        return None
    on_approval = measures.tally(Appeal.status == Status.ON_APPROVAL)
    query = select(func.count().label("queue"), on_approval.label("approvals")).select_from(Appeal)
    return query.where(*filters.visible(person), measures.IS_OPEN)


def _question(
    now: Any, sight: Sight, asked: Filter, views: Iterable[tuple[int, Filter]], zone: ZoneInfo, has_list: bool
) -> Any:
    """One row of all figures: the open appeals, each placed once, behind them what was answered today. With a list, the same
    for each of its first appeals, or once where it is empty."""
    is_listed = not asked.is_plain and not asked.is_history
    marks = {"listed": filters.conditions(asked, sight, now, zone)} if is_listed else {}
    marks |= {f"view_{id_}": filters.conditions(each, sight, now, zone) for id_, each in views}
    placed = (
        select(
            Appeal.number,
            queue_order.rank(now).label("rank"),
            queue_order.moment(now).label("at"),
            Appeal.status,
            Appeal.department_id,
            Appeal.assignee_id,
            *(case((and_(*holds), 1)).label(name) for name, holds in marks.items()),
        )
        .where(*filters.visible(sight), measures.IS_OPEN)
        .cte("placed")
        .prefix_with("MATERIALIZED")
    )
    held = placed.c
    is_new = and_(held.number > bindparam("since"), held.number.not_in(bindparam("shown", expanding=True)))
    tallies = _tallies(held, sight) | {"fresh": measures.tally(and_(is_new, held.listed == 1) if is_listed else is_new)}
    if is_listed:
        within = _tallies(held, sight, held.listed == 1)
        tallies |= {f"listed_{name}": each for name, each in within.items()}
    tallies |= {name: func.count(held[name]) for name in marks if name != "listed"}
    counted = select(*(each.label(name) for name, each in tallies.items())).select_from(placed).subquery("counted")
    today = _answered_today(sight).subquery("today")
    newest = select(func.max(Appeal.number)).scalar_subquery().label("newest")
    figures = select(*counted.c, *today.c, newest).select_from(counted).join(today, true())
    if not has_list:
        return figures
    listed = select(held.rank, held.at, held.number).where(held.listed == 1 if is_listed else true())
    first = listed.order_by(held.rank, held.at, held.number).limit(bindparam("most")).subquery("first")
    return figures.add_columns(*first.c).outerjoin(first, true())


#: The same for every request of those who see the same: only the moments and who asks differ.
_kept_question = lru_cache(maxsize=64)(partial(_question, NOW))


def _tallies(held: Any, sight: Sight, *within: measures.Condition) -> dict[str, ColumnElement[int]]:
    """`Counts` of the placed appeals, or of those `within` some condition."""
    soon, tonight = (bindparam(name, type_=BigInteger()) for name in ("soon", "tonight"))
    wanted = {
        "open": held.number.is_not(None),
        "overdue": held.rank == OVERDUE,
        "soon": and_(held.rank == OURS, held.at <= soon),
        "today": and_(held.rank == OURS, held.at > soon, held.at <= tonight),
        "others": held.rank == OTHERS,
        "mine": held.assignee_id == sight.id,
        "without_department": held.department_id.is_(None),
        "on_approval": held.status == Status.ON_APPROVAL,
    }
    return {name: measures.tally(and_(*within, each)) for name, each in wanted.items()}


def _of(prefix: str, row: Mapping[str, Any]) -> Counts:
    return Counts(**{name: row[prefix + name] for name in Counts.__dataclass_fields__})


def _answered_today(sight: Sight) -> Any:
    """How many appeals were answered since the town's midnight, and how many of them in time."""
    in_time = measures.tally(measures.condition("in_time", NOW))
    where = (Appeal.answered_at >= bindparam("midnight", type_=UTCDateTime()), measures.condition("answered", NOW))
    return select(func.count().label("answered"), in_time.label("in_time")).where(*where, *filters.visible(sight))


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The town's next midnight."""
    return _midnight(now, zone) + timedelta(days=1)


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
