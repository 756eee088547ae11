"""The promises of one page of the ledger (`promises`): what is owed by the nearest day, what is settled by the latest."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.promises import Promise
from incidents.records.topics import Topic
from incidents.rules.promise_clock import PromiseState
from incidents.statistics import promises as figures
from incidents.web import filters
from incidents.web.filters import Sight

A_PAGE = 50


def page(
    session: Session,
    person: Person,
    state: str,
    department: int | None,
    since: date | None,
    today: date,
    after: str,
) -> Sequence[Promise]:
    """One promise more than a page holds: what is owed by the nearest day, what is settled by the latest."""
    query = _ledger(filters.sight(person), state)
    if department is not None:
        # 0: of nobody's.
        query = query.where(Promise.department_id == (department or None))
    if since:
        query = query.where(Promise.due_on >= since)
    is_owed = state in ("owed", "broken")
    if (place := _read(after)) is not None:
        day, last = place
        beyond = Promise.due_on > day if is_owed else Promise.due_on < day
        same = Promise.id > last if is_owed else Promise.id < last
        query = query.where(or_(beyond, and_(Promise.due_on == day, same)))
    return list(session.scalars(query, {"today": today}))


@lru_cache(maxsize=64)
def _ledger(sight: Sight, state: str) -> Any:
    """The first of one state: what the page shows of each, and no more. Written once for everybody who sees the same."""
    appeal = contains_eager(Promise.appeal)
    order = (Promise.due_on, Promise.id) if state in ("owed", "broken") else (Promise.due_on.desc(), Promise.id.desc())
    return (
        select(Promise)
        .join(Promise.appeal)
        .where(*filters.visible(sight), *_of_state(state))
        .options(
            appeal.load_only(Appeal.number, Appeal.status, Appeal.department_id),
            appeal.joinedload(Appeal.assignee).load_only(Person.name),
            appeal.joinedload(Appeal.topic).load_only(Topic.name),
            joinedload(Promise.answer).load_only(Answer.text),
            joinedload(Promise.department).load_only(Department.name),
        )
        .order_by(*order)
        .limit(A_PAGE + 1)
    )


def _of_state(state: str) -> list[ColumnElement[bool]]:
    if state == "owed":
        return [figures.OWED]
    if state == "broken":
        return [figures.broken(bindparam("today", type_=Date()))]
    if state == "kept":
        return [figures.KEPT]
    return [] if state == "all" else [Promise.state == PromiseState(state)]


def cursor(promise: Promise) -> str:
    """The place after which the next page begins."""
    return f"{promise.due_on.isoformat()}.{promise.id}"


def _read(written: str) -> tuple[date, int] | None:
    day, _, number = written.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
