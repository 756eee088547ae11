"""The order of the open list, as the database counts it: by the time really left (`rules.urgency`), in whole seconds.

Whatever nobody has begun yet stands by its latest start, the rest by its deadline. Row, group, counter and key all count
with these expressions or, for one row in hand, with `starts_at`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, literal, or_, select

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.records.needs import TOWN, UsualNeed
from incidents.rules import budgets, urgency
from incidents.rules.acts import PARTLY, Status
from incidents.rules.norms import INCIDENTS, Kind
from incidents.statistics.moments import near_seconds, nearest

#: Where the present stands in a question that is written once and asked by every request: writing one of these costs
#: more than the answer.
NOW: Any = bindparam("now", type_=UTCDateTime())
#: Overdue, ours, waits for others.
RANKS = OVERDUE, OURS, OTHERS = (0, 1, 2)
#: Stands for no deadline at all: behind every moment.
NEVER = 2**52
#: Deliveries that will not go on without a person.
STOPPED = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN)


def waits_for_others(now: Any) -> ColumnElement[int]:
    """1 where the next step is not ours: we answered and no clock of ours runs, or the network has the answer and there
    is time left."""
    stopped = select(Answer.id).where(Answer.appeal_number == Appeal.number, Answer.state.in_(STOPPED)).exists()
    has_time = or_(Appeal.next_due_at.is_(None), Appeal.next_due_at >= now)
    return case(
        (and_(Appeal.status.in_(PARTLY), Appeal.next_due_at.is_(None)), 1),
        (and_(Appeal.status == Status.PUBLISHING, has_time, ~stopped), 1),
        else_=0,
    )


def needed() -> ColumnElement[int]:
    """The minutes that are usually still needed before the text is handed in; 0 once somebody has begun."""
    known = (
        select(UsualNeed.minutes)
        .where(UsualNeed.department_id == func.coalesce(Appeal.department_id, TOWN))
        .scalar_subquery()
    )
    is_ahead = and_(Appeal.status.in_(sorted(urgency.UNBEGUN)), Appeal.kind.in_(sorted(INCIDENTS)))
    # A department of today has no figure yet: its share of the norm stands for it.
    return case((is_ahead, func.coalesce(known, budgets.DEFAULT.department)), else_=literal(0, Integer))


def start() -> ColumnElement[int]:
    """The latest start in seconds; empty without a deadline."""
    return near_seconds(Appeal.next_due_at) - needed() * 60


def moment(as_of: Any) -> ColumnElement[int]:
    """By what the list goes within a rank: of what is overdue the deadline, else the latest start."""
    deadline: ColumnElement[int] = near_seconds(Appeal.next_due_at)
    return case((Appeal.next_due_at < as_of, deadline), else_=func.coalesce(start(), NEVER))


def rank(as_of: Any) -> ColumnElement[int]:
    """Overdue first, what waits for others last."""
    return case((Appeal.next_due_at < as_of, OVERDUE), (waits_for_others(as_of) == 1, OTHERS), else_=OURS)


def starts_at(kind: Kind, status: Status, due_at: datetime, minutes: int) -> int:
    """`start` of one row in hand."""
    ahead = minutes * 60 if urgency.needs_begin(kind, status) else 0
    return nearest(due_at) - ahead
